// The settings of a number rule set, checked as a whole.
import { ignoredPrefixes } from "../prefix-to-ignore.ts";
import { ruleSetMembers } from "./members.ts";
import { presetNamed } from "./presets.ts";

type Members = Record<string, unknown>;

interface Fault {
  path: (string | number)[];
  message: string;
}

const OF_EVERY_PRESET = new Set([
  "preset",
  "maxLength",
  "blacklist",
  "whitelist",
  "changes",
  "from",
]);

/** Members that count under the other kind of preset, and entries that cannot be applied. */
function memberFaults(members: Members, statsPreset: boolean): Fault[] {
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(members)) {
    const statsName = name === name.toUpperCase();
    if (value === undefined || OF_EVERY_PRESET.has(name) || statsName === statsPreset) continue;
    const message = statsPreset ? "is not of cdr-stats" : "counts under preset cdr-stats only";
    faults.push({ path: [name], message });
  }
  const ignored = members["PREFIX_TO_IGNORE"];
  if (typeof ignored === "string" && ignoredPrefixes(ignored) === null) {
    faults.push({ path: ["PREFIX_TO_IGNORE"], message: "an entry cannot be applied" });
  }
  return faults;
}

/** What no single member can tell, of the rule set and of each of its changes. */
function faultsOf(
  settings: Members & { preset: string; changes?: Members[] | undefined },
): Fault[] {
  const statsPreset = settings.preset === "cdr-stats";
  const changed = (settings.changes ?? []).flatMap((change, at) =>
    memberFaults(change, statsPreset).map(({ path, message }) => ({
      path: ["changes", at, ...path],
      message,
    })),
  );
  const faults = [...memberFaults(settings, statsPreset), ...changed];
  if (presetNamed(settings.preset) !== null) return faults;
  return [{ path: ["preset"], message: "there is no preset of this name" }, ...faults];
}

/** Settings of a rule set as they stand in a tariff or a request; unknown members are faults. */
export const ruleSetSettings = ruleSetMembers.superRefine((settings, context) => {
  for (const fault of faultsOf(settings)) context.addIssue({ code: "custom", ...fault });
});
