// A CDR whose numbers are masked: what it costs and where it went can be read, who was called and who
// called cannot.
import type { CdrContent, HistoryEntry, PrimaryFields, StoredCdr } from "../cdr.ts";
import type { Json, JsonObject } from "../json.ts";
import type { NormalizedNumber, Rating } from "../rating.ts";
import { digitsOf, type HiddenNumber, MASK, maskDigits, maskNumbers } from "./text.ts";

/** What stands in place of a whole text. */
const HIDDEN = MASK.repeat(3);

export interface MaskTerms {
  /** Epoch milliseconds: the CDR is marked with it. */
  atMs: number;
  /** Extra fields that are masked whole, whatever they say. */
  fields: readonly string[];
}

/**
 * The CDR with its numbers masked in every revision. The digits of a matched prefix stay, as do country and
 * kind, account, amounts, and the hash of the content; so do its identity and its callId, which join records.
 */
export function maskedCdr(cdr: StoredCdr, { atMs, fields }: MaskTerms): StoredCdr {
  const numbers = hiddenNumbers(cdr);
  const history = cdr.history.map((entry): HistoryEntry => {
    const { content } = entry;
    return {
      ...entry,
      rating: maskedRating(entry.rating, numbers),
      ...(content && {
        content: maskedContent(content, { numbers, fields, rating: entry.rating }),
      }),
    };
  });
  const rating = maskedRating(cdr.rating, numbers);
  const content = maskedContent(cdr, { numbers, fields, rating: cdr.rating });
  return { ...cdr, ...content, rating, history, maskedAtMs: atMs };
}

/** The numbers of a CDR as they stand in its own texts: of each revision. */
function hiddenNumbers(cdr: StoredCdr): HiddenNumber[] {
  const states = [{ rating: cdr.rating, content: cdr }, ...cdr.history];
  return states.flatMap(({ rating, content }) => hiddenIn(rating, content?.primary));
}

/** The numbers of a rating, and of the facts that it is of. */
export function hiddenIn(
  rating: Numbers,
  { destination: dialled = "", callerNumber = "" }: Partial<PrimaryFields> = {},
): HiddenNumber[] {
  const { destination, caller } = rating.normalized;
  const kept = keptOf(rating);
  const called = [destination.normalized, destination.e164 ?? ""].map(
    (text) => [text, kept] as const,
  );
  const asDialled = [destination.raw, dialled].map(
    (text) => [text, keptInRaw(text, rating)] as const,
  );
  const calling = [caller?.normalized, caller?.e164, caller?.raw, callerNumber];
  const all = [...called, ...asDialled, ...calling.map((text) => [text ?? "", 0] as const)];
  return all
    .map(([text, front]) => ({ digits: digitsOf(text), kept: front }))
    .filter(({ digits }) => digits !== "");
}

type Numbers = Pick<Rating, "normalized" | "sell" | "buy">;

/** Digits of the normalised number that the matched prefix names. */
function keptOf({ sell, buy, normalized }: Numbers): number {
  const prefix = (sell ?? buy)?.prefix ?? "";
  return normalized.destination.normalized.startsWith(prefix) ? prefix.length : 0;
}

/** A number as dialled has as many digits behind the prefix as the normalised one. */
function keptInRaw(raw: string, rating: Numbers): number {
  const hidden = rating.normalized.destination.normalized.length - keptOf(rating);
  return Math.max(0, digitsOf(raw).length - hidden);
}

function maskedNumber(number: NormalizedNumber, kept: number, keptRaw: number): NormalizedNumber {
  const { raw, normalized, e164 } = number;
  return {
    ...number,
    raw: maskDigits(raw, keptRaw),
    normalized: maskDigits(normalized, kept),
    e164: e164 === null ? null : maskDigits(e164, kept),
  };
}

/** A rating with its numbers masked; members of its basis are masked where they are a number, and no amount. */
export function maskedRating<R extends Numbers & Pick<Rating, "basis" | "note">>(
  rating: R,
  numbers: readonly HiddenNumber[],
): R {
  const { destination, caller } = rating.normalized;
  const whole = new Set(numbers.map(({ digits }) => digits));
  const hide = (text: string) => {
    const isNumber = /^\+?\d+$/.test(text) && whole.has(digitsOf(text));
    return isNumber ? maskNumbers(text, numbers) : text;
  };
  return {
    ...rating,
    normalized: {
      destination: maskedNumber(destination, keptOf(rating), keptInRaw(destination.raw, rating)),
      ...(caller && { caller: maskedNumber(caller, 0, 0) }),
    },
    basis: maskJson(rating.basis, hide) as JsonObject,
    ...(rating.note !== undefined && { note: maskNumbers(rating.note, numbers) }),
  };
}

interface ContentTerms {
  numbers: readonly HiddenNumber[];
  fields: readonly string[];
  rating: Rating;
}

function maskedContent(content: CdrContent, { numbers, fields, rating }: ContentTerms): CdrContent {
  const hide = (text: string) => maskNumbers(text, numbers);
  const extra = Object.entries(content.extra).map(([name, value]) => {
    const isNamed = fields.includes(name) && value !== null && value !== "";
    return [hide(name), isNamed ? HIDDEN : maskJson(value, hide)] as const;
  });
  return {
    primary: maskedFields(content.primary, rating, hide),
    extra: Object.fromEntries(extra),
    contentHash: content.contentHash,
    ...(content.warnings && { warnings: content.warnings }),
  };
}

function maskedFields(
  primary: PrimaryFields,
  rating: Rating,
  hide: (text: string) => string,
): PrimaryFields {
  const { account, subject, destination, callerNumber, callerName } = primary;
  return {
    ...primary,
    destination: maskDigits(destination, keptInRaw(destination, rating)),
    // A subject that is the account stays as that does.
    subject: subject === account ? subject : hide(subject),
    ...(callerNumber !== undefined && { callerNumber: maskDigits(callerNumber) }),
    ...(callerName !== undefined && callerName !== "" && { callerName: HIDDEN }),
  };
}

/** Every text of a value; `all`: every number too, which is a text then where it is hidden. */
export function maskJson(
  value: Json,
  hide: (text: string) => string,
  what: "texts" | "all" = "all",
): Json {
  if (typeof value === "string") return hide(value);
  if (typeof value === "number" && what === "all") {
    const text = String(value);
    const hidden = hide(text);
    return hidden === text ? value : hidden;
  }
  if (Array.isArray(value)) return value.map((one) => maskJson(one, hide, what));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, maskJson(member, hide, what)]),
  );
}
