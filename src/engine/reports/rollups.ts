// Makes the sums that reports are answered from, behind the service: quarter hours that were marked,
// once nothing is written to them any more, then the hours and days of them.

import type { Quarter } from "../../rollups/pieces.ts";
import type { JoinedPiece, RollupState } from "../../stores/ports/cdrs.ts";
import type { Store } from "../../stores/store.ts";
import { joinPieces, makeQuarters } from "./make-quarters.ts";
import { ATTEMPTS } from "./sums.ts";

export interface RollupProgress {
  /** Quarter hours made, and hours and days joined. */
  made: number;
  joined: number;
  /** Something is left that can be done at once. */
  isBehind: boolean;
}

export interface Rollups {
  /** Some of what there is to do; called again and again, one call after the other. */
  tend(signal?: AbortSignal): Promise<RollupProgress>;
  state(): Promise<RollupState>;
}

/** Quarter hours of one call. */
const MOST_QUARTERS = 200;
/**
 * A day is joined when none of it was made for so many calls: a record that comes late is rarely the only
 * one, and until then its hours are as good.
 */
const QUIET_LOOKS = 5;

export function createRollups({ store }: { store: Pick<Store, "rollups"> }): Rollups {
  const { rollups } = store;
  /** Quarter hours that were dirty at the last look, as they were. */
  let seen = new Map<number, number>();
  /** Hours and days that are to be joined, with the looks that they wait for. */
  const waiting = new Map<string, { piece: JoinedPiece; looks: number }>();
  /** Before which quarter hour those of earlier processes are still to be looked for; null: none are. */
  let before: number | null = Number.MAX_SAFE_INTEGER;

  function wait(piece: JoinedPiece, looks: number): void {
    waiting.set(`${piece.level}/${piece.quarter}`, { piece, looks });
  }

  function waitForJoin(quarter: number): void {
    wait({ level: 4, quarter: quarter - (quarter % 4) }, 0);
    wait({ level: 96, quarter: quarter - (quarter % 96) }, QUIET_LOOKS);
  }

  /** Sums that were never made, and those of which nothing was written since the last look. */
  function settled(dirty: readonly Quarter[]): Quarter[] {
    const found = dirty.filter(
      ({ quarter, marked, built }) => seen.get(quarter) === marked || (built === 0 && marked === 1),
    );
    seen = new Map(dirty.map(({ quarter, marked }) => [quarter, marked]));
    return found;
  }

  async function makeEach(quarters: readonly Quarter[], signal?: AbortSignal): Promise<number> {
    const made = await makeQuarters(rollups, quarters, signal);
    for (const { quarter } of made) waitForJoin(quarter);
    return made.length;
  }

  async function joinWaiting(signal?: AbortSignal): Promise<number> {
    if (before !== null) {
      const page = await rollups.unjoined(ATTEMPTS, before);
      for (const piece of page.pieces) wait(piece, 0);
      before = page.before;
    }
    const due: JoinedPiece[] = [];
    for (const [name, { piece, looks }] of waiting) {
      if (looks > 0) {
        wait(piece, looks - 1);
        continue;
      }
      waiting.delete(name);
      due.push(piece);
    }
    try {
      return await joinPieces(rollups, due, signal);
    } catch (error) {
      // Some may have been joined: they are again, and are the same.
      for (const piece of due) wait(piece, 0);
      throw error;
    }
  }

  return {
    async tend(signal) {
      const dirty = await rollups.dirty(ATTEMPTS, MOST_QUARTERS);
      const made = await makeEach(settled(dirty), signal);
      const isBehind = dirty.length === MOST_QUARTERS && made > 0;
      // First what nothing but the CDRs can answer.
      const joined = isBehind ? 0 : await joinWaiting(signal);
      return { made, joined, isBehind: isBehind || before !== null };
    },
    state: () => rollups.state(ATTEMPTS),
  };
}
