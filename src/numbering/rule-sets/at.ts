// Which form of a dated rule set holds at an instant.
import type { RuleSetSettings } from "./members.ts";

/** Midnight UTC of a `YYYY-MM-DD` day, or the instant of an RFC 3339 text, in epoch ms. */
function utcStartMs(from: string): number {
  return Date.parse(from);
}

/**
 * The settings in force at `atMs` (epoch ms): the rule set with every change whose `from` is not
 * after it, the latest last. `startMs` turns a `from` into epoch ms, so that a tariff can read days
 * as midnight in its own zone; without it days are UTC. The answer is one object per state.
 */
export function ruleSetAt(
  settings: RuleSetSettings,
  atMs: number,
  startMs: (from: string) => number = utcStartMs,
): RuleSetSettings {
  if (settings.changes === undefined || settings.changes.length === 0) return settings;
  const { changes, ...base } = settings;
  const due = changes
    .map((change) => ({ change, fromMs: startMs(change.from) }))
    .filter((dated) => dated.fromMs <= atMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  return settingsAfter(
    settings,
    base,
    due.map((dated) => dated.change),
  );
}

type Change = NonNullable<RuleSetSettings["changes"]>[number];
const states = new WeakMap<RuleSetSettings, Map<string, RuleSetSettings>>();

/** One object per rule set and list of changes, so that what is compiled from it is found again. */
function settingsAfter(
  settings: RuleSetSettings,
  base: RuleSetSettings,
  changes: Change[],
): RuleSetSettings {
  const known = states.get(settings) ?? new Map<string, RuleSetSettings>();
  states.set(settings, known);
  const key = changes.map((change) => change.from).join();
  const found = known.get(key);
  if (found !== undefined) return found;
  let state = base;
  for (const { from: _from, ...members } of changes) state = { ...state, ...members };
  known.set(key, state);
  return state;
}
