// Sources: the named senders of CDRs with their settings, and which of them a post came from.
import { IANAZone } from "luxon";
import { z } from "zod";
import { FIELD_SPELLINGS, type PrimaryFieldName } from "../cdr/primary-fields.ts";
import { addressMatches, isAddressRange } from "./address-range.ts";
import { causeMapSchema } from "./cause-map.ts";

const texts = z.array(z.string().min(1));
const primaryFieldName = z.enum(
  Object.keys(FIELD_SPELLINGS) as [PrimaryFieldName, ...PrimaryFieldName[]],
);

export const sourceSettings = z.strictObject({
  name: z.string().min(1).max(64).describe("Name of the source, kept with each of its CDRs."),
  match: z
    .strictObject({
      tokens: texts.optional().describe("Names of bearer tokens or Basic users."),
      addresses: z
        .array(z.string().refine(isAddressRange, "Not an IP address or CIDR range."))
        .optional()
        .describe("Peer addresses, IP or CIDR."),
      paths: z.array(z.string().startsWith("/")).optional().describe("Request paths."),
    })
    .prefault({})
    .describe("What the source is known by: a token first, then an address, then a path."),
  kind: z.enum(["freeswitch", "form"]).optional().describe("Format, where the path does not say."),
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
  /** Peer address without port. */
  address: string;
  /** Name of the token or Basic user that was accepted, null on loopback without one. */
  credential: string | null;
}

/**
 * The first source that names the credential, else the address, else the path; else the source
 * `default`, which keeps everything, reads times as UTC and bills a-legs unless it is configured.
 */
export function chooseSource(sources: readonly SourceSettings[], sender: Sender): SourceSettings {
  const { address, path, credential } = sender;
  return (
    sources.find(({ match }) => credential !== null && match.tokens?.includes(credential)) ??
    sources.find(({ match }) => match.addresses?.some((range) => addressMatches(address, range))) ??
    sources.find(({ match }) => match.paths?.includes(path)) ??
    sources.find(({ name }) => name === "default") ??
    DEFAULT_SOURCE
  );
}
