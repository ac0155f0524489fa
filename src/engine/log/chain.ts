// The log of acts as a chain: each entry holds the hash of the one before it, so that one which is changed,
// removed or moved is seen by who checks it.
import { createHash, randomBytes } from "node:crypto";
import type { Json } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import { type AdminAct, type ChainLink, chainId, type LogStore } from "../../stores/ports/log.ts";

export type UnlinkedAct = Omit<AdminAct, "id" | "link">;

/** What stands before the first entry. */
export const NO_HASH = "0".repeat(64);
/** Places in the chain that others take first, one after the other, until an entry is given up. */
const MOST_TRIES = 1000;
const PIECE = 1000;
/** The act that says what was in the log before it was a chain. */
export const BEGIN_ACT = "log.begin";

/** The SHA-256 of what an entry says, its place and the hash of the one before it among it. */
export function actHash(
  {
    atMs,
    by,
    road,
    address,
    act,
    tenant,
  }: Omit<UnlinkedAct, "subject" | "why" | "before" | "after">,
  { sequence, previous, said }: Pick<ChainLink, "sequence" | "previous" | "said">,
): string {
  return hashOf([atMs, ...[by, road, address, act, tenant].map(asKept), sequence, previous, said]);
}

/** The SHA-256 of what masking may change of an entry. */
export function saidHash({ subject, why, before, after }: UnlinkedAct, salt: string): string {
  return hashOf([salt, asKept(subject), asKept(why), before, after]);
}

/** Stores keep text as UTF-8, without lone surrogates; `before` and `after` as JSON, which spells those out. */
function asKept(text: string | null): string | null {
  return text === null ? null : Buffer.from(text).toString();
}

function hashOf(said: Json[]): string {
  return createHash("sha256").update(JSON.stringify(said)).digest("hex");
}

/** How many entries there are of before the chain, and one hash over what masking leaves of them. */
export async function beforeChain(
  { page }: Pick<LogStore, "page">,
  signal?: AbortSignal,
): Promise<{ entries: number; hash: string }> {
  let [entries, hash] = [0, NO_HASH];
  for (let before: { atMs: number; id: string } | undefined; ; ) {
    signal?.throwIfAborted();
    const piece = await page({ limit: PIECE, ...(before !== undefined && { before }) });
    for (const { id, link, ...act } of piece) {
      before = { atMs: act.atMs, id };
      if (link !== null) continue;
      entries += 1;
      hash = hashOf([hash, id, actHash(act, { sequence: 0, previous: "", said: "" })]);
    }
    if (piece.length < PIECE) return { entries, hash };
  }
}

/**
 * Adds entries one after the other; of several processes on one store one has each place.
 * @throws `store-unavailable`; `conflict` where others add without end
 */
export function createChain(
  log: LogStore,
  clock: () => number,
): (act: UnlinkedAct) => Promise<void> {
  /** The last entry known; behind where others added. */
  let known: Pick<ChainLink, "sequence" | "hash"> | null = null;
  let turn: Promise<void> = Promise.resolve();

  async function put(act: UnlinkedAct, after: Pick<ChainLink, "sequence" | "hash">) {
    const salt = randomBytes(16).toString("hex");
    const said = saidHash(act, salt);
    const place = { sequence: after.sequence + 1, previous: after.hash, said };
    const link = { ...place, salt, hash: actHash(act, place) };
    const isPut = await log.append({ ...act, id: chainId(link.sequence), link });
    if (isPut) known = link;
    return isPut;
  }

  /** The last entry; where there is none, and entries of before the chain are, one that vouches for those. */
  async function end(): Promise<Pick<ChainLink, "sequence" | "hash">> {
    const last = await log.last();
    if (last?.link) return last.link;
    const start = { sequence: 0, hash: NO_HASH };
    const older = await beforeChain(log);
    if (older.entries === 0) return start;
    const nobody = { by: "cdrate", road: null, address: null, tenant: null, before: null };
    const what = { act: BEGIN_ACT, subject: "log", why: null, after: older };
    await put({ ...nobody, ...what, atMs: clock() }, start);
    return (await log.last())?.link ?? start;
  }

  async function add(act: UnlinkedAct): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (await put(act, known ?? (await end()))) return;
      known = null;
    }
    throw engineError("conflict", "Others write into the log of acts all the time.");
  }

  return (act) => {
    const added = turn.then(() => add(act));
    // The next one does not wait for this one's success, only for its end; who asked is told of a fault.
    turn = added.then(
      () => undefined,
      () => undefined,
    );
    return added;
  };
}
