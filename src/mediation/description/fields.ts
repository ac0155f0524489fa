// What describes a call beside its billed facts. Nothing here refuses a record: what cannot be read
// stays the extra field that it is, and the log says so.
import { CALL_DIRECTIONS, type CallDirection, type PrimaryFields } from "../../cdr/cdr.ts";
import type { Json } from "../../cdr/json.ts";
import { type BareUnit, readDuration } from "../duration-text.ts";
import { type Mediation, shown, textOf } from "../field-reading.ts";
import { LIMITS } from "../limits.ts";
import { directionByRules } from "./direction-rules.ts";

/** The members of a CDR that only describe it. */
type Description = Pick<
  PrimaryFields,
  "callDirection" | "callerName" | "queue" | "agent" | "trunk" | "durationMs"
>;
type Described = Description & Pick<PrimaryFields, "callerNumber">;

const TEXTS = ["callerName", "callerNumber", "queue", "agent", "trunk"] as const;

/** `bare`: what a duration without a unit counts. The source's own rules come before what was sent. */
export function readDescription(job: Mediation, bare: BareUnit): Described {
  const { descriptive = {} } = job.raw;
  const described: Described = {};
  for (const name of TEXTS) {
    const text = readText(job, name);
    if (text !== undefined) described[name] = text;
  }
  const direction = directionByRules(job.source.directions, job.raw) ?? readDirection(job);
  if (direction !== undefined) described.callDirection = direction;
  const durationMs = readLength(job, descriptive["duration"], bare);
  if (durationMs !== undefined) described.durationMs = durationMs;
  return described;
}

function readText(job: Mediation, name: (typeof TEXTS)[number]): string | undefined {
  const value = job.raw.descriptive?.[name];
  const text = textOf(value);
  if (text !== null && (text?.length ?? 0) <= LIMITS.primaryTextLength) return text;
  leaveOut(job, name, value, `no text of at most ${LIMITS.primaryTextLength} characters`);
  return undefined;
}

function readDirection(job: Mediation): CallDirection | undefined {
  const value = job.raw.descriptive?.["callDirection"];
  const text = textOf(value);
  if (text === undefined) return undefined;
  const word = text?.trim().toLowerCase();
  const direction = CALL_DIRECTIONS.find((known) => known === word);
  if (direction === undefined) {
    leaveOut(job, "callDirection", value, `none of ${CALL_DIRECTIONS.join(", ")}`);
  }
  return direction;
}

function readLength(job: Mediation, value: Json | undefined, bare: BareUnit): number | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const read = text === null ? null : readDuration(text, bare);
  if (read?.ok) return read.ms;
  leaveOut(job, "duration", value, "no length of 0 or more");
  return undefined;
}

function leaveOut(job: Mediation, name: string, value: Json | undefined, what: string): void {
  job.warnings.push(`${name} ${shown(value)} is ${what}; it is an extra field only.`);
}

/** The description as a sender would write it, to be read again beside corrected fields. */
export function rawDescription(primary: PrimaryFields): Record<string, Json> {
  const { durationMs, ...texts } = splitDescription(primary).description;
  return { ...texts, ...(durationMs === undefined ? {} : { duration: `${durationMs}ms` }) };
}

/** The members that describe, and those that do not. */
export function splitDescription(primary: PrimaryFields) {
  const { callDirection, callerName, queue, agent, trunk, durationMs, ...facts } = primary;
  const all = { callDirection, callerName, queue, agent, trunk, durationMs };
  const there = Object.entries(all).filter(([, value]) => value !== undefined);
  return { facts, description: Object.fromEntries(there) as Description };
}
