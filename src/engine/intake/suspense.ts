// What is done about suspended records: read again, with corrected fields, or discarded.

import { type Scope, seesSome } from "../../access/scope.ts";
import type { Cdr, StoredCdr } from "../../cdr/cdr.ts";
import { contentOf } from "../../cdr/facts.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn, turnFor } from "../../event-loop.ts";
import { readCdrObject } from "../../formats/cdr-object.ts";
import type { FormatResult, RawCdr } from "../../formats/format.ts";
import { limitFault } from "../../mediation/limits.ts";
import { mediate, tenantOf } from "../../mediation/mediate.ts";
import { type SourceSettings, sourceNamed } from "../../mediation/source-settings.ts";
import type { SuspenseClosing, SuspenseRecord } from "../../stores/ports/suspense.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";
import type { RateBatchParts } from "../pricing/rate-batch.ts";
import { arrivedOrigin, rateContent, reviseCdr } from "../records/revise.ts";
import type { CdrAnswer } from "./answers.ts";
import type { Arrival } from "./arrival.ts";
import { type Intake, withBatch } from "./receive.ts";
import { readKept } from "./record-formats.ts";

export interface RetryOptions {
  /** Named as in `cdr.process`; each takes the place of what the record says. */
  fields?: JsonObject | undefined;
  /** For a conflict: the stored CDR stays as it is, or takes the facts of this record. */
  conflict?: "keep" | "replace" | undefined;
  /** Whom the caller may write for. */
  scope: Scope;
  /** Name of the credential that does it. */
  by: string;
}

export interface RetryResult {
  state: SuspenseRecord["state"];
  /** What became of the record; null when it was only closed. */
  answer: CdrAnswer | null;
}

export interface SuspenseParts {
  store: Store;
  clock: Clock;
  intake: Intake;
  rating: RateBatchParts;
  sources: readonly SourceSettings[];
}

/** A record that says no tenant is of those whose credentials sent it. */
function isInScope({ tenant, owners = [] }: SuspenseRecord, scope: Scope): boolean {
  return seesSome(scope, tenant === undefined ? owners : [tenant]);
}

/** @throws `not-found`, also for a record of a tenant that the scope does not have */
export async function suspendedInScope(
  store: Store,
  id: string,
  scope: Scope,
): Promise<SuspenseRecord> {
  // Its bytes, of which nothing is known yet, are read in one step.
  if (isTurnOver()) await ownTurn();
  const record = await store.suspense.get(id);
  if (record !== null && isInScope(record, scope)) return record;
  throw engineError("not-found", `There is no suspense record ${id}.`, { path: "id" });
}

/** A record counts as retried only after its CDR is durable; until then it stays open. */
export async function retrySuspended(
  engine: SuspenseParts,
  record: SuspenseRecord,
  options: RetryOptions,
): Promise<RetryResult> {
  requireOpen(record);
  if (options.conflict === "keep") {
    if (record.cdrId === undefined) {
      throw engineError("invalid-params", "Only a conflict can be kept or replaced.", {
        path: "conflict",
      });
    }
    return { state: await closeAs(engine, record, discarding(engine, options.by)), answer: null };
  }
  const source = retrySource(sourceNamed(engine.sources, record.source), options.fields);
  await turnFor(record.bytes.length);
  const read = readCorrected(record, source, options.fields);
  const arrival = arrivalOf(record, source, options.scope);
  await turnFor(record.bytes.length);
  const answer = await engine.intake.process(arrival, read);
  if (answer.outcome === "suspended") return { state: "open", answer };
  if (answer.outcome !== "conflict") {
    return { state: await closeAs(engine, record, retrying(read, answer)), answer };
  }
  if (options.conflict !== "replace" || !read.ok) return { state: "open", answer };
  const { semanticsAt } = engine.rating.snapshots;
  const mediated = mediate(read.raw, arrival.source, engine.clock(), semanticsAt);
  if (!mediated.ok) throw new Error("what the intake has taken can be mediated again");
  const replaced = await replaceFacts(engine, withBatch(mediated.cdr, arrival.batch));
  return { state: await closeAs(engine, record, retrying(read, replaced)), answer: replaced };
}

/** Closes an open record without a CDR; it opens again when it comes again. */
export async function discardSuspended(
  engine: SuspenseParts,
  record: SuspenseRecord,
  by: string,
): Promise<void> {
  requireOpen(record);
  await closeAs(engine, record, discarding(engine, by));
}

function discarding({ clock }: SuspenseParts, by: string): SuspenseClosing {
  return { state: "discarded", by, atMs: clock() };
}

/** What the record was read as is the CDR that it became. */
function retrying(read: FormatResult, { id }: CdrAnswer): SuspenseClosing {
  if (!read.ok || id === null) return { state: "retried" };
  return { state: "retried", as: { id, tenant: tenantOf(read.raw) } };
}

