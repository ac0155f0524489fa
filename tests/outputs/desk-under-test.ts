// Outputs on a store, whose pauses are noted and end at once.
import type { OutputDesk } from "../../src/engine/outputs.ts";
import { createOutputDesk } from "../../src/outputs/desk.ts";
import { outputList } from "../../src/outputs/settings.ts";
import type { Store } from "../../src/stores/store.ts";

export const NOW_MS = Date.parse("2026-03-02T10:00:00Z");

export interface DeskUnderTest extends OutputDesk {
  /** What was waited for, in milliseconds. */
  pauses: number[];
}

export function outputDesk(
  store: Pick<Store, "cdrs" | "feeds" | "periods">,
  output: Record<string, unknown>,
  more: { clock?: () => number; environment?: Record<string, string> } = {},
): DeskUnderTest {
  const pauses: number[] = [];
  const desk = createOutputDesk({
    cdrs: store.cdrs,
    periods: store.periods,
    feeds: store.feeds,
    clock: more.clock ?? (() => NOW_MS),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    environment: more.environment ?? {},
    settings: outputList.parse([{ name: "billing", from: "beginning", ...output }]),
    leaseMs: 15_000,
    later(ms, run) {
      pauses.push(ms);
      const timer = setTimeout(run, 1);
      return () => clearTimeout(timer);
    },
  });
  return Object.assign(desk, { pauses });
}
