// The filter of cdr.find as flags: each may be repeated (or), different ones all hold (and).
import type { Command } from "commander";
import type { Json } from "../cdr/json.ts";
import type { Params } from "../client/client.ts";
import { engineError } from "../errors.ts";
import { instantFlag, TIME_FORMS, timeZoneFlag } from "./flag-values.ts";
import { readPairs } from "./value-pairs.ts";

export type FilterParameter = NonNullable<Params<"cdr.find">["filter"]>;

/** Flag → member of the filter. */
const LISTS = {
  id: ["ids", "CDR id"],
  tenant: ["tenants", "tenant"],
  account: ["accounts", "account"],
  subject: ["subjects", "subject"],
  category: ["categories", "category"],
  destination: ["destinations", "number, as dialled or normalised"],
  prefix: ["destinationPrefixes", "normalised digits that the destination begins with"],
  carrier: ["carriers", "carrier of the buy side"],
  country: ["countries", "ISO 3166 code of the destination"],
  outcome: ["outcomes", "rated | partial | unrated | voided"],
  reason: ["reasons", "reason code"],
  source: ["sources", "configured source"],
  batch: ["batchIds", "batch id"],
  cause: ["disconnectCauses", "disconnect cause"],
  direction: ["directions", "inbound | outbound | internal | external"],
  caller: ["callerNumbers", "calling number, as sent"],
  callerPart: ["callerNumberParts", "part of the calling number, as sent"],
  callerBegins: ["callerNumberPrefixes", "what the calling number begins with, as sent"],
  callerEnds: ["callerNumberEndings", "what the calling number ends with, as sent"],
  destinationPart: ["destinationParts", "part of the called number, as dialled or normalised"],
  destinationEnds: ["destinationEndings", "what the called number ends with"],
  accountPart: ["accountParts", "part of the account's name"],
  accountBegins: ["accountPrefixes", "what the account's name begins with"],
  accountEnds: ["accountEndings", "what the account's name ends with"],
  queue: ["queues", "queue"],
  agent: ["agents", "agent"],
  trunk: ["trunks", "trunk"],
  tariffVersion: ["tariffVersions", "tariff version that priced it"],
  warning: ["warnings", "what was doubtful: ambiguous-local-time"],
} as const;

type ListFlag = keyof typeof LISTS;

export type FilterOptions = Partial<Record<ListFlag, string[]>> & {
  from?: string;
  to?: string;
  extra?: string[];
  not?: string[];
  filter?: string;
  timeZone?: string;
};

const dashed = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `named`: flags that have another name here, where a command has its own of that name. */
export function filterFlags(
  command: Command,
  named: Partial<Record<ListFlag, string>> = {},
): Command {
  for (const [flag, [, text]] of Object.entries(LISTS)) {
    command.option(`--${dashed(named[flag as ListFlag] ?? flag)} <value...>`, text);
  }
  return timeZoneFlag(command)
    .option("--from <time>", `call time from: ${TIME_FORMS}`)
    .option("--to <time>", "call time before")
    .option(
      "--extra <name=value...>",
      "an extra field; name:=value for JSON (number, true, null …)",
    )
    .option("--not <flag=value...>", "leaves out, e.g. --not account=1001 carrier=North")
    .option(
      "--filter <json>",
      "the filter of cdr.find as JSON: any member that no other flag gives",
    );
}

/** @throws EngineError `invalid-params` naming the flag */
export function readFilter(options: FilterOptions): FilterParameter {
  const given = options.filter === undefined ? {} : readJsonFilter(options.filter);
  const flags = flagMembers(options);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(flags, name)) continue;
    // Neither of the two can be dropped without a word.
    throw engineError("invalid-params", `--filter: "${name}" is given by another flag too.`, {
      path: `filter.${name}`,
    });
  }
  return { ...given, ...flags } as FilterParameter;
}

function flagMembers(options: FilterOptions): Record<string, unknown> {
  const filter: Record<string, unknown> = listMembers(options);
  const callTime = timeRange(options);
  if (callTime !== undefined) filter["callTime"] = callTime;
  if (options.extra !== undefined) filter["extra"] = readExtra(options.extra);
  if (options.not !== undefined) filter["not"] = readNegated(options.not);
  return filter;
}

/** `--from` and `--to` as a range of the service; undefined where there is neither. */
export function timeRange({
  from,
  to,
  timeZone,
}: Pick<FilterOptions, "from" | "to" | "timeZone">): { from?: string; to?: string } | undefined {
  if (from === undefined && to === undefined) return undefined;
  return {
    ...(from === undefined ? {} : { from: instantFlag(from, "from", timeZone) }),
    ...(to === undefined ? {} : { to: instantFlag(to, "to", timeZone) }),
  };
}

function listMembers(options: Partial<Record<ListFlag, string[]>>): Record<string, unknown> {
  const members = Object.entries(LISTS).flatMap(([flag, [member]]) => {
    const values = options[flag as ListFlag];
    return values === undefined ? [] : [[member, values] as const];
  });
  return Object.fromEntries(members);
}

function refuse(flag: string, message: string): never {
  throw engineError("invalid-params", `--${flag}: ${message}`, { path: flag });
}

function readJsonFilter(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    refuse("filter", `not JSON: ${cause.message}`);
  }
  return refuse("filter", "not a JSON object");
}

/** Values of one name are alternatives. */
function readExtra(pairs: string[]): Record<string, Json[]> {
  const extra = new Map<string, Json[]>();
  for (const [name, value] of readPairs(pairs, "extra")) {
    extra.set(name, [...(extra.get(name) ?? []), value]);
  }
  return Object.fromEntries(extra);
}

function readNegated(pairs: string[]): Record<string, unknown> {
  const negated: Partial<Record<ListFlag, string[]>> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const flag = pair
      .slice(0, equals)
      .replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
    if (equals < 1 || !Object.hasOwn(LISTS, flag)) {
      refuse(
        "not",
        `"${pair}" is not flag=value with one of ${Object.keys(LISTS).map(dashed).join(", ")}`,
      );
    }
    const known = flag as ListFlag;
    negated[known] = [...(negated[known] ?? []), pair.slice(equals + 1)];
  }
  return listMembers(negated);
}
