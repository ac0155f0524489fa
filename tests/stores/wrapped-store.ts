// A store of which a test watches, delays or replaces calls, the rest being the store itself.
import type { Store } from "../../src/stores/store.ts";

const NOUNS = [
  "cdrs",
  "suspense",
  "tariffs",
  "accounts",
  "facts",
  "feeds",
  "queueEvents",
  "callHalves",
  "jobs",
  "dialects",
  "uploads",
  "batches",
  "log",
  "overlays",
  "planObjects",
  "periods",
  "logins",
  "desk",
] as const;

/** Some methods of some nouns. */
export type StoreParts = { [Noun in (typeof NOUNS)[number]]?: Partial<Store[Noun]> };

/** The store, with these methods instead of its own. */
export function withParts(store: Store, parts: StoreParts): Store {
  const nouns = NOUNS.map((noun) => [noun, { ...store[noun], ...parts[noun] }]);
  return { ...store, ...(Object.fromEntries(nouns) as StoreParts) } as Store;
}

/** One call: `name` is `noun.method`, or `ping`; `run` does what the store would have done. */
export type AroundCall = (name: string, run: () => unknown, args: unknown[]) => unknown;

/** The store with `around` about every call but `close`. */
export function wrapCalls(store: Store, around: AroundCall): Store {
  const wrapped = (owner: object, prefix: string) =>
    Object.fromEntries(
      Object.entries(owner).map(([name, member]) => [
        name,
        typeof member !== "function" || name === "close"
          ? member
          : (...args: unknown[]) =>
              around(`${prefix}${name}`, () => Reflect.apply(member, owner, args), args),
      ]),
    );
  const nouns = NOUNS.map((noun) => [noun, wrapped(store[noun], `${noun}.`)]);
  return { ...wrapped(store, ""), ...Object.fromEntries(nouns) } as unknown as Store;
}
