// A row of sums as the API shows it.
import type { SummaryRow } from "../queries/cdr-query.ts";

/**
 * Of voice calls only, whatever else is in the group: ASR, the share of answered calls; ACD, mean
 * seconds of an answered call; PDD, mean seconds of post-dial delay. Null without a base.
 */
export function summaryView(row: SummaryRow) {
  const { keys, voiceCalls, voiceAnswered, usageMs, units, pddMs, pddCalls, ...sums } = row;
  const { buyCurrency, billedMs, buyBilledMs, ...same } = sums;
  const seconds = usageMs / 1000;
  return {
    ...keys,
    ...same,
    ...(buyCurrency === row.currency || buyCurrency === null ? {} : { buyCurrency }),
    seconds,
    billedSeconds: billedMs / 1000,
    buyBilledSeconds: buyBilledMs / 1000,
    ...(units === 0 ? {} : { units }),
    asr: voiceCalls === 0 ? null : voiceAnswered / voiceCalls,
    acd: voiceAnswered === 0 ? null : meanSeconds(usageMs, voiceAnswered),
    pdd: pddCalls === 0 ? null : meanSeconds(pddMs, pddCalls),
  };
}

/** To the millisecond, half up. */
function meanSeconds(sumMs: number, count: number): number {
  return Math.round(sumMs / count) / 1000;
}
