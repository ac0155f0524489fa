// Country, name and kind of a destination, for reports where the deck has no name of its own.
import { boundedCache } from "./bounded-cache.ts";
import { callingCodeOf, longestDialCode, regionName } from "./dial-codes.ts";
import { numberFacts } from "./facts.ts";
import { countryOf } from "./steps/validate.ts";

type DestinationKind =
  | "fixed"
  | "mobile"
  | "fixed-or-mobile"
  | "toll-free"
  | "premium"
  | "shared-cost"
  | "voip"
  | "personal"
  | "pager"
  | "universal-access"
  | "voicemail"
  | "satellite"
  | "unknown";

export interface Destination {
  /** The dial code or calling code that was recognised, digits without +. */
  prefix: string;
  /** ISO 3166 alpha-2, `001` for the world, null when the table has none. */
  country: string | null;
  name: string;
  kind: DestinationKind;
}

const KIND_BY_TYPE: Record<string, DestinationKind> = {
  FIXED_LINE: "fixed",
  MOBILE: "mobile",
  FIXED_LINE_OR_MOBILE: "fixed-or-mobile",
  TOLL_FREE: "toll-free",
  PREMIUM_RATE: "premium",
  SHARED_COST: "shared-cost",
  VOIP: "voip",
  PERSONAL_NUMBER: "personal",
  PAGER: "pager",
  UAN: "universal-access",
  VOICEMAIL: "voicemail",
};

/** Words of the dial-code table's names; the first that is met tells the kind. */
const KIND_BY_WORD: [RegExp, DestinationKind][] = [
  [/pager|paging/i, "pager"],
  [/premium/i, "premium"],
  [/personal/i, "personal"],
  [/voip/i, "voip"],
  [/mobil|mbl/i, "mobile"],
];

/** Numbers of the world: not of a country, each code a service. */
const WORLD_CODES: Record<string, { name: string; kind: DestinationKind }> = {
  "800": { name: "International freephone", kind: "toll-free" },
  "808": { name: "International shared cost", kind: "shared-cost" },
  "870": { name: "Inmarsat", kind: "satellite" },
  "878": { name: "Universal personal numbers", kind: "personal" },
  "881": { name: "Global mobile satellite", kind: "satellite" },
  "882": { name: "International networks", kind: "unknown" },
  "883": { name: "International networks", kind: "unknown" },
  "888": { name: "Disaster relief", kind: "unknown" },
  "979": { name: "International premium rate", kind: "premium" },
};

function kindOfName(name: string): DestinationKind {
  return KIND_BY_WORD.find(([word]) => word.test(name))?.[1] ?? "unknown";
}

function namedBy(country: string, kind: DestinationKind, fallback: string): string {
  const place = regionName(country) ?? fallback;
  const plain = kind === "fixed" || kind === "fixed-or-mobile" || kind === "unknown";
  return plain ? place : `${place} ${kind}`;
}

/** A whole number in use: the numbering plan of today knows more than the table of 2012. */
function byNumber(digits: string, code: string): Destination | null {
  const facts = numberFacts(`+${digits}`);
  if (facts?.valid !== true) return null;
  const country = facts.country ?? countryOf(digits);
  if (country === null) return null;
  const kind = KIND_BY_TYPE[facts.type ?? ""] ?? "unknown";
  const row = longestDialCode(digits, (candidate) => candidate.country === country);
  return { prefix: row?.prefix ?? code, country, name: namedBy(country, kind, code), kind };
}

/** A prefix of a deck, or a number that is not in use: the longest row of the dial-code table. */
function byPrefix(digits: string, code: string): Destination {
  const country = countryOf(digits);
  const row = longestDialCode(digits, ({ prefix, country: of }) => {
    return prefix.length >= code.length && (of === null || country === null || of === country);
  });
  if (row === null) {
    const name = country === null ? code : namedBy(country, "unknown", code);
    return { prefix: code, country, name, kind: "unknown" };
  }
  return { prefix: row.prefix, country, name: row.name, kind: kindOfName(row.name) };
}

/**
 * Names the destination of `digits`, a number or a prefix without +; null when no calling code
 * begins it. For display and reports: rating goes by the deck alone.
 */
export function destinationOf(digits: string): Destination | null {
  const known = named.get(digits);
  if (known !== undefined) return known;
  const found = nameDestination(digits);
  named.set(digits, found);
  return found;
}

const named = boundedCache<Destination | null>(10_000);

function nameDestination(digits: string): Destination | null {
  const code = callingCodeOf(digits);
  if (code === null) return null;
  const world = WORLD_CODES[code];
  if (world !== undefined) return { prefix: code, country: "001", ...world };
  return byNumber(digits, code) ?? byPrefix(digits, code);
}
