// Warns of rows that the numbers of the tariff's rule sets cannot reach, or need and do not find.
import { wholePattern } from "../../numbering/dial-pattern.ts";
import { changeText, retiredPrefix } from "../../numbering/former-forms.ts";
import { rulesOf } from "../../numbering/rule-sets/compiled.ts";
import type { RuleSetSettings } from "../../numbering/rule-sets/members.ts";
import type { CellsOfDecks } from "../decks/folder.ts";
import type { FaultList } from "../fault-list.ts";
import type { YamlSettings } from "../settings/yaml.ts";
import { type Deck, INVALID_CALLER, type RateRow, type Tariff } from "../tariff.ts";
import { type DeckFaults, faultsOfDeck } from "./place.ts";
import { ruleSetsOf } from "./reachable-rows.ts";

const NOT_OF_A_COUNTRY = new Set(["wholesale-digits", "wholesale-e164", "cdr-stats"]);

/**
 * A deck with a default row that lacks an emergency number, and rows of digits that a numbering plan
 * gave up. The second only where every rule set is of a country: others match any digits.
 */
export function warnOfNumbers(
  settingsFile: string,
  { yaml, tariff, cells }: { yaml: YamlSettings; tariff: Tariff; cells: CellsOfDecks },
  faults: FaultList,
): void {
  const ruleSets = ruleSetsOf(tariff);
  const ofCountries = ruleSets.filter(({ preset }) => !NOT_OF_A_COUNTRY.has(preset));
  const decks = new Set([...tariff.retailPlans, ...tariff.carrierPlans].map(({ deck }) => deck));
  const emergency = emergencyNumbers(ofCountries);
  const of = (deck: Deck) => faultsOfDeck(deck, cells, faults);
  for (const deck of decks) warnOfEmergency(deck, emergency, of(deck));
  if (ofCountries.length < ruleSets.length) return;
  for (const deck of decks) warnOfRetired(deck, of(deck));
  for (const [plan, prefixes] of Object.entries(tariff.banPlans)) {
    for (const [index, prefix] of prefixes.entries()) {
      const found = retiredPrefix(prefix);
      if (found === null) continue;
      const place = yaml.place(["banPlans", plan, "prefixes", index]);
      const detail = `${prefix}: ${changeText(found.change)}; ${found.digits} is what can be banned.`;
      faults.add(settingsFile, place, "retired-prefix", detail);
    }
  }
}

/** Patterns of all countries, each once. */
function emergencyNumbers(ruleSets: RuleSetSettings[]): string[] {
  return [...new Set(ruleSets.flatMap((settings) => rulesOf(settings)?.settings.emergency ?? []))];
}

function warnOfEmergency({ rows }: Deck, emergency: string[], faults: DeckFaults): void {
  const voice = rows.filter(({ tor }) => tor === "*voice");
  const byDefault = voice.find(({ prefix }) => prefix === "");
  if (byDefault === undefined || emergency.length === 0) return;
  const prefixes = new Set(voice.map(({ prefix }) => prefix));
  const missing = emergency.filter((pattern) => {
    if (!pattern.startsWith("_")) return !prefixes.has(pattern);
    const whole = wholePattern(pattern);
    return ![...prefixes].some((prefix) => whole.test(prefix));
  });
  if (missing.length === 0) return;
  const detail = `None for ${missing.join(", ")}.`;
  faults.add(byDefault, "prefix", "emergency-without-row", detail);
}

function warnOfRetired({ rows }: Deck, faults: DeckFaults): void {
  let lines: Map<string, number> | null = null;
  for (const row of rows) {
    const found = retiredPrefix(row.prefix);
    if (found !== null) {
      lines ??= firstLines(rows);
      const holds = holdingRow(found.digits, lines);
      const detail = `${row.prefix}: ${changeText(found.change)}; ${holds}`;
      faults.add(row, "prefix", "retired-prefix", detail);
    }
    if (row.callerPrefix === "" || row.callerPrefix === INVALID_CALLER) continue;
    const caller = retiredPrefix(row.callerPrefix);
    if (caller === null) continue;
    const detail = `caller_prefix ${row.callerPrefix}: ${changeText(caller.change)}; ${caller.digits} fits these callers.`;
    faults.add(row, "caller_prefix", "retired-prefix", detail);
  }
}

function firstLines(rows: readonly RateRow[]): Map<string, number> {
  const lines = new Map<string, number>();
  for (const { prefix, line } of rows) if (!lines.has(prefix)) lines.set(prefix, line);
  return lines;
}

/** The longest row that begins the digits of today. */
function holdingRow(digits: string, lines: Map<string, number>): string {
  for (let length = digits.length; length >= 0; length -= 1) {
    const line = lines.get(digits.slice(0, length));
    if (line === undefined) continue;
    return `${digits.slice(0, length) || "*"} in line ${line} holds for ${digits}.`;
  }
  return `no row holds for ${digits}.`;
}
