// Sources: the named senders of CDRs with their settings, and which of them a post came from.
import { IANAZone } from "luxon";
import { z } from "zod";
import { FIELD_SPELLINGS, type PrimaryFieldName } from "../cdr/primary-fields.ts";
import type { Format } from "../formats/format.ts";
import { FORMATS } from "../formats/formats.ts";
import { createAddressSet, isAddressRange } from "./address-range.ts";
import { causeMapSchema } from "./cause-map.ts";

const texts = z.array(z.string().min(1));
/** Addresses and CIDR ranges, of the settings. */
export const addressRanges = z.array(
  z.string().refine(isAddressRange, "Not an IP address or CIDR range."),
);
const primaryFieldName = z.enum(
  Object.keys(FIELD_SPELLINGS) as [PrimaryFieldName, ...PrimaryFieldName[]],
);

/** Kinds that some format of the table is for. */
function kindsOfSources(): string[] {
  const formats: Format[] = Object.values(FORMATS);
  return [...new Set(formats.flatMap(({ kind }) => (kind === undefined ? [] : [kind])))];
}

export const sourceSettings = z.strictObject({
  name: z.string().min(1).max(64).describe("Name of the source, kept with each of its CDRs."),
  match: z
    .strictObject({
      tokens: texts.optional().describe("Names of credentials."),
      addresses: addressRanges.optional().describe("Peer addresses, IP or CIDR."),
      paths: z.array(z.string().startsWith("/")).optional().describe("Request paths."),
    })
    .prefault({})
    .describe("What the source is known by: a token first, then an address, then a path."),
  allow: addressRanges
    .optional()
    .describe("The only addresses that may send for it, IP or CIDR; absent: every one."),
  kind: z.enum(kindsOfSources()).optional().describe("Format, where the path does not say."),
  timeZone: z
    .string()
    .refine((zone) => zone === "UTC" || IANAZone.isValidZone(zone), "Not an IANA time zone.")
    .default("UTC")
    .describe("Zone of times that are sent without one."),
  legPolicy: z
    .enum(["a", "b", "all", "split"])
    .default("a")
    .describe("Which legs are billed; split: sell on a, buy on b."),
  causeMap: causeMapSchema.optional(),
  ruleSet: z.string().min(1).optional().describe("Number rule set, of the tariff or a preset."),
  extraFields: z
    .union([z.literal("all"), texts])
    .default("all")
    .describe("Extra fields to keep: all, or those named."),
  fieldMap: z
    .partialRecord(primaryFieldName, texts)
    .optional()
    .describe("Primary field: the names that replace its own list, best first."),
});

export type SourceSettings = z.output<typeof sourceSettings>;

/** The list of sources in the settings: names are unique. */
export const sourceList = z.array(sourceSettings).superRefine((sources, context) => {
  const names = new Set<string>();
  sources.forEach(({ name }, index) => {
    if (names.has(name)) {
      context.addIssue({ code: "custom", path: [index, "name"], message: `${name} comes twice.` });
    }
    names.add(name);
  });
});

const DEFAULT_SOURCE = sourceSettings.parse({ name: "default" });

export interface Sender {
  path: string;
  /** Peer address without port; null: this machine's own command line. */
  address: string | null;
  /** Name of the token or Basic user that was accepted, null on loopback without one. */
  credential: string | null;
}

/** Which source a sender is, and whether that source takes records from its address. */
export type SourceChooser = (sender: Sender) => { source: SourceSettings; allowed: boolean };

/**
 * The first source that names the credential, else the address, else the path; else the source
 * `default`, which keeps everything, reads times as UTC and bills a-legs unless it is configured.
 */
export function createSourceChooser(sources: readonly SourceSettings[]): SourceChooser {
  const known = sources.map((source) => ({
    source,
    addresses: createAddressSet(source.match.addresses ?? []),
    allow: source.allow === undefined ? null : createAddressSet(source.allow),
  }));
  const fallback = known.find(({ source }) => source.name === "default");

  return ({ address, path, credential }) => {
    const named = (of: (entry: (typeof known)[number]) => boolean | undefined) => known.find(of);
    const found =
      named(({ source }) => credential !== null && source.match.tokens?.includes(credential)) ??
      named(({ addresses }) => address !== null && addresses.has(address)) ??
      named(({ source }) => source.match.paths?.includes(path)) ??
      fallback;
    if (found === undefined) return { source: DEFAULT_SOURCE, allowed: true };
    const { source, allow } = found;
    return { source, allowed: allow === null || address === null || allow.has(address) };
  };
}

/** The source alone, wherever its records come from now. */
export function chooseSource(sources: readonly SourceSettings[], sender: Sender): SourceSettings {
  return createSourceChooser(sources)(sender).source;
}
