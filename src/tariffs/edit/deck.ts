// A tariff with another file in place of the deck of one plan; all else stays as it was.
import { type Dialect, dialectSchema } from "../../tables/dialect.ts";
import { createFaultList } from "../fault-list.ts";
import { type DeckUse, deckUses } from "../settings/plans.ts";
import { readYaml } from "../settings/yaml.ts";
import { withoutSetting, withSetting } from "./settings-text.ts";

const SETTINGS_FILE = "tariff.yaml";

export type Files = Record<string, string>;

export interface NewDeckText {
  plan: string;
  text: string;
  /**
   * How it is written, where that is not said by the plan: a name for it, and what it is. Null: it is a
   * native deck, whatever the one before was.
   */
  dialect?: { name: string; dialect: Dialect } | null | undefined;
}

/** Null: there is no plan of this name. */
export function deckUseOf(files: Files, plan: string): DeckUse | null {
  const yaml = readYaml(SETTINGS_FILE, files[SETTINGS_FILE] ?? "", createFaultList(1));
  return yaml === null ? null : (deckUses(yaml).find((use) => use.plan === plan) ?? null);
}

/**
 * The files with the deck. A file that other plans have too stays theirs: the plan gets one of its own. A
 * dialect of the tariff that has the name and says something else stays, and the new one gets another name.
 * Null: there is no plan of this name.
 */
export function withDeck(files: Files, { plan, text, dialect }: NewDeckText): Files | null {
  const settings = files[SETTINGS_FILE] ?? "";
  const yaml = readYaml(SETTINGS_FILE, settings, createFaultList(1));
  const uses = yaml === null ? [] : deckUses(yaml);
  const use = uses.find((one) => one.plan === plan);
  if (yaml === null || use === undefined) return null;
  let changed = settings;
  let file = use.name;
  if (uses.some((one) => one !== use && one.name === use.name)) {
    file = freeName(`decks/${plainName(plan) || "deck"}`, ".csv", (name) =>
      Object.hasOwn(files, name),
    );
    changed = withSetting(changed, [use.kind, plan, "deck"], file);
  }
  if (dialect === null) changed = withoutSetting(changed, [use.kind, plan, "dialect"]);
  else if (dialect !== undefined) {
    const { dialects = {} } = (yaml.value ?? {}) as { dialects?: Record<string, unknown> };
    const isOther = (name: string) =>
      Object.hasOwn(dialects, name) && !isSame(dialects[name], dialect.dialect);
    const name = freeName(dialect.name, "", isOther);
    if (!Object.hasOwn(dialects, name)) {
      changed = withSetting(changed, ["dialects", name], dialect.dialect);
    }
    if (use.dialect !== name) changed = withSetting(changed, [use.kind, plan, "dialect"], name);
  }
  return { ...files, [SETTINGS_FILE]: changed, [file]: text };
}

function isSame(said: unknown, dialect: Dialect): boolean {
  const read = dialectSchema.safeParse(said);
  return read.success && JSON.stringify(read.data) === JSON.stringify(dialectSchema.parse(dialect));
}

function freeName(name: string, end: string, isTaken: (name: string) => boolean): string {
  let found = `${name}${end}`;
  for (let number = 2; isTaken(found); number += 1) found = `${name}-${number}${end}`;
  return found;
}

/** A name as a part of the name of a file; empty where it has neither letters nor digits. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