function requireOpen({ id, state }: SuspenseRecord): void {
  if (state === "open") return;
  throw engineError("conflict", `The record ${id} is ${state} already.`, { path: "id" });
}

/** Another caller may have closed it meanwhile: then its state is the answer. */
async function closeAs(
  { store }: SuspenseParts,
  { id }: SuspenseRecord,
  closing: SuspenseClosing,
): Promise<SuspenseRecord["state"]> {
  const { state } = closing;
  if (await store.suspense.close(id, closing)) return state;
  const found = await store.suspense.get(id);
  if (found?.state === state) return state;
  throw engineError("conflict", `The record ${id} was closed by somebody else meanwhile.`);
}

/** A person gives a usage in seconds, whatever unit the source sends. */
function retrySource(source: SourceSettings, fields: JsonObject = {}): SourceSettings {
  const corrected = readCdrObject(fields, source.fieldMap);
  const isGiven = corrected.ok && corrected.raw.primary["usage"] !== undefined;
  return isGiven ? { ...source, usageUnit: "s" } : source;
}

function readCorrected(
  record: SuspenseRecord,
  source: SourceSettings,
  fields: JsonObject = {},
): FormatResult {
  const corrected = readCdrObject(fields, source.fieldMap);
  const own = { ...source, name: record.source };
  const read = readKept(record, own, corrected.ok ? fields : undefined);
  if (!corrected.ok) {
    const detail = `The format ${record.format} is not known here; give all fields of the CDR.`;
    return read ?? { ok: false, reason: "not-a-cdr", detail };
  }
  if (read?.ok !== true) return corrected;
  const { lengths, ...raw } = read.raw;
  // What the switch says elsewhere of the length stands against its own usage, not against one that
  // a person gave.
  const isMeasured = ["usage", "answerTime", "endTime"].some(
    (name) => corrected.raw.primary[name] !== undefined,
  );
  const merged: RawCdr = {
    ...raw,
    ...(isMeasured || lengths === undefined ? {} : { lengths }),
    primary: { ...raw.primary, ...corrected.raw.primary },
    extra: { ...raw.extra, ...corrected.raw.extra },
    descriptive: { ...raw.descriptive, ...corrected.raw.descriptive },
  };
  // What the record itself is over its limits with, no correction takes out of it.
  if (limitFault(merged) !== null && limitFault(corrected.raw) === null) return corrected;
  const missing = raw.partial === undefined ? [] : missingFacts(merged);
  if (raw.partial === undefined || missing.length === 0) return { ok: true, raw: merged };
  const { reason, detail } = raw.partial;
  return {
    ok: false,
    reason,
    detail: `${detail} It can be read in part only; give ${missing.join(", ")} too.`,
  };
}

const NEEDED = ["originId", "account", "destination", "usage"] as const;
const TIMES = ["answerTime", "setupTime", "endTime"] as const;

/** Facts that a record read in part must have: what is absent may have stood where it is broken. */
function missingFacts({ primary }: RawCdr): string[] {
  const isAbsent = (name: string) => (primary[name] ?? "") === "";
  const missing: string[] = NEEDED.filter(isAbsent);
  return TIMES.every(isAbsent) ? [...missing, TIMES[0]] : missing;
}

function arrivalOf(record: SuspenseRecord, source: SourceSettings, scope: Scope): Arrival {
  const { format, bytes, query, contentType, batchId, batchLine } = record;
  return {
    source: { ...source, name: record.source },
    format,
    bytes,
    ...(query === undefined ? {} : { query }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(batchId === undefined || batchLine === undefined
      ? {}
      : { batch: { id: batchId, line: batchLine } }),
    scope,
  };
}

/** The stored CDR takes facts and origin of `cdr`, rated anew; the old ones go to its history. */
async function replaceFacts(engine: SuspenseParts, cdr: Cdr): Promise<CdrAnswer> {
  const { id } = cdr;
  const { rating } = await reviseCdr(engine, cdr, (stored) => {
    if (!isSameCall(stored, cdr)) {
      throw engineError("conflict", `The CDR ${id} is another call: it cannot be replaced.`, {
        path: "conflict",
        hint: "Give the record an originId of its own under `fields`.",
      });
    }
    return rateContent(engine.rating, stored, {
      content: contentOf(cdr),
      origin: arrivedOrigin(stored, cdr),
    });
  });
  const { outcome, reason, sell, buy } = rating;
  if (outcome === "voided") throw new Error("a rating of facts is never voided");
  return { id, outcome, ...(reason === undefined ? {} : { reason }), sell, buy };
}

function isSameCall(stored: StoredCdr, cdr: Cdr): boolean {
  return (
    stored.tenant === cdr.tenant &&
    stored.primary.originHost === cdr.primary.originHost &&
    stored.primary.originId === cdr.primary.originId
  );
}
