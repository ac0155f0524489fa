// Hands the records of a feed to the intake, and waits until each of them is durable.
import { EVERYTHING } from "../access/scope.ts";
import { callTimeOf } from "../cdr/call.ts";
import type { CdrAnswer } from "../engine/intake/answers.ts";
import type { Arrival } from "../engine/intake/arrival.ts";
import type { Intake } from "../engine/intake/receive.ts";
import { readArrival } from "../engine/intake/record-formats.ts";
import type { Clock } from "../engine/ports.ts";
import { isTurnOver, ownTurn } from "../event-loop.ts";
import type { FormatResult } from "../formats/format.ts";
import { mediate } from "../mediation/mediate.ts";
import type { SourceSettings } from "../mediation/source-settings.ts";
import type { FeedBytes } from "./contract.ts";
import type { Ledger } from "./ledger.ts";

export interface DeliveryParts {
  intake: Pick<Intake, "process">;
  clock: Clock;
  source: SourceSettings;
  format: string;
  ledger: Ledger;
}

interface Handed {
  arrival: Arrival;
  read: FormatResult;
}

/** @throws when one record is not durable, after all of them are answered */
export async function deliver(parts: DeliveryParts, records: readonly FeedBytes[]): Promise<void> {
  const { intake, ledger } = parts;
  const handed: Handed[] = [];
  const taken: Promise<CdrAnswer>[] = [];
  for (const record of records) {
    if (isTurnOver()) await ownTurn();
    const one = handedOver(parts, record);
    const answer = intake.process(one.arrival, one.read);
    // A fault is told when all have been taken.
    answer.catch(() => undefined);
    handed.push(one);
    taken.push(answer);
  }
  const settled = await Promise.allSettled(taken);
  const answers = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (answers.length > 0) {
    ledger.delivered({
      records: answers.length,
      faults: answers.filter(isFault).length,
      repeats: answers.filter(({ outcome }) => outcome === "duplicate").length,
      lastEndMs: lastEndOf(parts, handed),
    });
  }
  const failed = settled.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

function handedOver(parts: DeliveryParts, record: FeedBytes): Handed {
  const { source } = parts;
  const { bytes, fault, occurrence, format = parts.format } = record;
  // The feed waits as long as it takes; every record of it is the operator's own.
  const own = { isPatient: true, scope: EVERYTHING };
  const number = occurrence === undefined ? {} : { occurrence };
  const arrival: Arrival = { source, format, bytes, ...own, ...number };
  return { arrival, read: fault === undefined ? readArrival(arrival) : { ok: false, ...fault } };
}

/** What is in suspense waits for somebody. */
function isFault({ outcome }: CdrAnswer): boolean {
  return outcome === "suspended" || outcome === "conflict";
}

/** When the call of the last record that can be read ended. */
function lastEndOf({ source, clock }: DeliveryParts, handed: readonly Handed[]): number | null {
  for (const { read } of handed.toReversed()) {
    if (!read.ok) continue;
    const mediated = mediate(read.raw, source, clock());
    if (!mediated.ok) continue;
    const { primary } = mediated.cdr;
    if (primary.endTime !== undefined) return primary.endTime.atMs;
    const begun = callTimeOf(primary);
    return begun === null ? null : begun.atMs + primary.usage;
  }
  return null;
}
