// Strategy `quality`: the carrier with the better figures of the day that was frozen for it.
import { breakTie, type Candidate, compareAmounts } from "../carrier-candidate.ts";

export interface CarrierQuality {
  calls: number;
  /** Answered calls ⁄ calls. */
  asr: number;
  /** Mean length of answered calls in seconds. */
  acdSeconds: number;
  /** Mean post-dial delay in milliseconds; null when no call told it. */
  pddMs: number | null;
}

/** Figures of our own CDRs up to a day, by carrier. */
export interface QualityFigures {
  day: string;
  carriers: Record<string, CarrierQuality>;
}

/** The figures of a carrier, matched without case; null: it has no calls to judge by. */
export function qualityOf(figures: QualityFigures | undefined, carrier: string) {
  if (figures === undefined) return null;
  const wanted = carrier.toLowerCase();
  const [, quality] =
    Object.entries(figures.carriers).find(([name]) => name.toLowerCase() === wanted) ?? [];
  return quality === undefined || quality.calls === 0 ? null : quality;
}

/**
 * Higher ASR, then higher ACD, then lower PDD, then the amount; no figures: last. A call that fails
 * costs more than any difference of price, so the answer ratio decides first.
 */
export function compareByQuality(figures: QualityFigures | undefined) {
  return (a: Candidate, b: Candidate): number =>
    compareFigures(figures, a, b) || compareAmounts(a, b) || breakTie(a, b);
}

/** Below 0 when a has the better figures; 0: they tell no difference. */
export function compareFigures(
  figures: QualityFigures | undefined,
  a: Candidate,
  b: Candidate,
): number {
  const [left, right] = [qualityOf(figures, a.plan.carrier), qualityOf(figures, b.plan.carrier)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return (
    right.asr - left.asr ||
    right.acdSeconds - left.acdSeconds ||
    comparePdd(left.pddMs, right.pddMs)
  );
}

/** An unknown delay counts as longer than any. */
function comparePdd(a: number | null, b: number | null): number {
  const [left, right] = [a ?? Number.MAX_VALUE, b ?? Number.MAX_VALUE];
  return left - right;
}
