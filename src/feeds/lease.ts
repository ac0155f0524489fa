// Who runs a feed, and the position of whoever does: one record in the store, written only at the
// version seen. A process that lost its lease can move nothing any more.
import type { JsonObject } from "../cdr/json.ts";
import type { Clock } from "../engine/ports.ts";
import type { FeedRecord, FeedStore } from "../stores/ports/feeds.ts";

export interface LeaseParts {
  feeds: FeedStore;
  clock: Clock;
  /** Of this process. */
  owner: string;
  /** How long nobody else may have a feed without a sign of life of its holder. */
  leaseMs: number;
}

/** One feed that this process runs. */
export interface Lease {
  /** As it was written last. */
  record(): FeedRecord;
  /** Writes these members and prolongs the lease, one write after the other; false: it is lost. */
  save(changes: () => { position?: JsonObject; state: JsonObject }): Promise<boolean>;
  /** Nobody's any more. */
  leave(state: JsonObject): Promise<void>;
}

/** The record of a feed, made where it is not there yet. */
export async function recordOf(feeds: FeedStore, name: string): Promise<FeedRecord> {
  const [found] = await feeds.getFor([name]);
  if (found !== undefined) return found;
  const fresh: FeedRecord = {
    name,
    version: 1,
    owner: null,
    leaseUntilMs: 0,
    isStopped: false,
    position: null,
    state: {},
  };
  return (await feeds.put(fresh)) ? fresh : recordOf(feeds, name);
}

export function isHeld({ owner, leaseUntilMs }: FeedRecord, clock: Clock): boolean {
  return owner !== null && leaseUntilMs > clock();
}

/** Null: another process has it, or was first. */
export async function takeLease(parts: LeaseParts, seen: FeedRecord): Promise<Lease | null> {
  const { feeds, clock, owner, leaseMs } = parts;
  if (isHeld(seen, clock) && seen.owner !== owner) return null;
  const next = { ...seen, version: seen.version + 1, owner, leaseUntilMs: clock() + leaseMs };
  if (!(await feeds.update(next, seen.version))) return null;
  return heldLease(parts, next);
}

function heldLease({ feeds, clock, owner, leaseMs }: LeaseParts, taken: FeedRecord): Lease {
  let current = taken;
  let isLost = false;
  let last: Promise<unknown> = Promise.resolve();

  /** Somebody who starts or stops the feed writes its record too: only another owner ends this. */
  async function write(change: () => Partial<FeedRecord>): Promise<boolean> {
    while (!isLost) {
      const leaseUntilMs = clock() + leaseMs;
      const next = { ...current, leaseUntilMs, ...change(), version: current.version + 1 };
      if (await feeds.update(next, current.version)) {
        current = next;
        return true;
      }
      const [now] = await feeds.getFor([current.name]);
      if (now === undefined || now.owner !== owner) isLost = true;
      else current = now;
    }
    return false;
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  }

  return {
    record: () => current,
    save: (changes) => inTurn(() => write(changes)),
    async leave(state) {
      await inTurn(() => write(() => ({ state, owner: null, leaseUntilMs: 0 })));
    },
  };
}

/** Starts or stops a feed, whoever runs it. */
export async function setStopped(
  feeds: FeedStore,
  name: string,
  isStopped: boolean,
): Promise<void> {
  for (;;) {
    const seen = await recordOf(feeds, name);
    if (seen.isStopped === isStopped) return;
    const next = { ...seen, version: seen.version + 1, isStopped };
    if (await feeds.update(next, seen.version)) return;
  }
}
