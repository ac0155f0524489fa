// A feed as it is told of: by the process that runs it, or by what that process wrote down.
import type { JsonObject } from "../../cdr/json.ts";
import type { Clock, FeedState, FeedView } from "../../engine/ports.ts";
import { type SourceSettings, sourceNamed } from "../../mediation/source-settings.ts";
import { wholeNumber } from "../contract.ts";
import type { Held, SeenRun } from "../holder.ts";
import { stateOf } from "../ledger.ts";
import type { FeedSettings } from "../settings.ts";
import { isSilent } from "./silence.ts";

/** As it runs here, else as whoever runs it, or ran it last, wrote it down. */
export function viewOf(
  { one, record, run, runs }: SeenRun<Held> & { one: FeedSettings },
  { clock, sources }: { clock: Clock; sources: readonly SourceSettings[] },
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
  const firstMs = wholeNumber(state["firstMs"]) || null;
  return {
    ...{ name, kind, source, stopped, runs },
    // Quiet hours are told in the zone of the source; of one that somebody stopped nothing is expected.
    state: stopped
      ? told
      : withSilence(told, {
          settings: one,
          timeZone: sourceNamed(sources, source).timeZone,
          nowMs: clock(),
          firstMs,
        }),
  };
}

/** One that never told anything is silent since it was set up. */
function withSilence(
  state: FeedState,
  {
    settings: { expectMinutes: mostMinutes, quietHours },
    timeZone,
    nowMs,
    firstMs,
  }: { settings: FeedSettings; timeZone: string; nowMs: number; firstMs: number | null },
): FeedState {
  const sinceMs = state.lastRecord === null ? firstMs : Date.parse(state.lastRecord);
  if (mostMinutes === undefined || sinceMs === null) return state;
  if (!isSilent({ sinceMs, nowMs }, { mostMinutes, quietHours, timeZone })) return state;
  const since = new Date(sinceMs).toISOString();
  const warning = `It has told nothing since ${since}; a record is expected every ${mostMinutes} minutes.`;
  return { ...state, silentSince: since, warnings: [...state.warnings, warning] };
}
