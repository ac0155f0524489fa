// Whether the log of acts is as it was written: each entry by its hash, its place and the entry before it.
import { type AdminAct, type ChainLink, chainId } from "../../../stores/ports/log.ts";
import type { Store } from "../../../stores/store.ts";
import { actHash, BEGIN_ACT, beforeChain, NO_HASH, saidHash } from "../../log/chain.ts";
import type { Findings } from "../findings.ts";

/** The last entry that an audit saw: the number alone tells of entries that were taken off the end. */
export type LogEnd = Pick<ChainLink, "sequence" | "hash">;

const PAGE = 1000;

/** @returns the last entry; null: the log has none */
export async function checkLog(
  { log }: Pick<Store, "log">,
  how: { findings: Findings; seenBefore: LogEnd | null; signal?: AbortSignal | undefined },
): Promise<LogEnd | null> {
  const { findings, seenBefore, signal } = how;
  const older = await beforeChain(log, signal);
  findings.count(older.entries);
  let end: LogEnd = { sequence: 0, hash: NO_HASH };
  let vouched: unknown = null;
  for (let more = true; more; ) {
    const page = await log.chain({ after: end.sequence, limit: PAGE });
    // Behind an id without a number nothing more is of the chain.
    more = page.length === PAGE && Number.isSafeInteger(numberOf(page.at(-1)));
    for (const entry of page) {
      signal?.throwIfAborted();
      findings.count(1);
      if (entry.act === BEGIN_ACT && entry.link?.sequence === 1) vouched = entry.after;
      end = followed(entry, end, { findings, seenBefore });
    }
  }
  const seen = seenBefore?.sequence ?? 0;
  for (const gone of missing(end.sequence + 1, seen + 1)) findings.add(gone, ["is missing"]);
  // Where nothing was done since the log is a chain, the next act begins it.
  if (end.sequence > 0) addOlder(findings, older, vouched);
  return end.sequence === 0 ? null : end;
}

/** By its id, whatever it says of itself. */
function numberOf(entry: AdminAct | undefined): number {
  return Number(entry?.id.slice(1) ?? 0);
}

/** What is wrong with one entry, by the one before it; answers what the next one has to follow. */
function followed(
  entry: AdminAct,
  before: LogEnd,
  { findings, seenBefore }: { findings: Findings; seenBefore: LogEnd | null },
): LogEnd {
  const { id, link, ...act } = entry;
  const number = numberOf(entry);
  if (link === null || id !== chainId(link.sequence)) {
    findings.add(id, ["has no place in the chain"]);
    return Number.isSafeInteger(number) ? { sequence: number, hash: link?.hash ?? "" } : before;
  }
  const gone = missing(before.sequence + 1, number);
  for (const one of gone) findings.add(one, ["is missing"]);
  const faults: string[] = [];
  if (gone.length === 0 && link.previous !== before.hash) {
    faults.push("does not follow the entry before it");
  }
  const isOther = link.salt !== null && saidHash(act, link.salt) !== link.said;
  if (isOther || actHash(act, link) !== link.hash) faults.push("is not what was written");
  if (link.salt === null) findings.leaveOut();
  if (seenBefore?.sequence === number && seenBefore.hash !== link.hash) {
    faults.push("is another one than at an audit before");
  }
  findings.add(id, faults);
  return { sequence: number, hash: link.hash };
}

/** Of a long gap its first and last entry: all the same are counted by nobody. */
function missing(from: number, to: number): string[] {
  if (from >= to) return [];
  const [first, last] = [chainId(from), chainId(to - 1)];
  return [first === last ? first : `${first} to ${last}`];
}

/** What was written before the chain is held by its first entry. */
function addOlder(
  findings: Findings,
  older: { entries: number; hash: string },
  vouched: unknown,
): void {
  const { entries = 0, hash = NO_HASH } = (vouched ?? {}) as Partial<typeof older>;
  if (older.entries !== entries) {
    findings.add("before the chain", [`${older.entries} entries, of ${entries} that were there`]);
  } else if (older.hash !== hash) {
    findings.add("before the chain", ["an entry is not what was written"]);
  }
}
