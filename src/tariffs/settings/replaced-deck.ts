// The files of a tariff with another deck in one of its plans.
import { parseDocument } from "yaml";
import type { Dialect } from "../../tables/dialect.ts";
import { createFaultList } from "../fault-list.ts";
import { deckUses } from "./plans.ts";
import { readYaml } from "./yaml.ts";

const SETTINGS_FILE = "tariff.yaml";

export interface ReplacingDeck {
  plan: string;
  text: string;
  /** Absent: that of the plan; null: it is a native deck. */
  dialect?: Dialect | null | undefined;
}

/**
 * In the file that the plan has, where no other plan has it and it is read as before; else in a file of
 * its own, which the settings then name. Null: there is no such plan.
 */
export function withDeck(
  files: Record<string, string>,
  { plan, text, dialect }: ReplacingDeck,
): Record<string, string> | null {
  const settings = files[SETTINGS_FILE] ?? "";
  const yaml = readYaml(SETTINGS_FILE, settings, createFaultList(1));
  const uses = yaml === null ? [] : deckUses(yaml);
  const own = uses.find((use) => use.plan === plan);
  if (own === undefined) return null;
  const isShared = uses.some((use) => use !== own && use.name === own.name);
  if (!isShared && dialect === undefined && Object.hasOwn(files, own.name)) {
    return { ...files, [own.name]: text };
  }
  const file = freeName(files, plan);
  const document = parseDocument(settings);
  document.setIn([own.kind, plan, "deck"], file);
  if (dialect === null) document.deleteIn([own.kind, plan, "dialect"]);
  else if (dialect !== undefined) {
    document.setIn(["dialects", file], document.createNode(dialect));
    document.setIn([own.kind, plan, "dialect"], file);
  }
  const { [own.name]: before, ...others } = files;
  const kept = isShared && before !== undefined ? files : others;
  return { ...kept, [SETTINGS_FILE]: document.toString(), [file]: text };
}

function freeName(files: Record<string, string>, plan: string): string {
  const stem = plan.replaceAll(/[^A-Za-z0-9_.-]/g, "-");
  for (let count = 1; ; count += 1) {
    const name = `decks/${stem}-${count}.csv`;
    if (!Object.hasOwn(files, name)) return name;
  }
}
