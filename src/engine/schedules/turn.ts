// What is due: occasions of schedules become deliveries, deliveries are tried. Every step may be the last
// one of this process, and may be done by two at once: what is written is written at the version seen.
import { createHash } from "node:crypto";
import { type Occasion, occasionAfter } from "../../reports/occasions.ts";
import type { DeskEntry } from "../../stores/ports/billing/desk.ts";
import { type CarryParts, carry } from "./carry.ts";
import {
  type Delivery,
  type Destination,
  deliveryOf,
  type Schedule,
  scheduleOf,
  toBody,
} from "./model.ts";

/** Of one turn. */
const MOST_AT_ONCE = 20;
const DAY_MS = 86_400_000;

/** Resolves with whether there is more to do at once. */
export async function turn(parts: CarryParts, signal: AbortSignal): Promise<{ isBusy: boolean }> {
  const { desk } = parts.store;
  const untilMs = parts.clock();
  const schedules = await desk.due({ kind: "schedule", untilMs, limit: MOST_AT_ONCE });
  for (const entry of schedules) {
    if (signal.aborted) return { isBusy: false };
    await begin(parts, entry);
  }
  const deliveries = await desk.due({ kind: "delivery", untilMs, limit: MOST_AT_ONCE });
  // One after the other for each receiver; one that hangs keeps those of its own kind alone waiting.
  const rows = new Map<string, DeskEntry[]>();
  for (const entry of deliveries) {
    const place = placeOf(entry);
    rows.set(place, [...(rows.get(place) ?? []), entry]);
  }
  const done = await Promise.allSettled(
    [...rows.values()].map(async (row) => {
      for (const entry of row) if (!signal.aborted) await carry(parts, entry, signal);
    }),
  );
  // Those beside one that failed, as by a store that is away, came to their end first.
  for (const row of done) if (row.status === "rejected") throw row.reason;
  await forgetOld(parts);
  return { isBusy: schedules.length + deliveries.length > 0 };
}

function placeOf(entry: DeskEntry): string {
  const { to } = deliveryOf(entry);
  return to.kind === "mail" ? "mail" : `${to.kind} ${to.name}`;
}

/** The deliveries of each occasion that has come; then the schedule waits for the next one. */
async function begin({ store: { desk }, clock }: CarryParts, entry: DeskEntry): Promise<void> {
  const schedule = scheduleOf(entry);
  const now = clock();
  const come: Occasion[] = [];
  let next = occasionAfter(schedule.occasions, (entry.dueMs ?? now) - 1);
  let missed = 0;
  while (next.atMs <= now) {
    come.push(next);
    if (come.length > schedule.catchUp) {
      come.shift();
      missed += 1;
    }
    next = occasionAfter(schedule.occasions, next.atMs);
  }
  for (const occasion of come) {
    for (const delivery of deliveriesOf(schedule, occasion, now)) await desk.put(delivery);
  }
  const waits: Schedule = { ...schedule, missed: schedule.missed + missed };
  await desk.update(
    { ...entry, version: entry.version + 1, dueMs: next.atMs, body: toBody(waits) },
    entry.version,
  );
}

/** One for each receiver; the same ids however often they are made. */
export function deliveriesOf(
  schedule: Schedule,
  { period }: Pick<Occasion, "period">,
  nowMs: number,
): DeskEntry[] {
  const { name, report, told, format, occasions, owner } = schedule;
  return schedule.to.map((to) => {
    const delivery: Delivery = {
      ...{ schedule: name, report, told, format, period, to, owner },
      ...{ zone: occasions.zone, every: occasions.every },
      ...{ state: "waiting", tries: 0, createdAtMs: nowMs, triedAtMs: null, sentAtMs: null },
      ...{ messageId: null, answer: null, fault: null },
    };
    const id = deliveryId(name, period, to);
    return { kind: "delivery", id, version: 1, dueMs: nowMs, body: toBody(delivery) };
  });
}

/** By time, so that the latest are listed first; by schedule, period and receiver, so that there is one. */
function deliveryId(
  schedule: string,
  { fromMs, toMs }: Occasion["period"],
  to: Destination,
): string {
  const receiver = to.kind === "mail" ? to.to.address.toLowerCase() : `${to.kind} ${to.name}`;
  const key = JSON.stringify([schedule, fromMs, toMs, receiver]);
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 24);
  return `${new Date(toMs).toISOString()}-${hash}`;
}

/** The oldest that nothing is to be done with. */
async function forgetOld({ store: { desk }, clock, deliveryDays }: CarryParts): Promise<void> {
  const before = new Date(clock() - deliveryDays * DAY_MS).toISOString();
  for (const entry of await desk.page({ kind: "delivery", limit: MOST_AT_ONCE })) {
    if (entry.id >= before) return;
    if (entry.dueMs === null) await desk.remove(entry);
  }
}
