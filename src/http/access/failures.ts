// Who failed with a password lately: by (address, user), and by address. Bounded whatever is sent.
import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import type { Clock } from "../../engine/ports.ts";

/** Wrong passwords that cost nothing; from this one on each makes the next try wait. */
export const FIRST_DELAYED_FAILURE = 3;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;
/** A failure is forgotten this long after the last one of its pair. */
const FORGET_MS = 15 * 60_000;
/** Pairs, and addresses, that are remembered: the oldest go first, about 3 MB in all. */
const MOST_REMEMBERED = 10_000;

export interface Failures {
  /** How often the pair failed in a row, and when it may be tried again. */
  of(key: string): { count: number; againMs: number };
  /** How often this network failed lately, whatever the user. */
  ofNetwork(network: string): number;
  /** Notes one more failure; answers what `of` answers from now on. */
  add(key: string, network: string): { count: number; againMs: number };
  /** A right password: the pair starts anew. */
  forget(key: string): void;
  /** How many pairs and addresses are remembered, for the tests of the bound. */
  size(): number;
}

/** The pair as one text of fixed size: user names may be as long as a header. */
export function pairKey(address: string, user: string): string {
  return createHash("sha256")
    .update(`${networkOf(address)}\n${user}`)
    .digest("base64");
}

/** An IPv6 host has a whole /64 to send from: that counts as one address. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.toLowerCase().startsWith("::ffff:")) return address;
  const [head = "", tail = ""] = (address.split("%")[0] ?? "").split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === "" ? [] : tail.split(":");
  const zeros = address.includes("::") ? 8 - groups.length - rest.length : 0;
  const all = [...groups, ...new Array<string>(Math.max(0, zeros)).fill("0"), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

export function createFailures(clock: Clock): Failures {
  const pairs = new Map<string, { count: number; lastMs: number }>();
  const networks = new Map<string, { count: number; lastMs: number }>();

  function recent(map: typeof pairs, key: string) {
    const found = map.get(key);
    const isOld = found === undefined || clock() - found.lastMs >= FORGET_MS;
    return isOld ? { count: 0, lastMs: 0 } : found;
  }

  function of(key: string) {
    const { count, lastMs } = recent(pairs, key);
    return { count, againMs: lastMs + delayMs(count) };
  }

  function ofNetwork(network: string): number {
    return recent(networks, network).count;
  }

  return {
    of,
    ofNetwork,
    add(key, network) {
      const nowMs = clock();
      putLast(pairs, key, { count: of(key).count + 1, lastMs: nowMs });
      putLast(networks, network, { count: ofNetwork(network) + 1, lastMs: nowMs });
      return of(key);
    },
    forget: (key) => {
      pairs.delete(key);
    },
    size: () => pairs.size + networks.size,
  };
}

/** 0 before the third failure, then 1 s, 2 s, 4 s … a minute. */
function delayMs(count: number): number {
  if (count < FIRST_DELAYED_FAILURE) return 0;
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - FIRST_DELAYED_FAILURE));
}

/** The order of a map is the order of last use: what is dropped is the oldest. */
function putLast<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST_REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
