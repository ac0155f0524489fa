// Master data of any kind: one entry, changed and taken away, with the settings as the fixed base.
import { engineError } from "../../errors.ts";
import type { MasterKey, MasterKind } from "../../stores/ports/master/entries.ts";
import type { Store } from "../../stores/store.ts";
import type { Acts, Doer } from "../acts.ts";
import type { Clock } from "../ports.ts";
import { changed, entryOf, type Fixed, fixedHeld, type Held, storedHeld } from "./held.ts";
import { type ListQuery, pageOfEntries } from "./page.ts";

export interface Change {
  key: MasterKey;
  /** Members that are left out stay as they are; null: it is said no more. */
  members: Readonly<Record<string, unknown>>;
  /** The revision that was seen; 0: it is not in the store; absent: whatever it is. */
  ifRevision?: number | undefined;
  by: Doer;
  /** Looks at what it would be. @throws what is wrong with it */
  check?: ((next: Fixed) => Promise<void>) | undefined;
}

export interface Entries {
  /** Null: neither the settings nor the store say anything of it. */
  get(key: MasterKey): Promise<Held | null>;
  /** In no order, each once. */
  getFor(keys: readonly MasterKey[]): Promise<Held[]>;
  /** @throws `conflict` where the settings name it, or it is at another revision */
  set(change: Change): Promise<Held>;
  /** @throws `not-found`, or as `set` */
  remove(what: Omit<Change, "members" | "check">): Promise<Held>;
  list(query: ListQuery): Promise<{ entries: Held[]; next?: string }>;
  /** Tenants with any of the kind, in order, nobody's left out. */
  tenants(kind: MasterKind): Promise<string[]>;
}

export interface EntriesParts {
  store: Pick<Store, "master">;
  acts: Acts;
  clock: Clock;
  /** What the settings say. */
  fixed: readonly Fixed[];
}

/** Changes by others that one change is tried again for. */
const MOST_TRIES = 20;
/** Keys that are asked for at once. */
const AT_ONCE = 500;

const textOf = ({ kind, tenant, id }: MasterKey) => JSON.stringify([kind, tenant, id]);

export function createEntries({ store, acts, clock, fixed }: EntriesParts): Entries {
  const base = new Map(fixed.map((one) => [textOf(one), fixedHeld(one)]));

  async function getFor(keys: readonly MasterKey[]): Promise<Held[]> {
    const wanted = new Map(keys.map((key) => [textOf(key), key]));
    const found: Held[] = [];
    const asked: MasterKey[] = [];
    for (const [text, key] of wanted) {
      const held = base.get(text);
      if (held === undefined) asked.push(key);
      else found.push(held);
    }
    for (let at = 0; at < asked.length; at += AT_ONCE) {
      const rows = await store.master.getFor(asked.slice(at, at + AT_ONCE));
      found.push(...rows.map(storedHeld));
    }
    return found;
  }
  const get = async (key: MasterKey) => (await getFor([key]))[0] ?? null;

  /** The entry of the store, where the settings leave it to the store and the caller saw this one. */
  async function seen({ key, ifRevision }: Pick<Change, "key" | "ifRevision">) {
    if (base.has(textOf(key))) {
      throw engineError("conflict", "The settings file says what it is: change it there.", {
        data: { from: "settings" },
      });
    }
    const [found] = await store.master.getFor([key]);
    const revision = found?.version ?? 0;
    if (ifRevision !== undefined && ifRevision !== revision) {
      throw engineError("conflict", `It is at revision ${revision}, not ${ifRevision}.`, {
        path: "ifRevision",
        data: { revision },
      });
    }
    return found;
  }

  function noted(act: string, { key, by }: Pick<Change, "key" | "by">, run: () => Promise<Held>) {
    const { tenant, id } = key;
    return acts.noted(
      { by, act, subject: id, tenant: tenant === "" ? null : tenant },
      { look: async () => memberOf(await get(key)), run },
    );
  }

  /** Again while others change it and no revision was named. */
  async function tried(run: () => Promise<Held | null>): Promise<Held> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const done = await run();
      if (done !== null) return done;
    }
    throw engineError("conflict", "Others change it all the time.");
  }

  return {
    get,
    getFor,
    set: (change) =>
      noted(`${change.key.kind}.set`, change, () =>
        tried(async () => {
          const { key, members, by, check } = change;
          const found = await seen(change);
          const now = found === undefined ? {} : storedHeld(found).members;
          const next = { ...key, members: changed(now, members) };
          await check?.(next);
          const version = found?.version ?? 0;
          const entry = entryOf(next, version + 1, { setAtMs: clock(), by: by.name });
          return (await store.master.put(entry, version)) ? storedHeld(entry) : null;
        }),
      ),
    remove: (what) =>
      noted(`${what.key.kind}.remove`, what, () =>
        tried(async () => {
          const found = await seen(what);
          if (found === undefined) throw engineError("not-found", "Nothing is said of it.");
          return (await store.master.remove(what.key, found.version)) ? storedHeld(found) : null;
        }),
      ),
    list: (query) => pageOfEntries({ store, base: [...base.values()], tenants }, query),
    tenants,
  };

  async function tenants(kind: MasterKind): Promise<string[]> {
    const found = new Set(
      [...base.values()].flatMap((one) => (one.kind === kind ? one.tenant : [])),
    );
    let next = await store.master.tenantAfter(kind, "");
    while (next !== null) {
      found.add(next);
      next = await store.master.tenantAfter(kind, next);
    }
    return [...found].filter((tenant) => tenant !== "").sort();
  }
}

function memberOf(held: Held | null) {
  return held === null ? null : held.members;
}
