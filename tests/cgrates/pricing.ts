// What the tests of CGRateS pricing share: folders written in place, calls written as text.
import { compileCgrates } from "../../src/cgrates/compile.ts";
import { parseDuration, parseTimestamp } from "../../src/cgrates/folder/field-values.ts";
import { readCgratesFolder } from "../../src/cgrates/folder/read.ts";
import type {
  CallDescriptor,
  DescriptorFailure,
  DescriptorOptions,
  DescriptorPrice,
  ExactMoment,
} from "../../src/cgrates/semantics/descriptor.ts";
import { priceDescriptor } from "../../src/cgrates/semantics/price-descriptor.ts";
import type { CgratesSemantics, CgratesSnapshot } from "../../src/cgrates/snapshot.ts";

/** Rows of the files of a folder, without headers; a profile of every subject is added if none. */
export interface FolderRows {
  timings?: string[];
  destinations?: string[];
  rates?: string[];
  destinationRates?: string[];
  plans?: string[];
  profiles?: string[];
  chargers?: string[];
}

export function folderOf(rows: FolderRows): Record<string, string> {
  const files: [string, string[] | undefined][] = [
    ["Timings.csv", rows.timings],
    ["Destinations.csv", rows.destinations ?? ["D,44"]],
    ["Rates.csv", rows.rates],
    ["DestinationRates.csv", rows.destinationRates],
    ["RatingPlans.csv", rows.plans],
    ["RatingProfiles.csv", rows.profiles ?? ["cgrates.org,call,*any,,P,"]],
    ["Chargers.csv", rows.chargers],
  ];
  return Object.fromEntries(
    files.flatMap(([name, lines]) => (lines ? [[name, `#header\n${lines.join("\n")}\n`]] : [])),
  );
}

export function snapshotOf(
  files: Record<string, string>,
  semantics: CgratesSemantics = "cgrates",
): CgratesSnapshot {
  const read = readCgratesFolder(files);
  if (!read.ok) throw new Error(JSON.stringify(read.faults.slice(0, 5)));
  return compileCgrates(read.plan, { version: "test", semantics });
}

export function momentOf(text: string): ExactMoment {
  const time = parseTimestamp(text);
  if (time.kind !== "instant") throw new Error(`not a time: ${text}`);
  const zone = /([+-])(\d\d):(\d\d)$/.exec(text);
  const minutes = zone ? Number(zone[2]) * 60 + Number(zone[3]) : 0;
  return { atMs: time.atMs, ns: time.atNs, offsetMinutes: zone?.[1] === "-" ? -minutes : minutes };
}

export function nanoseconds(text: string): number {
  const ns = parseDuration(text, 1n);
  if (ns === null) throw new Error(`not a duration: ${text}`);
  return ns;
}

export interface TestCall extends Omit<Partial<CallDescriptor>, "timeStart" | "timeEnd"> {
  /** RFC 3339. */
  at: string;
  /** Go syntax. */
  usage?: string;
  until?: string;
}

export function price(
  snapshot: CgratesSnapshot,
  { at, usage, until, ...rest }: TestCall,
  options?: DescriptorOptions,
): DescriptorPrice | DescriptorFailure {
  const descriptor: CallDescriptor = {
    tenant: "cgrates.org",
    category: "call",
    subject: "1001",
    destination: "44",
    timeStart: momentOf(at),
    ...(usage === undefined ? {} : { usageNs: nanoseconds(usage) }),
    ...(until === undefined ? {} : { timeEnd: momentOf(until) }),
    ...rest,
  };
  return priceDescriptor(descriptor, snapshot, options);
}

/** The cost as a number, or the error. */
export function cost(
  snapshot: CgratesSnapshot,
  call: TestCall,
  options?: DescriptorOptions,
): number | string {
  const answer = price(snapshot, call, options);
  return "error" in answer ? answer.error : Number(answer.cost);
}

export function eventCost(snapshot: CgratesSnapshot, call: TestCall): number | string {
  const answer = price(snapshot, call);
  return "error" in answer ? answer.error : Number(answer.eventCost);
}
