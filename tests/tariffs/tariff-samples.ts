// Builds tariffs from short texts, for the tests of every part that needs one.
import { readTariff } from "../../src/tariffs/read-folder.ts";
import type { Tariff } from "../../src/tariffs/tariff.ts";

export interface TariffTexts {
  /** Settings of tariff.yaml; tenant, currency and zone have defaults where it names none. */
  yaml: string;
  /** Text by file name (`decks/a.csv`); blanks around lines are cut. */
  decks?: Record<string, string>;
  accounts?: string;
  exchange?: string;
}

/** The files of a folder; `accounts` and `exchange` are named in tariff.yaml when given. */
export function filesOf({ yaml, decks = {}, accounts, exchange }: TariffTexts) {
  const defaults = { tenant: "example.com", currency: "EUR", timeZone: "Europe/Madrid" };
  const lines = [dedent(yaml)];
  for (const [name, value] of Object.entries(defaults)) {
    if (!new RegExp(`^${name}:`, "m").test(lines[0] ?? "")) lines.push(`${name}: ${value}`);
  }
  const files: Record<string, string> = {};
  for (const [name, text] of Object.entries(decks)) files[name] = dedent(text);
  for (const [name, text] of Object.entries({ accounts, exchange })) {
    if (text === undefined) continue;
    lines.push(`${name}: ${name}.csv`);
    files[`${name}.csv`] = dedent(text);
  }
  return { "tariff.yaml": lines.join("\n"), ...files };
}

/** The tariff of the texts; throws with every fault when there are any. */
export function tariffOf(texts: TariffTexts): Tariff {
  const read = readTariff(filesOf(texts));
  if (read.ok) return read.tariff;
  const faults = read.faults.map((f) => `${f.file}:${f.line}:${f.column} ${f.code}: ${f.message}`);
  throw new Error(`The sample tariff has faults:\n${faults.join("\n")}`);
}

/** Cuts the indentation of the first line from all lines, and blank lines at both ends. */
function dedent(text: string): string {
  const lines = text
    .replace(/^\s*\n/, "")
    .trimEnd()
    .split("\n");
  const indent = /^ */.exec(lines[0] ?? "")?.[0].length ?? 0;
  return `${lines.map((line) => line.replace(new RegExp(`^ {0,${indent}}`), "")).join("\n")}\n`;
}
