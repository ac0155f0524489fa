// What a feed has seen: counted while it runs, kept in the store beside its position.
import type { JsonObject } from "../cdr/json.ts";
import type { FeedState } from "../engine/ports.ts";
import { type FeedGap, wholeNumber } from "./contract.ts";

/** Gaps that are kept, the latest; more are only in the log. */
const MOST_GAPS = 100;

/** What became of records that were handed over. */
export interface Delivered {
  records: number;
  /** In suspense. */
  faults: number;
  /** There already. */
  repeats: number;
  /** When the call of the last record ended, where it says so. */
  lastEndMs: number | null;
}

export interface Ledger {
  connected(fault: string | null): void;
  isConnected(): boolean;
  delivered(count: Delivered): void;
  missed(reason: string, fromMs?: number): FeedGap;
  /** Answers whether it was not said already. */
  warned(topic: string, warning: string | null): boolean;
  counted(more: Record<string, number>): void;
  /** Null: it cannot tell now. */
  callsUnderWay(calls: number | null): void;
  /** Whether something changed since it was last asked. */
  takeChange(): boolean;
  toJson(): JsonObject;
}

/** Goes on counting where `kept` ended; nothing is connected at first. */
export function createLedger(kept: JsonObject, clock: () => number): Ledger {
  const state = { ...kept };
  let isChanged = false;
  const set = (changes: JsonObject) => {
    Object.assign(state, changes);
    isChanged = true;
  };
  const firstMs = wholeNumber(kept["firstMs"]) || clock();
  set({ sinceMs: null, fault: null, warnings: {}, calls: null, firstMs });
  return {
    connected(fault) {
      const isConnected = fault === null;
      if (isConnected === (typeof state["sinceMs"] === "number") && state["fault"] === fault)
        return;
      set({ sinceMs: isConnected ? clock() : null, fault });
    },
    isConnected: () => typeof state["sinceMs"] === "number",
    delivered({ records, faults, repeats, lastEndMs }) {
      const nowMs = clock();
      set({
        records: wholeNumber(state["records"]) + records,
        faults: wholeNumber(state["faults"]) + faults,
        repeats: wholeNumber(state["repeats"]) + repeats,
        lastRecordMs: nowMs,
        ...(lastEndMs === null ? {} : { lagMs: Math.max(0, nowMs - lastEndMs), lastEndMs }),
      });
    },
    missed(reason, fromMs) {
      const from = instant(fromMs ?? state["lastRecordMs"]);
      const gap = { from, to: new Date(clock()).toISOString(), reason };
      set({ gaps: [...gapsOf(state), gap].slice(-MOST_GAPS) as unknown as JsonObject[] });
      return gap;
    },
    counted(more) {
      const counts = countsOf(state);
      for (const [name, count] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + count;
      set({ counts });
    },
    callsUnderWay(calls) {
      if ((state["calls"] ?? null) !== calls) set({ calls });
    },
    warned(topic, warning) {
      const { [topic]: before, ...others } = warningsOf(state);
      if ((before ?? null) === warning) return false;
      set({ warnings: warning === null ? others : { ...others, [topic]: warning } });
      return true;
    },
    takeChange() {
      const wasChanged = isChanged;
      isChanged = false;
      return wasChanged;
    },
    toJson: () => ({ ...state }),
  };
}

/** What is told of a feed. */
export function stateOf(kept: JsonObject, position: JsonObject | null): FeedState {
  const { lagMs, fault } = kept;
  return {
    connected: typeof kept["sinceMs"] === "number",
    since: instant(kept["sinceMs"]),
    lastRecord: instant(kept["lastRecordMs"]),
    lagSeconds: typeof lagMs === "number" ? lagMs / 1000 : null,
    records: wholeNumber(kept["records"]),
    faults: wholeNumber(kept["faults"]),
    repeats: wholeNumber(kept["repeats"]),
    firsts: Math.max(
      0,
      wholeNumber(kept["records"]) - wholeNumber(kept["faults"]) - wholeNumber(kept["repeats"]),
    ),
    onlyHere: null,
    silentSince: null,
    lastCallEnd: instant(kept["lastEndMs"]),
    fault: typeof fault === "string" ? fault : null,
    warnings: Object.values(warningsOf(kept)),
    position,
    gaps: gapsOf(kept).map((gap) => ({ ...gap, filledBy: null })),
    counts: countsOf(kept),
    calls: typeof kept["calls"] === "number" ? kept["calls"] : null,
  };
}

function gapsOf({ gaps }: JsonObject): FeedGap[] {
  return Array.isArray(gaps) ? (gaps as unknown as FeedGap[]) : [];
}

function countsOf({ counts }: JsonObject): Record<string, number> {
  return { ...(counts as Record<string, number> | undefined) };
}

function warningsOf({ warnings }: JsonObject): Record<string, string> {
  return typeof warnings === "object" ? ({ ...warnings } as Record<string, string>) : {};
}

function instant(ms: unknown): string | null {
  return typeof ms === "number" ? new Date(ms).toISOString() : null;
}
