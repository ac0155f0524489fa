// Erasing CDRs of a MongoDB store: a step is decided by one document that says all that it writes, and
// is ended by whoever comes next, however often it was interrupted.
import { Binary, type Filter } from "mongodb";
import { engineError } from "../../../errors.ts";
import { quarterOf } from "../../../rollups/pieces.ts";
import type { ErasedStep, EraseStep } from "../../ports/cdrs.ts";
import { countedRecord } from "../../rollups/record.ts";
import {
  chosen,
  type ErasedCandidate,
  SEAL_SHAPE,
  type StoredSeal,
  sealsOf,
} from "../../rollups/seals.ts";
import { decodeListCursor, encodeListCursor } from "../../sort-keys.ts";
import { type CdrKeying, keyOfText, keyText, withKeys } from "../cdrs/key.ts";
import { type CdrDocument, callTimeOf, toCdr } from "../documents.ts";
import { lineKey } from "../jobs.ts";
import type { RollupMarks } from "../rollups/marks.ts";
import type { StoreCollections } from "../schema.ts";
import type { ErasedLineDocument, EraseStepDocument, SealDocument } from "./documents.ts";

export interface EraseParts {
  collections: StoreCollections;
  keying: CdrKeying;
  marks: RollupMarks;
  maxTimeMS: number;
}

type Chosen = Pick<CdrDocument, "_id" | "tenant" | "source" | "callId" | "keys" | "receivedAt">;
type Candidate = ErasedCandidate & { document: Chosen };

const WANTED = { tenant: 1, source: 1, callId: 1, "keys.callTime": 1, receivedAt: 1 } as const;
/** Times that CDRs are chosen anew, because some were corrected before they were locked. */
const TRIES = 3;

function toCandidate(document: Chosen): Candidate {
  const { tenant, source, callId = null, keys, receivedAt } = document;
  const [callMs, receivedMs] = [keys.callTime.getTime(), receivedAt.getTime()];
  return { tenant, source, callId, callMs, receivedMs, document };
}

export function sealKey({ quarter, shape }: { quarter: number; shape: string }): string {
  return `${quarter}/${shape}`;
}

export function toSealDocument({ bytes, ...seal }: StoredSeal): SealDocument {
  return { _id: sealKey(seal), ...seal, bytes: bytes.map((some) => new Binary(some)) };
}

export function toStoredSeal({ _id, bytes, ...seal }: SealDocument): StoredSeal {
  return { ...seal, bytes: bytes.map((some) => new Uint8Array(some.value())) };
}

/** Steps that were left: what was decided is ended; CDRs that were only locked can be revised again. */
export async function settleSteps(parts: EraseParts): Promise<void> {
  const { keying } = parts;
  const { cdrs, eraseSteps } = parts.collections;
  for (const { _id, keys, decided } of await eraseSteps.find({}).toArray()) {
    if (decided !== undefined) {
      await finish(parts, _id);
      continue;
    }
    await cdrs.updateMany({ ...withKeys(keying, keys), erasing: _id }, { $unset: { erasing: "" } });
    await eraseSteps.deleteOne({ _id, decided: { $exists: false } });
  }
}

export async function erase(parts: EraseParts, step: EraseStep): Promise<ErasedStep> {
  const { jobLines, eraseSteps } = parts.collections;
  const { job, list, number } = step;
  const noted = await jobLines.findOne({ _id: lineKey(job, list, number) });
  const _id = JSON.stringify([job, list, number]);
  const open = await eraseSteps.findOne({ _id });
  if (noted === null || open?.decided !== undefined) {
    const text = open?.decided?.text ?? (await decide(parts, step, _id));
    await finish(parts, _id);
    return JSON.parse(text) as ErasedStep;
  }
  return JSON.parse(noted.line) as ErasedStep;
}

async function pageOf({ collections, keying, maxTimeMS }: EraseParts, step: EraseStep) {
  const { after, callTime, tenants, limit } = step;
  const until = new Date(callTime.toMs);
  let place: Filter<CdrDocument> = {
    "keys.callTime": { $gte: new Date(Math.max(0, callTime.fromMs)), $lt: until },
  };
  if (after !== null) {
    const [ms, text] = decodeListCursor(after, 1);
    const time = new Date(Number(ms));
    const _id = { $gt: keyOfText(keying, String(text)) };
    place = {
      "keys.callTime": { $gte: time, $lt: until },
      $or: [{ "keys.callTime": { $gt: time } }, { "keys.callTime": time, _id }],
    } as Filter<CdrDocument>;
  }
  const filter = { ...place, ...(tenants && { tenant: { $in: [...tenants] } }) };
  return collections.cdrs
    .find(filter, { maxTimeMS })
    .project<Chosen>(WANTED)
    .sort({ "keys.callTime": 1, _id: 1 })
    .limit(limit)
    .toArray();
}

/** Answers the text of the line. */
async function decide(parts: EraseParts, step: EraseStep, _id: string): Promise<string> {
  const { cdrs } = parts.collections;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await settleSteps(parts);
    const page = await pageOf(parts, step);
    const callIds = [...new Set(page.flatMap(({ callId }) => (callId ? [callId] : [])))];
    const siblings = await cdrs
      .find({ callId: { $in: callIds } }, { maxTimeMS: parts.maxTimeMS })
      .project<Chosen>(WANTED)
      .toArray();
    const keyOf = ({ document }: Candidate) => keyText(document._id);
    const { going, left } = chosen(page.map(toCandidate), siblings.map(toCandidate), {
      ...{ bounds: step, keyOf },
    });
    const locked = await lock(parts, _id, going);
    if (locked === null) continue;
    const last = page.at(-1);
    const isMore = page.length === step.limit && last !== undefined;
    const next = isMore ? encodeListCursor(callTimeOf(last).getTime(), [keyText(last._id)]) : null;
    return note(parts, step, { _id, locked, left, next });
  }
  throw engineError("too-busy", "CDRs of these times are being corrected now.");
}

