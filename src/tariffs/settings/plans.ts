// What can be told of the settings even while some of them have faults: names and references.

import { quoted } from "../csv/field-values.ts";
import type { FaultList } from "../fault-list.ts";
import { isRuleSet } from "../read-accounts.ts";
import { isTimeZone } from "../time/zoned.ts";
import type { SettingPath, YamlSettings } from "./yaml.ts";

/** A file that a setting names, as written. */
export interface NamedFile {
  path: SettingPath;
  name: string;
}

/** A deck and the zone of the plan that has it. */
export interface DeckUse extends NamedFile {
  kind: "retailPlans" | "carrierPlans";
  plan: string;
  timeZone: string;
  /** Name of its dialect; null: a native deck. */
  dialect: string | null;
}

const DEFAULT_ZONE = "UTC";

/** Zone of the tariff, or of the plan at `path`; UTC where none is named (or none that exists). */
export function zoneOf(yaml: YamlSettings, path: SettingPath = []): string {
  const own = valueAt(yaml, [...path, "timeZone"]);
  if (typeof own === "string" && isTimeZone(own)) return own;
  return path.length === 0 ? DEFAULT_ZONE : zoneOf(yaml);
}

/** Every plan's deck, in the order of the file. */
export function deckUses(yaml: YamlSettings): DeckUse[] {
  return (["retailPlans", "carrierPlans"] as const).flatMap((kind) =>
    yaml.keys([kind]).flatMap((plan) => {
      const file = namedFile(yaml, [kind, plan, "deck"]);
      if (file === null) return [];
      const dialect = namedFile(yaml, [kind, plan, "dialect"])?.name ?? null;
      return [{ ...file, kind, plan, dialect, timeZone: zoneOf(yaml, [kind, plan]) }];
    }),
  );
}

/** The file that a setting names, or null where it names none. */
export function namedFile(yaml: YamlSettings, path: SettingPath): NamedFile | null {
  const name = valueAt(yaml, path);
  return typeof name === "string" || typeof name === "number" ? { path, name: String(name) } : null;
}

/** Reports names of plans, dialects and rule sets that do not exist. */
export function checkReferences(file: string, yaml: YamlSettings, faults: FaultList): void {
  const kinds = { retail: "retailPlans", carriers: "carrierPlans", ban: "banPlans" } as const;
  for (const [member, kind] of Object.entries(kinds)) {
    const known = new Set(yaml.keys([kind]));
    for (const plan of yaml.keys(["voipPlans"])) {
      checkPlans(file, yaml, { path: ["voipPlans", plan, member], kind, known }, faults);
    }
  }
  const carriers = { kind: "carrierPlans", known: new Set(yaml.keys(["carrierPlans"])) };
  for (const plan of yaml.keys(["retailPlans"])) {
    checkPlans(file, yaml, { path: ["retailPlans", plan, "markup", "of"], ...carriers }, faults);
  }
  const dialects = new Set(yaml.keys(["dialects"]));
  for (const { kind, plan, dialect } of deckUses(yaml)) {
    if (dialect === null || dialects.has(dialect)) continue;
    const place = yaml.place([kind, plan, "dialect"]);
    faults.add(file, place, "unknown-dialect", quoted(dialect));
  }
  const ruleSets = new Set(yaml.keys(["numbering"]));
  const standard = namedFile(yaml, ["defaultNumbering"]);
  if (standard !== null && !isRuleSet(standard.name, ruleSets)) {
    faults.add(file, yaml.place(standard.path), "unknown-rule-set", quoted(standard.name));
  }
}

function checkPlans(
  file: string,
  yaml: YamlSettings,
  { path, kind, known }: { path: SettingPath; kind: string; known: ReadonlySet<string> },
  faults: FaultList,
): void {
  const listed = valueAt(yaml, path);
  if (!Array.isArray(listed)) return;
  listed.forEach((name, index) => {
    if (typeof name !== "string" && typeof name !== "number") return;
    if (!known.has(String(name))) {
      const detail = `${kind}: ${quoted(String(name))}.`;
      faults.add(file, yaml.place([...path, index]), "unknown-plan", detail);
    }
  });
}

function valueAt(yaml: YamlSettings, path: SettingPath): unknown {
  let at = yaml.value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}
