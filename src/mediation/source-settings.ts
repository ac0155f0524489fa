// Sources: the named senders of CDRs with their settings, and which of them a post came from.
import { IANAZone } from "luxon";
import { z } from "zod";
import { CALL_DIRECTIONS } from "../cdr/cdr.ts";
import {
  DESCRIPTIVE_FIELD_NAMES,
  EXTRACTOR_NAMES,
  PRIMARY_FIELD_NAMES,
} from "../cdr/primary-fields.ts";
import type { Semantics } from "../cdr/rating.ts";
import { isTimed } from "../cdr/usage.ts";
import { columnsOfMapping } from "../formats/asterisk/columns.ts";
import type { Format, RecordRules } from "../formats/format.ts";
import { FORMATS } from "../formats/formats.ts";
import { patternFault } from "../formats/pattern.ts";
import { createAddressSet, isAddressRange } from "./address-range.ts";
import { causeMapSchema } from "./cause-map.ts";
import { directionRules } from "./description/direction-rules.ts";
import { readDuration } from "./duration-text.ts";
import { USAGE_SLACK_MS, type UsageRules } from "./plausible-usage.ts";

const texts = z.array(z.string().min(1));
/** Addresses and CIDR ranges, of the settings. */
export const addressRanges = z.array(
  z.string().refine(isAddressRange, "Not an IP address or CIDR range."),
);
const pattern = z.string().superRefine((text, context) => {
  const fault = patternFault(text);
  if (fault !== null) {
    context.addIssue({ code: "custom", message: `Not a pattern that may be used: ${fault}.` });
  }
});
/** Names of fields, and parts of fields by a named extractor or a pattern. */
const fieldSources = z.array(
  z.union([
    z.string().min(1),
    z.strictObject({
      from: z.string().min(1),
      extract: z.union([z.enum(EXTRACTOR_NAMES), z.strictObject({ pattern })]),
    }),
  ]),
);
const mappedField = z.enum([...PRIMARY_FIELD_NAMES, ...DESCRIPTIVE_FIELD_NAMES]);

/** Kinds that some format of the table is for. */
function kindsOfSources(): string[] {
  const formats: Format[] = Object.values(FORMATS);
  return [...new Set(formats.flatMap(({ kind }) => (kind === undefined ? [] : [kind])))];
}

/** A length in the settings: seconds as a number, or text such as `72h`; read as milliseconds. */
const lengthMs = z.union([z.number(), z.string()]).transform((sent, context) => {
  const read = readDuration(sent);
  if (read.ok) return read.ms;
  context.addIssue({ code: "custom", message: "Not a length such as 1s, 500ms or 72h." });
  return z.NEVER;
});

/** The most that one record may count, by type: a length for `*voice`, units for all else. */
const usageLimits = z
  .record(z.string().min(1), z.union([z.number(), z.string()]))
  .transform((sent, context) => {
    const limits: Record<string, number> = {};
    for (const [tor, value] of Object.entries(sent)) {
      const limit = limitOf(tor, value);
      if (limit === null) {
        const message = isTimed(tor)
          ? "Not a length over 0 such as 72h."
          : "Not a whole number of units over 0.";
        context.addIssue({ code: "custom", path: [tor], message });
        continue;
      }
      limits[tor] = limit;
    }
    return limits;
  });

function limitOf(tor: string, value: number | string): number | null {
  if (isTimed(tor)) {
    const read = readDuration(value);
    return read.ok && read.ms > 0 ? read.ms : null;
  }
  const units = typeof value === "number" || /^\d+$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(units) && units > 0 ? units : null;
}

/** A list of names, or a mapping as it stands in cdr_custom.conf; names in lower case, each once. */
const columnNames = z
  .union([z.string(), z.array(z.string().min(1)).min(1).max(200)])
  .transform((sent, context) => {
    const names = typeof sent === "string" ? columnsOfMapping(sent) : sent.map(inLowerCase);
    const twice = names?.find((name, index) => names.indexOf(name) !== index);
    if (names !== null && twice === undefined) return names;
    const message =
      twice === undefined
        ? "Not a mapping of cdr_custom.conf."
        : `The column ${twice} comes twice.`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

function inLowerCase(name: string): string {
  return name.toLowerCase();
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
  ambiguousTimes: z
    .enum(["choose", "suspend"])
    .default("choose")
    .describe("A local time that a clock change doubled, where several readings fit."),
  usageUnit: z
    .enum(["s", "ms", "ns", "auto-ns"])
    .default("s")
    .describe("What a usage without a unit counts; auto-ns: ns where seconds are over the limit."),
  usageSlack: lengthMs
    .default(USAGE_SLACK_MS)
    .describe("How far a usage may be over the time from answer to end."),
  limits: z
    .strictObject({ usage: usageLimits.default({}) })
    .prefault({})
    .describe("The most that one record may count, by type of record."),
  identity: z
    .enum(["channel", "sequence"])
    .default("channel")
    .describe(
      "Of an Asterisk: ids of UniqueID, DestinationChannel and start, or UniqueID, Sequence.",
    ),
  answered: z
    .enum(["billsec", "disposition"])
    .default("billsec")
    .describe("Of an Asterisk or UCM: what counts where billsec is over 0 without ANSWERED."),
  host: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe("Of a UCM (its serial number) or a table: originHost where a record names none."),
  ratedDirections: z
    .array(z.enum(CALL_DIRECTIONS))
    .optional()
    .describe("Calls that are billed, by callDirection; absent: of a UCM outbound and external."),
  columns: columnNames
    .optional()
    .describe("Of an Asterisk: columns of its cdr_custom file, names or the mapping itself."),
  mapped: texts
    .transform((names) => names.map(inLowerCase))
    .optional()
    .describe("Of an Asterisk: the labels of its cdr_manager.conf; other fields are injected."),
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
    .partialRecord(mappedField, fieldSources)
    .optional()
    .describe("Primary or descriptive field: the names that replace its own list, best first."),
  directions: directionRules
    .default([])
    .describe("Own rules for callDirection; the first one that matches counts."),
  trunks: z
    .array(pattern)
    .max(100)
    .optional()
    .describe("Of an Asterisk: patterns of the channels that are trunks, the group is the name."),
});

export type SourceSettings = z.output<typeof sourceSettings>;

/** What a format must know of a source. */
export function recordRulesOf(source: SourceSettings): RecordRules {
  const { name, identity, answered, columns, mapped, trunks, host } = source;
  return { source: name, identity, answered, columns, mapped, trunks, host };
}

/** What a source says of its usages; `semantics`: by which the call is priced, null: by none. */
export function usageRulesOf(
  { usageSlack, limits }: SourceSettings,
  semantics: Semantics | null,
): UsageRules {
  return { slackMs: usageSlack, limits: limits.usage, hasTable: semantics !== "cgrates" };
}

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

/** The source of this name as it is configured now, else one without settings of its own. */
export function sourceNamed(sources: readonly SourceSettings[], name: string): SourceSettings {
  return sources.find((source) => source.name === name) ?? DEFAULT_SOURCE;
}

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
