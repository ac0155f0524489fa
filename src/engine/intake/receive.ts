// From a raw record to its answer: mediate → rate → one atomic write each → answer.
import { requireEveryAccount, seesTenant } from "../../access/scope.ts";
import type { Cdr, StoredCdr } from "../../cdr/cdr.ts";
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import type { Json } from "../../cdr/json.ts";
import type { Reason } from "../../cdr/reasons.ts";
import { engineError } from "../../errors.ts";
import type { FormatResult, RawCdr } from "../../formats/format.ts";
import { mediate } from "../../mediation/mediate.ts";
import type { NewCdr } from "../../stores/ports/cdrs.ts";
import type { SuspenseRecord } from "../../stores/ports/suspense.ts";
import type { Store } from "../../stores/store.ts";
import type { Log } from "../ports.ts";
import { type RateBatchParts, rateBatch } from "../pricing/rate-batch.ts";
import { reviveCdr } from "../records/revise.ts";
import { type CdrAnswer, seenAnswer } from "./answers.ts";
import type { Arrival } from "./arrival.ts";
import type { Counters } from "./counters.ts";
import { createInsertQueue } from "./insert-queue.ts";
import { hasContent, isCollision, isKnownContent } from "./known-content.ts";
import { createSuspender, type Suspender } from "./suspender.ts";
import { createWaitingRoom, type Wait, type WaitingRoomLimits } from "./waiting-room.ts";

export interface Intake {
  /**
   * @throws `store-unavailable`: nothing was acknowledged, post it again; `forbidden` where the
   * sender may not write for the record's tenant, or is for single accounts
   */
  process(arrival: Arrival, read: FormatResult): Promise<CdrAnswer>;
  depth(): number;
  drained(): Promise<void>;
}

export interface IntakeParts extends RateBatchParts {
  log: Log;
  counters: Counters;
  limits: { queue: number; commit: number } & WaitingRoomLimits;
}

interface Accepted {
  arrival: Arrival;
  cdr: Cdr;
  wait: Wait;
}

export function createIntake(parts: IntakeParts): Intake {
  const { store, clock, counters, log, limits } = parts;
  const suspend = createSuspender({ store, clock, log });

  async function suspended(
    arrival: Arrival,
    fault: { reason: Reason; detail: string; tenant?: string },
  ): Promise<CdrAnswer> {
    const record = await suspend(arrival, { ...fault, owners: arrival.scope.tenants ?? undefined });
    if (record.state === "retried") return answerRetried(store, arrival, record);
    const { reason, detail } = fault;
    return { id: null, outcome: "suspended", reason, detail, suspenseId: record.id };
  }

  async function writeBatch(accepted: Accepted[]): Promise<CdrAnswer[]> {
    const rated = await rateBatch(
      parts,
      accepted.map((entry) => entry.cdr),
    );
    const outcomes = await store.cdrs.insert(rated);
    const answers: CdrAnswer[] = [];
    for (const [index, entry] of accepted.entries()) {
      const outcome = outcomes[index];
      const stored = rated[index];
      if (outcome === undefined || stored === undefined) {
        throw new Error("store.cdrs.insert answers one outcome for each CDR, in order");
      }
      if (outcome.outcome === "inserted") answers.push(answerStored(stored));
      else if (outcome.outcome === "erased") answers.push(answerErased(entry));
      else if (outcome.outcome === "taken") answers.push(await answerTaken(suspend, entry));
      else answers.push(await answerExisting(parts, suspend, entry, outcome.stored));
    }
    return answers;
  }

  const room = createWaitingRoom(limits);
  const queue = createInsertQueue({
    write: writeBatch,
    isWanted: ({ wait }: Accepted) => !wait.isOver,
    sizeOf: ({ arrival, cdr }) => ({ bytes: arrival.bytes.length, key: `${cdr.id} ${cdr.tenant}` }),
    limit: limits.queue,
    batch: limits.commit,
  });

  async function processRaw(arrival: Arrival, raw: RawCdr, wait: Wait): Promise<CdrAnswer> {
    const mediated = mediate(raw, arrival.source, clock(), parts.snapshots.semanticsAt);
    if (!mediated.ok) {
      const tenant = tenantOf(raw);
      if (tenant !== undefined) requireWritable(arrival, tenant);
      const { reason, field, detail: plain } = mediated;
      const detail = arrival.placed?.({ raw, field, detail: plain }) ?? plain;
      return suspended(arrival, { reason, detail, ...(tenant === undefined ? {} : { tenant }) });
    }
    const cdr = withBatch(mediated.cdr, arrival.batch);
    requireWritable(arrival, cdr.tenant);
    if (mediated.warnings.length > 0) {
      log.info({ id: cdr.id, warnings: mediated.warnings }, "CDR read with warnings");
    }
    return queue.push({ arrival, cdr, wait });
  }

  return {
    async process(arrival, read) {
      // A record that cannot be read is of no account.
      requireEveryAccount(arrival.scope);
      const sender = { tenant: countedTenant(arrival, read), source: arrival.source.name };
      counters.received(sender);
      const answer = await room.admit(arrival, (wait) =>
        read.ok ? processRaw(arrival, read.raw, wait) : suspended(arrival, read),
      );
      counters.answered(sender, answer.outcome);
      return seenAnswer(answer, arrival.scope);
    },
    depth: queue.depth,
    drained: queue.drained,
  };
}

