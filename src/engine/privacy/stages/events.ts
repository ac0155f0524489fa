// What is no CDR, or not yet: records kept aside, events of queues, halves of calls.
import type { Json, JsonObject } from "../../../cdr/json.ts";
import { maskJson } from "../../../cdr/masking/record.ts";
import { maskForms, maskRuns, mentions } from "../../../cdr/masking/text.ts";
import type { CallHalf } from "../../../stores/ports/call-halves.ts";
import type { QueueEvent } from "../../../stores/ports/queue-events.ts";
import type { SuspenseRecord } from "../../../stores/ports/suspense.ts";
import { decodeListCursor, encodeListCursor } from "../../../stores/sort-keys.ts";
import { NOTHING, type Stage, type Wanted } from "./stage.ts";

/** Records with their bytes. */
const RECORDS = 100;
const EVENTS = 1000;
/** Fewer digits are no number of a person. */
const LEAST_DIGITS = 5;

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/**
 * By age what is dealt with; open records wait for somebody, and stay. Of one number all of them: an open
 * one is discarded.
 */
export const suspenseStage: Stage<SuspenseRecord> = {
  async read({ store, wanted }, cursor) {
    const { beforeMs, receivedBeforeMs, tenants, sought } = wanted;
    const toMs = Math.min(receivedBeforeMs, beforeMs ?? receivedBeforeMs);
    const { records, nextCursor = null } = await store.suspense.find({
      ...{ receivedAt: { toMs }, limit: RECORDS },
      ...(tenants && { tenants: [...tenants] }),
      ...(cursor !== null && { cursor }),
    });
    const found = records.filter(({ maskedAtMs, bytes, query = "", detail }) => {
      if (maskedAtMs !== undefined || sought === null) return maskedAtMs === undefined;
      return [textOf(bytes), query, detail].some((text) => mentions(text, sought.forms));
    });
    return { found, looked: records.length, next: nextCursor };
  },
  async mask({ store, wanted, by, markMs }, found) {
    const going: string[] = [];
    for (const { id, state } of found) {
      if (state === "open") {
        if (wanted.sought === null) continue;
        await store.suspense.close(id, { state: "discarded", by, atMs: markMs });
      }
      going.push(id);
    }
    await store.suspense.mask(going, markMs);
    return found.length - going.length;
  },
  told: ({ bytes, receivedAtMs, ...record }) => ({
    ...{ kind: "suspense", id: record.id, tenant: record.tenant ?? null, atMs: receivedAtMs },
    content: { ...(record as unknown as JsonObject), text: textOf(bytes) },
  }),
};

/** They are of no tenant. */
export const queueEventStage: Stage<QueueEvent> = {
  async read({ store, wanted }, cursor) {
    if (wanted.tenants !== undefined) return NOTHING;
    const { beforeMs, receivedBeforeMs } = wanted;
    const place = cursor === null ? null : decodeListCursor(cursor, 1);
    const events = await store.queueEvents.find({
      ...{ fromMs: 0, toMs: beforeMs ?? receivedBeforeMs, limit: EVENTS },
      ...(place && { after: { atMs: Number(place[0]), id: String(place[1]) } }),
    });
    const last = events.at(-1);
    return {
      found: events.filter((event) => maskedEvent(event, wanted) !== null),
      looked: events.length,
      next: last && events.length === EVENTS ? encodeListCursor(last.atMs, [last.id]) : null,
    };
  },
  async mask({ store, wanted }, found) {
    await store.queueEvents.replace(found.flatMap((event) => maskedEvent(event, wanted) ?? []));
    return 0;
  },
  told: (event) => ({
    ...{ kind: "queueEvent", id: event.id, tenant: null, atMs: event.atMs },
    content: { ...(event as unknown as JsonObject) },
  }),
};

/** Null: it has nothing that is to be masked. */
function maskedEvent(event: QueueEvent, { sought }: Wanted): QueueEvent | null {
  const hide = (text: string) =>
    sought === null ? maskRuns(text, LEAST_DIGITS) : maskForms(text, sought.forms);
  const facts = maskJson(event.facts, (text) => hide(text)) as JsonObject;
  const account = event.account === null || sought === null ? event.account : hide(event.account);
  const isSame = JSON.stringify(facts) === JSON.stringify(event.facts) && account === event.account;
  return isSame ? null : { ...event, account, facts };
}

/**
 * Only of one number, because they are kept for hours. A half that waits for the other one is a call that
 * is under way: it stays, and is counted.
 */
export const callHalfStage: Stage<CallHalf> = {
  async read({ store, wanted }, cursor) {
    const { sought, tenants } = wanted;
    if (sought === null || tenants !== undefined) return NOTHING;
    const halves = await store.callHalves.page({ after: cursor ?? "", limit: RECORDS });
    const found = halves.filter(({ bytes }) => mentions(textOf(bytes), sought.forms));
    const next = halves.length === RECORDS ? (halves.at(-1)?.id ?? null) : null;
    return { found, looked: halves.length, next };
  },
  async mask({ store }, found) {
    const paired = found.filter(({ isPaired }) => isPaired).map(({ id }) => id);
    await store.callHalves.remove(paired);
    return found.length - paired.length;
  },
  told: ({ bytes, ...half }) => ({
    ...{ kind: "callHalf", id: half.id, tenant: null, atMs: half.sinceMs },
    content: { ...half, text: textOf(bytes) } as Json,
  }),
};
