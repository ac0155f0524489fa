// The log of admin acts: whoever changes what is not a call leaves a line with before and after.
import { requireWhole, type Scope, seesOwner } from "../access/scope.ts";
import type { Json } from "../cdr/json.ts";
import type { AdminAct, Road } from "../stores/ports/log.ts";
import { decodeListCursor, encodeListCursor } from "../stores/sort-keys.ts";
import type { Store } from "../stores/store.ts";
import { createChain } from "./log/chain.ts";
import type { Clock } from "./ports.ts";

/** Whoever does it, and where from. */
export interface Doer {
  name: string;
  /** The peer's; null: a command on the store. */
  address?: string | null;
  /** Absent: HTTP where there is an address, else the command line. */
  road?: Road | undefined;
}

export interface ActOf {
  by: Doer;
  /** As the method is named. */
  act: string;
  subject: string;
  /** Whose it is; null: nobody's. */
  tenant?: string | null;
  /** The reason that was given. */
  why?: string | undefined;
}

export interface ActsQuery {
  limit: number;
  cursor?: string | undefined;
  /** Of these names, exactly. */
  by?: readonly string[] | undefined;
  acts?: readonly string[] | undefined;
  subjects?: readonly string[] | undefined;
  addresses?: readonly string[] | undefined;
  roads?: readonly Road[] | undefined;
  /** Epoch milliseconds, half open. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** Acts that one question looks at. */
const MOST_LOOKED_AT = 10_000;
const PIECE = 1000;

export interface Acts {
  /**
   * Does the work and notes it, with what `look` says before it and after it; `after` makes the latter
   * of the result instead. The answer waits for the line. Work that throws changed nothing, and has
   * none. Of members that hold secrets the values are left out.
   */
  noted<Result>(
    act: ActOf,
    work: {
      look?: () => Promise<unknown>;
      run: () => Promise<Result>;
      after?: (result: Result) => unknown;
      /** Whose it was, where only the result says so. */
      tenantOf?: (result: Result) => string | null;
    },
  ): Promise<Result>;
  /** The latest first; `before`: those before this one. */
  page(query: { limit: number; before?: { atMs: number; id: string } }): Promise<AdminAct[]>;
  /**
   * Those of the scope, the latest first. Of nobody's things only who sees everything is told. A page may
   * be short, or empty, and have more after it: a question looks at a bounded number of acts.
   * @throws `forbidden` to who does not see the whole of its tenants
   */
  find(query: ActsQuery, scope: Scope): Promise<{ acts: AdminAct[]; next?: string }>;
}

export function createActs({ store, clock }: { store: Store; clock: Clock }): Acts {
  const append = createChain(store.log, clock);
  return {
    async noted({ by, act, subject, tenant = null, why }, { look, run, after, tenantOf }) {
      const before = (await look?.()) ?? null;
      const result = await run();
      const now = after === undefined ? ((await look?.()) ?? null) : after(result);
      const { name, address = null, road = address === null ? "cli" : "http" } = by;
      await append({
        atMs: clock(),
        ...{ by: name, road, address, act, subject, why: why ?? null },
        tenant: tenantOf?.(result) ?? tenant,
        before: withoutSecrets(before),
        after: withoutSecrets(now),
      });
      return result;
    },
    page: (query) => store.log.page(query),
    find: (query, scope) => findActs(store, query, scope),
  };
}

async function findActs(
  { log }: Pick<Store, "log">,
  { limit, cursor, ...wanted }: ActsQuery,
  scope: Scope,
): Promise<{ acts: AdminAct[]; next?: string }> {
  requireWhole(scope);
  const found: AdminAct[] = [];
  let before = startOf(cursor, wanted.toMs);
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += PIECE) {
    const piece = await log.page({ limit: PIECE, ...(before !== undefined && { before }) });
    for (const act of piece) {
      if (wanted.fromMs !== undefined && act.atMs < wanted.fromMs) return { acts: found };
      before = { atMs: act.atMs, id: act.id };
      if (!seesOwner(scope, act.tenant) || !isWanted(act, wanted)) continue;
      found.push(act);
      if (found.length >= limit) return { acts: found, next: encodeListCursor(act.atMs, [act.id]) };
    }
    if (piece.length < PIECE) return { acts: found };
  }
  return { acts: found, ...(before && { next: encodeListCursor(before.atMs, [before.id]) }) };
}

/** The place before which the acts are looked at. */
function startOf(cursor: string | undefined, toMs: number | undefined) {
  if (cursor === undefined) return toMs === undefined ? undefined : { atMs: toMs, id: "" };
  const [atMs, id] = decodeListCursor(cursor, 1);
  return { atMs: Number(atMs), id: String(id) };
}

function isWanted(act: AdminAct, wanted: Partial<ActsQuery>): boolean {
  const { by, acts, subjects, addresses, roads } = wanted;
  return (
    (by?.includes(act.by) ?? true) &&
    (acts?.includes(act.act) ?? true) &&
    (subjects?.includes(act.subject) ?? true) &&
    (addresses === undefined || (act.address !== null && addresses.includes(act.address))) &&
    (roads === undefined || (act.road !== null && roads.includes(act.road)))
  );
}

const SECRET = /token|secret|password|authorization|credential|privatekey/i;

/** As JSON, members with such names shown without their values. */
function withoutSecrets(value: unknown): Json {
  const text = JSON.stringify(value ?? null, (name, member: unknown) =>
    SECRET.test(name) && member !== null && typeof member !== "boolean" ? "(not shown)" : member,
  );
  return JSON.parse(text) as Json;
}
