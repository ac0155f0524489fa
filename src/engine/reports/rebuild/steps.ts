// The work of a rebuild: what a crash repeats is made again, and is the same.
import { dayOf, LEVELS, stretchOf, touchedQuarters } from "../../../rollups/pieces.ts";
import type { JoinedPiece, RollupStore, UnjoinedPage } from "../../../stores/ports/cdrs.ts";
import type { JobShelf } from "../../jobs/job.ts";
import { type JobRun, type RunEnd, runPages } from "../../jobs/pages.ts";
import type { Clock } from "../../ports.ts";
import { AT_ONCE, joinPieces, makeQuarters } from "../make-quarters.ts";
import { ATTEMPTS } from "../sums.ts";
import type { RebuildBody, RebuildJob } from "./job.ts";

export interface RebuildParts {
  store: { rollups: RollupStore };
  shelf: JobShelf<RebuildJob>;
  clock: Clock;
  leaseMs: number;
}

/** What is still written to after so many ways is left to the service, which makes it when it rests. */
const MOST_PASSES = 3;

/** Goes on from the last checkpoint. */
export async function rebuildPages(
  { store: { rollups }, shelf, clock, leaseMs }: RebuildParts,
  run: JobRun<RebuildJob>,
): Promise<RunEnd> {
  const { body } = run.job;
  const { first, end } = touchedQuarters(body.range);
  /** Pieces are looked for from the latest days on; null: none are left. */
  let before: number | null = end;

  async function mark(): Promise<void> {
    const total = await rollups.forget(body.range);
    Object.assign(body, { step: "making", progress: { done: 0, total } });
  }
  async function make(): Promise<void> {
    const left = { ...body.range, fromMs: body.nextMs };
    const quarters = await rollups.dirty(ATTEMPTS, AT_ONCE, left);
    const last = quarters.at(-1);
    if (last === undefined) return endPass();
    const made = await makeQuarters(rollups, quarters);
    body.progress.done += made.length;
    body.nextMs = stretchOf(last.quarter, 1).toMs;
  }
  async function endPass(): Promise<void> {
    const { dirty } = await rollups.state(ATTEMPTS, body.range);
    if (dirty === 0 || body.pass === MOST_PASSES) body.step = "joining";
    else Object.assign(body, { pass: body.pass + 1, nextMs: body.range.fromMs });
  }
  async function join(): Promise<boolean> {
    if (before === null) return false;
    const page: UnjoinedPage = await rollups.unjoined(ATTEMPTS, dayEnd(before));
    await joinPieces(
      rollups,
      page.pieces.filter((piece) => touches(piece, body)),
    );
    before = page.before !== null && page.before > first ? page.before : null;
    return before !== null;
  }

  run.beforeSave = async () => {
    if (body.step === "marking") return;
    const { quarters, dirty } = await rollups.state(ATTEMPTS, body.range);
    body.progress = { done: quarters - dirty, total: quarters };
  };
  return runPages(shelf, run, {
    ...{ clock, leaseMs },
    async page() {
      if (body.step === "joining") return join();
      await (body.step === "marking" ? mark() : make());
      return true;
    },
  });
}

/** The end of the day in which the quarter hour before this one is. */
function dayEnd(quarter: number): number {
  return dayOf(Math.max(quarter - 1, 0)) + LEVELS[0];
}

function touches({ quarter, level }: JoinedPiece, { range }: RebuildBody): boolean {
  const { fromMs, toMs } = stretchOf(quarter, level);
  return fromMs < range.toMs && toMs > range.fromMs;
}