/**
 * The id is another tenant's, in a data base that keys CDRs by their id alone: until it is copied
 * the record waits, and nothing is told of the other one.
 */
async function answerTaken(suspend: Suspender, { arrival, cdr }: Accepted): Promise<CdrAnswer> {
  const reason = "identity-collision";
  const detail = `id ${cdr.id} cannot be stored before this MongoDB data base is copied to the key of tenant and id: docs/store.md`;
  const { id: suspenseId } = await suspend(arrival, { reason, detail, cdr });
  return { id: cdr.id, outcome: "conflict", reason, detail, suspenseId };
}

/** Of a CDR that was erased only the key is there: what comes again is one, whatever it says. */
function answerErased({ cdr }: Accepted): CdrAnswer {
  return { id: cdr.id, outcome: "duplicate" };
}

/** The answer for an id that the store has already for this tenant. */
async function answerExisting(
  parts: RateBatchParts,
  suspend: Suspender,
  { arrival, cdr }: Omit<Accepted, "wait">,
  stored: StoredCdr,
): Promise<CdrAnswer> {
  const collides = isCollision(stored, cdr);
  const isRevived = stored.rating.outcome === "voided" && stored.maskedAtMs === undefined;
  if (!collides && isRevived) {
    const revived = await reviveCdr(parts, cdr);
    if (revived !== null) return answerStored(revived);
    const now = await parts.store.cdrs.get(cdr);
    if (now === null) throw new Error(`CDR ${cdr.id} was stored and is not there`);
    return answerExisting(parts, suspend, { arrival, cdr }, now);
  }
  const isStanding = stored.rating.outcome !== "voided";
  if (!collides && isStanding && isOwnLine(stored, arrival) && hasContent(stored, cdr))
    return answerStored(stored);
  if (!collides && isKnownContent(stored, cdr, arrival.format)) {
    const { sell, buy } = stored.rating;
    return { id: cdr.id, outcome: "duplicate", sell, buy, ...warningsOf(stored) };
  }
  const reason = collides ? "identity-collision" : "content-differs";
  const detail = collides
    ? `id ${cdr.id} is stored for originHost "${stored.primary.originHost}", originId "${stored.primary.originId}"`
    : `originId "${cdr.primary.originId}" is stored with other content; the first stays`;
  const record = await suspend(arrival, { reason, detail, cdr });
  if (record.state === "retried") return answerRetried(parts.store, arrival, record);
  return { id: cdr.id, outcome: "conflict", reason, detail, suspenseId: record.id };
}

/** A line of an import that is met again after a crash is what it became. */
function isOwnLine({ batchId, batchLine }: StoredCdr, { batch }: Arrival): boolean {
  return batch?.keepsOutcome === true && batchId === batch.id && batchLine === batch.line;
}

/** A record that became a CDR at its retry is that CDR when it comes again. */
async function answerRetried(
  store: Store,
  { scope }: Arrival,
  { id: suspenseId, cdrId, retriedAs }: SuspenseRecord,
): Promise<CdrAnswer> {
  const id = retriedAs?.id ?? cdrId ?? null;
  const isSeen = retriedAs !== undefined && seesTenant(scope, retriedAs.tenant);
  const stored = isSeen ? await store.cdrs.get(retriedAs) : null;
  const sides = stored === null ? {} : { sell: stored.rating.sell, buy: stored.rating.buy };
  return { id, outcome: "duplicate", suspenseId, ...sides };
}

function answerStored(stored: NewCdr): CdrAnswer {
  const { outcome, reason, sell, buy } = stored.rating;
  if (outcome === "voided") throw new Error("what was just rated is never voided");
  return {
    id: stored.id,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    sell,
    buy,
    ...warningsOf(stored),
  };
}

function warningsOf({ warnings }: Pick<Cdr, "warnings">): Pick<CdrAnswer, "warnings"> {
  return warnings === undefined ? {} : { warnings };
}

/** The CDR as a line of the batch that it came in, if it came in one. */
export function withBatch(cdr: Cdr, batch: Arrival["batch"]): Cdr {
  return batch === undefined ? cdr : { ...cdr, batchId: batch.id, batchLine: batch.line };
}

/** Whose record it is to be counted as; empty where that cannot be told, or is not for the sender. */
function countedTenant({ scope }: Arrival, read: FormatResult): string {
  const sent = read.ok ? (tenantOf(read.raw) ?? DEFAULT_TENANT) : undefined;
  if (sent !== undefined && seesTenant(scope, sent)) return sent;
  const [only, ...others] = scope.tenants ?? [];
  return others.length > 0 || only === undefined ? "" : only;
}

/** Whatever becomes of a record, it is for a tenant of its sender. @throws `forbidden` */
function requireWritable({ scope }: Arrival, tenant: string): void {
  if (seesTenant(scope, tenant)) return;
  throw engineError("forbidden", "These credentials may not write for that tenant.", {
    path: "tenant",
  });
}

/** The tenant as it was sent, so that suspense can be looked through by tenant. */
function tenantOf(raw: RawCdr): string | undefined {
  const tenant: Json | undefined = raw.primary["tenant"];
  if (typeof tenant === "number") return String(tenant);
  return typeof tenant === "string" && tenant.trim() !== "" ? tenant : undefined;
}
