// Which of the rows that exist for a call is in force at a second of it, and until when.
import type { BandClock } from "../snapshot/band-clock.ts";
import { type CompiledDeck, TERM_BAND, TERM_FROM_SECOND } from "../snapshot/native.ts";
import { type PlanPrice, type PriceRequest, termOf } from "./plan-price.ts";

export interface RowClock {
  start(request: PriceRequest, deck: CompiledDeck, price: PlanPrice): void;
  /** The row in force at a second (unit) of the call; -1: none. */
  rowAt(second: number): number;
  /** The row answered last is in force until this second, exclusive; Infinity: to the end. */
  readonly untilSecond: number;
}

/**
 * Rows whose band holds, the first in `bands:` order, else rows without band; of these the one with
 * the largest from_second that is reached. A band that holds and has no row for that second yet does
 * not fall back to the rows without band: the design's words say none.
 */
export function createRowClock(bands: BandClock): RowClock {
  let atMs: number;
  let isTime: boolean;
  let count: number;
  let deck: CompiledDeck;
  let rows: Int32Array;
  let untilSecond = Number.POSITIVE_INFINITY;

  /** The band in force: one that holds, or -1; `untilSecond` is cut to when that may change. */
  function bandAt(second: number): number {
    const instantMs = isTime ? atMs + second * 1000 : atMs;
    let last = -1;
    for (let index = 0; index < count; index++) {
      const band = termOf(deck, rows[index] as number, TERM_BAND);
      if (band < 0) return -1;
      if (band === last) continue;
      last = band;
      if (isTime) {
        const changeMs = bands.unchangedUntilMs(band, instantMs);
        untilSecond = Math.min(untilSecond, Math.ceil((changeMs - atMs) / 1000));
      }
      if (bands.holds(band, instantMs)) return band;
    }
    return -1;
  }

  return {
    start(request, ofDeck, price) {
      atMs = request.atMs;
      isTime = request.isTime;
      deck = ofDeck;
      rows = price.rows;
      count = price.rowCount;
    },
    rowAt(second) {
      untilSecond = Number.POSITIVE_INFINITY;
      const band = bandAt(second);
      let found = -1;
      for (let index = 0; index < count; index++) {
        const row = rows[index] as number;
        if (termOf(deck, row, TERM_BAND) !== band) continue;
        const from = termOf(deck, row, TERM_FROM_SECOND);
        if (from > second) {
          untilSecond = Math.min(untilSecond, from);
          break;
        }
        found = row;
      }
      return found;
    },
    get untilSecond() {
      return untilSecond;
    },
  };
}
