// A feed as it is told of: by the process that runs it, or by what that process wrote down.
import type { JsonObject } from "../../cdr/json.ts";
import type { FeedState, FeedView } from "../../engine/ports.ts";
import { sourceNamed } from "../../mediation/source-settings.ts";
import { wholeNumber } from "../contract.ts";
import type { Held, SeenRun } from "../holder.ts";
import { stateOf } from "../ledger.ts";
import { isSwitchedOff, type RunParts } from "../running.ts";
import type { FeedSettings } from "../settings.ts";
import { isSilent } from "./silence.ts";

/** As it runs here, else as whoever runs it, or ran it last, wrote it down. */
export function viewOf(
  { one, record, run, runs }: SeenRun<Held> & { one: FeedSettings },
  parts: Parts,
): FeedView {
  const { name, kind, source } = one;
  const kept = {
    ...record?.state,
    ...(runs === "elsewhere" ? {} : { sinceMs: null, calls: null }),
  };
  const state: JsonObject = run === undefined ? kept : run.toJson();
  const position = (run?.lease.record() ?? record)?.position ?? null;
  const stopped = record?.isStopped ?? false;
  const told = stateOf(state, position);
  const expected = { settings: one, firstMs: wholeNumber(state["firstMs"]) || null };
  return {
    ...{ name, kind, source, stopped, runs },
    // Of one that somebody stopped nothing is expected.
    state: stopped ? told : withWarnings(told, expected, parts),
  };
}

type Parts = Pick<RunParts, "clock" | "sources" | "isActive">;

interface Expected {
  settings: FeedSettings;
  /** When it was set up; null: it never ran. */
  firstMs: number | null;
}

/** Quiet hours are told in the zone of the source. */
function withWarnings(told: FeedState, { settings, firstMs }: Expected, parts: Parts): FeedState {
  if (isSwitchedOff(parts, settings)) {
    return { ...told, warnings: [...told.warnings, SWITCHED_OFF] };
  }
  const { timeZone } = sourceNamed(parts.sources, settings.source);
  return withSilence(told, { settings, timeZone, nowMs: parts.clock(), firstMs });
}

const SWITCHED_OFF =
  "Its source is switched off (isActive): nothing is fetched until it is on again.";

/** One that never told anything is silent since it was set up. */
function withSilence(
  state: FeedState,
  {
    settings: { expectMinutes: mostMinutes, quietHours },
    timeZone,
    nowMs,
    firstMs,
  }: Expected & { timeZone: string; nowMs: number },
): FeedState {
  const sinceMs = state.lastRecord === null ? firstMs : Date.parse(state.lastRecord);
  if (mostMinutes === undefined || sinceMs === null) return state;
  if (!isSilent({ sinceMs, nowMs }, { mostMinutes, quietHours, timeZone })) return state;
  const since = new Date(sinceMs).toISOString();
  const warning = `It has told nothing since ${since}; a record is expected every ${mostMinutes} minutes.`;
  return { ...state, silentSince: since, warnings: [...state.warnings, warning] };
}
