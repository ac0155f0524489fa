// The rule sets that every installation knows by name.
import type { RuleSetSettings } from "./rule-set.ts";

/** Names of the presets, as `preset:` takes them. */
export const PRESET_NAMES: readonly string[] = ["wholesale-digits", "wholesale-e164"];

/** The settings of a preset, or null when there is none of that name (names match exactly). */
export function presetNamed(name: string): RuleSetSettings | null {
  return PRESET_NAMES.includes(name) ? { preset: name } : null;
}
