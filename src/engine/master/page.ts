// Lists of master data, page by page: what the settings say between what the store has.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { compareTexts, folded } from "../../master/folded.ts";
import type { MasterKind, MasterPage } from "../../stores/ports/master/entries.ts";
import { decodeListCursor, encodeListCursor } from "../../stores/sort-keys.ts";
import type { Store } from "../../stores/store.ts";
import { type Held, labelOf, storedHeld } from "./held.ts";

export interface ListQuery {
  kind: MasterKind;
  /** Null: every one that has any. */
  tenants: readonly string[] | null;
  /** The beginning of the id, or of the name without case and accents; absent: all of them. */
  search?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

interface Parts {
  store: Pick<Store, "master">;
  /** What the settings say. */
  base: readonly Held[];
  tenants(kind: MasterKind): Promise<string[]>;
}

/** First those whose id begins with it, then those whose name does. */
const PHASES = ["id", "label"] as const;
/** Entries that one question looks at: a page may be short, and have more after it. */
const MOST_LOOKED_AT = 5000;
/** Read at once. */
const PIECE = 500;
const LEAST_PIECE = 20;

interface Place {
  phase: number;
  tenant: string;
  label: string;
  id: string;
}

function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [phase, tenant, label, id] = decodeListCursor(cursor, 3);
  return {
    phase: phase === 1 ? 1 : 0,
    ...{ tenant: String(tenant), label: String(label), id: String(id) },
  };
}

function cursorAt({ phase, tenant, label, id }: Place): string {
  return encodeListCursor(phase, [tenant, label, id]);
}

/** In the order of tenants; in each by id, of a search those with another id last, by name. */
export async function pageOfEntries(
  parts: Parts,
  { kind, tenants, search = "", limit, cursor }: ListQuery,
): Promise<{ entries: Held[]; next?: string }> {
  const entries: Held[] = [];
  let looked = 0;
  const all = [...new Set(tenants ?? (await parts.tenants(kind)))].sort();
  const atOnce = Math.min(Math.max(limit, LEAST_PIECE), PIECE);
  const asked = { kind, search, from: placeOf(cursor), atOnce };
  for await (const { held, ...place } of walk(parts, all, asked)) {
    if (isTurnOver()) await ownTurn();
    looked += 1;
    if (held !== null) entries.push(held);
    const isFull = entries.length >= limit || looked >= MOST_LOOKED_AT;
    if (isFull) return { entries, next: cursorAt(place) };
  }
  return { entries };
}

interface Stop extends Place {
  /** Null: none that is shown. */
  held: Held | null;
}

interface Asked {
  kind: MasterKind;
  search: string;
  atOnce: number;
}

async function* walk(
  parts: Parts,
  tenants: readonly string[],
  { from, ...asked }: Asked & { from: Place | null },
): AsyncGenerator<Stop, void> {
  const phases = asked.search === "" ? PHASES.slice(0, 1) : PHASES;
  for (const tenant of tenants) {
    for (const phase of phases.keys()) {
      const order = from === null ? 1 : orderOf({ phase, tenant }, from);
      if (order < 0) continue;
      yield* walkPhase(parts, { ...asked, from: order === 0 ? from : null, phase, tenant });
    }
  }
}

/** Where a phase stands to a place: before it, at it, behind it. */
function orderOf({ phase, tenant }: Pick<Place, "phase" | "tenant">, from: Place): number {
  if (tenant !== from.tenant) return tenant < from.tenant ? -1 : 1;
  return phase - from.phase;
}

async function* walkPhase(
  parts: Parts,
  of: Asked & { phase: number; tenant: string; from: Behind | null },
): AsyncGenerator<Stop, void> {
  const { kind, search, phase, tenant, atOnce: limit } = of;
  const by = PHASES[phase] ?? "id";
  let after: Behind | null = of.from ?? NOTHING;
  const prefix = by === "label" ? folded(search) : search;
  // Where the page ends here, the next one begins here.
  yield { phase, tenant, label: after.label, id: after.id, held: null };
  while (after !== null) {
    const page: MasterPage = { kind, tenant, by, prefix, limit, after };
    const { piece, next }: Piece = await mergedPiece(parts, page);
    for (const held of piece) {
      // Those whose id begins so stand among the ids.
      const isShown = by === "id" || !held.id.startsWith(search);
      const place = { phase, tenant, label: labelOf(held.members), id: held.id };
      yield { ...place, held: isShown ? held : null };
    }
    after = next;
  }
}

interface Behind {
  label: string;
  id: string;
}
/** Before the first one. */
const NOTHING: Behind = { label: "", id: "" };

interface Piece {
  piece: Held[];
  /** Null: that was the last one. */
  next: Behind | null;
}

/** Those of the settings in their places; what the store says of the same ones is not shown. */
async function mergedPiece({ store, base }: Parts, page: MasterPage): Promise<Piece> {
  const { kind, tenant, by, prefix, limit, after = NOTHING } = page;
  const textOf = (one: Held) => (by === "label" ? labelOf(one.members) : one.id);
  const isBehind = (one: Held, { label, id }: Behind) =>
    ((by === "label" ? compareTexts(textOf(one), label) : 0) || compareTexts(one.id, id)) > 0;
  const own = base.filter((one) => one.kind === kind && one.tenant === tenant);
  const names = new Set(own.map(({ id }) => id));
  const rows = await store.master.page(page);
  const last = rows.length < limit ? undefined : rows.at(-1);
  const isHere = (one: Held) =>
    textOf(one).startsWith(prefix) &&
    isBehind(one, after) &&
    (last === undefined || !isBehind(one, last));
  const stored = rows.filter(({ id }) => !names.has(id)).map(storedHeld);
  const piece = [...stored, ...own.filter(isHere)].sort((one, other) =>
    isBehind(one, { label: textOf(other), id: other.id }) ? 1 : -1,
  );
  return { piece, next: last === undefined ? null : { label: last.label, id: last.id } };
}