/** Null: one of them is another than it was, or gone. */
async function lock(
  { collections, keying }: EraseParts,
  step: string,
  going: readonly Candidate[],
): Promise<CdrDocument[] | null> {
  const { cdrs, eraseSteps } = collections;
  const keys = going.map(({ document: { _id, tenant } }) => ({ _id, tenant }));
  await eraseSteps.replaceOne({ _id: step }, { keys }, { upsert: true });
  if (keys.length === 0) return [];
  await cdrs.updateMany(withKeys(keying, keys), { $set: { erasing: step } });
  const found = await cdrs
    .find({ ...withKeys(keying, keys), erasing: step }, { projection: { history: 0 } })
    .toArray();
  const seen = new Map(found.map((document) => [keyText(document._id), document]));
  const isAsItWas = going.every(({ document, callMs, source, callId }) => {
    const now = seen.get(keyText(document._id));
    if (now === undefined) return false;
    const isMoved = callTimeOf(now).getTime() !== callMs || now.source !== source;
    return !isMoved && (now.callId ?? null) === callId;
  });
  return isAsItWas ? found : null;
}

async function note(
  { collections }: EraseParts,
  step: EraseStep,
  found: { _id: string; locked: CdrDocument[]; left: number; next: string | null },
): Promise<string> {
  const { seals, eraseSteps } = collections;
  const { _id, locked, left, next } = found;
  const records = locked
    .map((document) => ({ document, atMs: callTimeOf(document).getTime() }))
    .sort((one, other) => one.atMs - other.atMs || compareKeys(one.document, other.document))
    .map(({ document, atMs }) => ({
      record: countedRecord(toCdr({ ...document, history: [] })),
      quarter: quarterOf(atMs),
    }));
  const quarters = [...new Set(records.map(({ quarter }) => quarter))];
  const ids = quarters.map((quarter) => sealKey({ quarter, shape: SEAL_SHAPE }));
  const there = await seals.find({ _id: { $in: ids } }).toArray();
  const before = new Map(there.map((seal) => [seal.quarter, toStoredSeal(seal)]));
  const kept = sealsOf(records, step.terms, (quarter) => before.get(quarter) ?? null);
  const done: ErasedStep = { erased: locked.length, left, sums: kept.sums, next };
  const text = JSON.stringify(done);
  const decided: EraseStepDocument["decided"] = {
    quarters,
    seals: kept.seals.map(toSealDocument),
    lines: linesOf(locked, step),
    text,
    at: new Date(step.atMs),
  };
  await eraseSteps.updateOne({ _id }, { $set: { decided } });
  return text;
}

function compareKeys(one: CdrDocument, other: CdrDocument): number {
  return keyText(one._id) < keyText(other._id) ? -1 : 1;
}

function linesOf(locked: readonly CdrDocument[], step: EraseStep): ErasedLineDocument[] {
  const counts = new Map<string, number>();
  for (const { batchId } of locked) {
    if (batchId !== undefined) counts.set(batchId, (counts.get(batchId) ?? 0) + 1);
  }
  const { job, number } = step;
  return [...counts].map(([batchId, lines]) => {
    return { _id: JSON.stringify([batchId, job, number]), batchId, lines };
  });
}

/** What is decided is written, each part so that it may be written again; the CDRs go last but one. */
async function finish({ collections, keying, marks }: EraseParts, _id: string): Promise<void> {
  const [job, list, number] = JSON.parse(_id) as [string, string, number];
  const { cdrs, erased, erasedLines, seals, jobLines, eraseSteps } = collections;
  const open = await eraseSteps.findOne({ _id });
  if (open?.decided === undefined) return;
  const { keys, decided } = open;
  await upsert(erased, keys, ({ tenant }) => ({ $setOnInsert: { tenant, at: decided.at } }));
  await upsert(seals, decided.seals, ({ _id: _key, ...seal }) => ({ $set: seal }));
  await upsert(erasedLines, decided.lines, ({ _id: _key, ...line }) => ({ $set: line }));
  if (keys.length > 0) {
    const times = decided.quarters.map((quarter) => new Date(quarter * 900_000));
    await marks.during(times, () => cdrs.deleteMany({ ...withKeys(keying, keys), erasing: _id }));
  }
  const line = { number, hash: "", line: decided.text };
  await jobLines.updateOne({ _id: lineKey(job, list, number) }, { $set: line }, { upsert: true });
  await eraseSteps.deleteOne({ _id });
}

async function upsert<T extends { _id: unknown }>(
  collection: { bulkWrite(writes: never[], options: { ordered: false }): Promise<unknown> },
  documents: readonly T[],
  updateOf: (document: T) => object,
): Promise<void> {
  const writes = documents.map((document) => ({
    updateOne: { filter: { _id: document._id }, update: updateOf(document), upsert: true },
  }));
  if (writes.length > 0) await collection.bulkWrite(writes as never[], { ordered: false });
}
