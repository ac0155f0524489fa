// How many wrong passwords one name may have from all addresses together, so that a thousand addresses
// guess no faster than a few.
import type { Clock } from "../../engine/ports.ts";
import { networkOf, pairKey } from "./failures.ts";

/** Wrong passwords of one name that cost nothing; then one in `EVERY_MS`. */
const AT_ONCE = 20;
const EVERY_MS = 6000;
/** Names, and pairs that came in, that are remembered; the oldest go first. */
const MOST_REMEMBERED = 10_000;

export interface NameBound {
  /** Whether the name may be tried from there now. */
  mayTry(name: string, address: string): boolean;
  wrong(name: string, address: string): void;
  right(name: string, address: string): void;
}

/**
 * This machine, and an address from which the name came in before, is not held up by what others do:
 * for these the waits of the pair of address and name stand alone.
 * @param clock milliseconds of a clock that nobody sets
 */
export function createNameBound(clock: Clock): NameBound {
  const wrongs = new Map<string, { count: number; atMs: number }>();
  const cameIn = new Map<string, true>();

  const isOwn = (key: string, address: string) =>
    /^(127\.|::1$|::ffff:127\.)/.test(address) || cameIn.has(key);

  /** How many count now: one less every few seconds. */
  function countOf(name: string): number {
    const found = wrongs.get(name);
    if (found === undefined) return 0;
    return Math.max(0, found.count - Math.floor((clock() - found.atMs) / EVERY_MS));
  }

  const nameKey = (name: string) => pairKey("", name);
  const keyOf = (name: string, address: string) => pairKey(networkOf(address), name);

  return {
    mayTry: (name, address) =>
      isOwn(keyOf(name, address), address) || countOf(nameKey(name)) < AT_ONCE,
    wrong(name, address) {
      if (isOwn(keyOf(name, address), address)) return;
      const key = nameKey(name);
      const count = countOf(key) + 1;
      put(wrongs, key, { count, atMs: clock() });
    },
    right: (name, address) => put(cameIn, keyOf(name, address), true),
  };
}

function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST_REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
