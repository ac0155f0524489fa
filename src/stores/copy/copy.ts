// One store copied into another: every noun page by page, then both read through and compared.
import { engineError } from "../../errors.ts";
import { SIGN_OF_LIFE_MS } from "../migration.ts";
import { PAGE_BYTES } from "../page-bytes.ts";
import type { CopiedNoun, CopyEnd, CopyNote, CopyTarget } from "../ports/copy.ts";
import { pagesOf } from "./pages.ts";
import { requireAlone, requireNoLease } from "./quiet.ts";
import { createTally, type NounTally } from "./tally.ts";

/** In this order: what others name comes first. */
export const COPIED_NOUNS = [
  "tariffs",
  "activations",
  "assignments",
  "cdrs",
  "suspense",
  "jobs",
  "jobLines",
  "facts",
  "feeds",
  "dialects",
  "uploads",
  "uploadParts",
  "batches",
  "queueEvents",
  "callHalves",
  "adminActs",
  "overlays",
  "planObjects",
  "erasedKeys",
  "erasedLines",
  "seals",
  "periods",
  "periodCdrs",
  "logins",
  "deskEntries",
  "masterEntries",
] as const satisfies readonly CopiedNoun[];

const PAGE = { rows: 500, bytes: PAGE_BYTES };

export interface CopyProgress {
  phase: "copy" | "check";
  noun: CopiedNoun;
  done: number;
  total: number;
}

export interface CopyParts {
  source: CopyEnd;
  target: CopyTarget;
  /** Epoch milliseconds, now. */
  clock: () => number;
  report?: (progress: CopyProgress) => void;
}

export interface CopyResult {
  from: string;
  to: string;
  nouns: Record<CopiedNoun, NounTally>;
}

/**
 * Copies everything, or goes on where a copy of the same source was killed, and opens the target for
 * use once both stores come to the same. Neither end is closed.
 * @throws `conflict` where somebody may write, the target holds something else, or the two differ
 */
export async function copyStore(parts: CopyParts): Promise<CopyResult> {
  const { source, target, clock } = parts;
  if (source.name === target.name) {
    throw engineError("invalid-params", "A store cannot be copied into itself.", { path: "to" });
  }
  const requireQuiet = async (): Promise<void> => {
    for (const end of [source, target]) await requireAlone(end, clock());
    await requireNoLease(source, clock());
  };
  await requireQuiet();
  const note = await begin(source, target);
  await requireQuiet();
  const tend = signsOfLife([source, target], clock);
  for (const noun of COPIED_NOUNS) await copyNoun(noun, note, { ...parts, tend });
  const nouns = await check({ ...parts, tend });
  await requireQuiet();
  await target.finish();
  return { from: source.name, to: target.name, nouns };
}

/** The note of the copy, in the target: where it goes on, or a new one. */
async function begin(source: CopyEnd, target: CopyTarget): Promise<CopyNote> {
  const found = await target.unfinished();
  if (found !== null) {
    if (found.from === source.name) return found;
    throw engineError("conflict", `${target.name} holds an unfinished copy of ${found.from}.`, {
      hint: "Finish that one, or remove what it has written, or name another place.",
    });
  }
  for (const noun of COPIED_NOUNS) {
    const { rows } = await target.tables[noun].page(null, { ...PAGE, rows: 1 });
    if (rows.length === 0) continue;
    throw engineError("conflict", `${target.name} is not empty: it has ${noun}.`, {
      hint: "Name a place that is free; a store is never copied into another one.",
    });
  }
  const note: CopyNote = { from: source.name, nouns: {} };
  await target.note(note);
  return note;
}

/** Says now and then that the copy lives, so that steps of the schema wait for it. */
function signsOfLife(ends: readonly CopyEnd[], clock: () => number): () => Promise<void> {
  let saidMs = clock();
  return async () => {
    if (clock() - saidMs < SIGN_OF_LIFE_MS) return;
    saidMs = clock();
    for (const end of ends) await end.tend();
  };
}

type Underway = CopyParts & { tend: () => Promise<void> };

async function copyNoun<Noun extends CopiedNoun>(
  noun: Noun,
  note: CopyNote,
  { source, target, tend, report }: Underway,
): Promise<void> {
  const place = note.nouns[noun];
  if (place?.isWhole === true) return;
  const total = await source.tables[noun].count();
  let done = place === undefined ? 0 : await target.tables[noun].count();
  for await (const { rows, next } of pagesOf(source.tables[noun], PAGE, place?.after ?? null)) {
    await target.tables[noun].put(rows);
    done += rows.length;
    report?.({ phase: "copy", noun, done, total });
    // After the rows: a page whose note was not written comes once more.
    note.nouns[noun] = { after: next, isWhole: next === null };
    await target.note(note);
    await tend();
  }
}

/** Reads both stores through. @throws `conflict` naming the first noun that is not the same */
async function check(parts: Underway): Promise<CopyResult["nouns"]> {
  const found: Partial<CopyResult["nouns"]> = {};
  for (const noun of COPIED_NOUNS) {
    const [from, to] = [
      await tallyNoun(noun, "source", parts),
      await tallyNoun(noun, "target", parts),
    ];
    if (JSON.stringify(from) !== JSON.stringify(to)) throw differs(noun, { from, to });
    found[noun] = to;
  }
  return found as CopyResult["nouns"];
}

async function tallyNoun<Noun extends CopiedNoun>(
  noun: Noun,
  side: "source" | "target",
  { tend, report, ...parts }: Underway,
): Promise<NounTally> {
  const table = parts[side].tables[noun];
  const total = await table.count();
  const tally = createTally(noun);
  let done = 0;
  for await (const { rows } of pagesOf(table, PAGE)) {
    tally.add(rows);
    done += rows.length;
    report?.({ phase: "check", noun, done, total });
    await tend();
  }
  return tally.total();
}

function differs(noun: CopiedNoun, { from, to }: { from: NounTally; to: NounTally }) {
  const text = ({ rows, sums, digest }: NounTally): string => {
    const named = Object.entries(sums).map(([name, sum]) => `${name} ${sum}`);
    return [`${rows} rows`, ...named, `digest ${digest.slice(0, 16)}`].join(", ");
  };
  const message = `The copy is not what it was made from: ${noun}: ${text(from)}; copied: ${text(to)}.`;
  return engineError("conflict", message, {
    hint: "Somebody wrote to one of the two meanwhile. Remove what was copied, stop every process, and copy again.",
    data: { noun, from, to },
  });
}
