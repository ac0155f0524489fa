// Warns of prefixes that no number can begin with, under any of the number rule sets of a tariff, and of
// those that no calling code begins, where a rule set matches any digits.
import { callingCodeOf } from "../../numbering/dial-codes.ts";
import { normalizeNumber } from "../../numbering/normalize.ts";
import type { RuleSetSettings } from "../../numbering/rule-sets/members.ts";
import { presetNamed } from "../../numbering/rule-sets/presets.ts";
import type { CellsOfDecks } from "../decks/folder.ts";
import type { FaultList } from "../fault-list.ts";
import type { YamlSettings } from "../settings/yaml.ts";
import type { Deck, Tariff } from "../tariff.ts";
import { type DeckFaults, faultsOfDeck } from "./place.ts";

/** Of so many digits a code is no short number. */
const KNOWN_FROM_DIGITS = 5;
const LAST_RESORT = "wholesale-digits";

/** What a prefix is matched on: the whole answers of a rule set are numbers that are called. */
type Side = "called" | "caller";

/** Deck rows, callers of deck rows, and prefixes of ban plans. A source may name other rule sets. */
export function warnOfUnreachable(
  settingsFile: string,
  { yaml, tariff, cells }: { yaml: YamlSettings; tariff: Tariff; cells: CellsOfDecks },
  faults: FaultList,
): void {
  const ruleSets = ruleSetsOf(tariff);
  const anyDigits = tariff.unknownNumbers === "match-digits";
  const known = new Map<string, boolean>();
  const isReached = (prefix: string, side: Side): boolean => {
    // Whatever the rule set, numbers begin with calling codes: so do nearly all rows.
    if (prefix === "" || callingCodeOf(prefix) !== null) return true;
    const key = `${side} ${prefix}`;
    const found =
      known.get(key) ?? ruleSets.some((rules) => reaches(rules, prefix, { side, anyDigits }));
    known.set(key, found);
    return found;
  };
  const decks = new Set([...tariff.retailPlans, ...tariff.carrierPlans].map(({ deck }) => deck));
  for (const deck of decks) warnOfRows(deck, isReached, faultsOfDeck(deck, cells, faults));
  for (const [plan, prefixes] of Object.entries(tariff.banPlans)) {
    prefixes.forEach((prefix, index) => {
      if (isReached(prefix, "called")) return;
      const place = yaml.place(["banPlans", plan, "prefixes", index]);
      faults.add(settingsFile, place, "unreachable-prefix", detailOf(prefix));
    });
  }
}

function warnOfRows(
  { rows }: Deck,
  isReached: (prefix: string, side: Side) => boolean,
  faults: DeckFaults,
): void {
  for (const row of rows) {
    const { prefix, callerPrefix } = row;
    if (!isReached(prefix, "called")) {
      faults.add(row, "prefix", "unreachable-prefix", detailOf(prefix));
    } else if (isOfNoCountry(prefix)) {
      faults.add(row, "prefix", "unknown-code", detailOf(prefix));
    }
    // The column takes words beside digits: those name callers of another kind.
    if (/^\d/.test(callerPrefix) && !isReached(callerPrefix, "caller")) {
      faults.add(
        row,
        "caller_prefix",
        "unreachable-prefix",
        `caller_prefix ${detailOf(callerPrefix)}`,
      );
    }
  }
}

/** Whole short numbers (112, 0800, 1414) are of no calling code, and are no mistake. */
function isOfNoCountry(prefix: string): boolean {
  return prefix.length >= KNOWN_FROM_DIGITS && callingCodeOf(prefix) === null;
}

function detailOf(prefix: string): string {
  const rest = prefix.replace(/^0+/, "");
  if (rest === "") return `${prefix}: the digits that are matched begin with a calling code.`;
  return rest === prefix
    ? `${prefix}: no calling code begins so.`
    : `${prefix}: the digits that are matched begin with a calling code, such as ${rest}.`;
}

/** Those under `numbering`, the default, and those that accounts name; sources may name others. */
export function ruleSetsOf(tariff: Tariff): RuleSetSettings[] {
  const { numbering, defaultNumbering, accounts } = tariff;
  const named = new Set([defaultNumbering ?? LAST_RESORT]);
  for (const { numbering: name } of accounts) if (name !== null) named.add(name);
  const presets = [...named].flatMap((name) => {
    const preset = Object.hasOwn(numbering, name) ? null : presetNamed(name);
    return preset === null ? [] : [preset];
  });
  return [...Object.values(numbering), ...presets];
}

/** Some number has these digits in front, or is these digits, once the rule set has read it. */
function reaches(
  rules: RuleSetSettings,
  prefix: string,
  { side, anyDigits }: { side: Side; anyDigits: boolean },
): boolean {
  const { preset, portability } = rules;
  if (preset === "wholesale-digits" || preset === "cdr-stats") return true;
  // A leading 00 is taken off; what else the text holds is matched as it is. Of a country that is so
  // where the tariff matches also what was not understood.
  const isAsDialled = preset === "wholesale-e164" || (anyDigits && side === "called");
  if (isAsDialled) return !prefix.startsWith("00");
  // Routing numbers are the carriers' own digits.
  if (portability === "routing-number") return true;
  if (isOfCallingCode(prefix)) return true;
  if (side === "caller") return false;
  const dated = (rules.changes ?? []).map(({ from: _, ...change }) => ({ ...rules, ...change }));
  return [rules, ...dated].some((settings) => isWholeNumber(settings, prefix));
}

/** A calling code begins it, or it begins one. */
function isOfCallingCode(prefix: string): boolean {
  if (callingCodeOf(prefix) !== null) return true;
  const longer = Array.from({ length: 100 }, (_, rest) => String(rest).padStart(2, "0"));
  return prefix.length < 3 && longer.some((rest) => callingCodeOf(prefix + rest) !== null);
}

/** A short, emergency or internal number of the rule set: its row is the whole number. What begins
 * with 0 is more likely a prefix that was written wrong (0044) than an extension. */
function isWholeNumber(settings: RuleSetSettings, digits: string): boolean {
  const { match, normalized, kind } = normalizeNumber(digits, settings);
  if (kind === "extension" && digits.startsWith("0")) return false;
  return match === "whole" && normalized === digits;
}
