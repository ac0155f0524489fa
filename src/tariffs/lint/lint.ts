// What can hardly be meant in a tariff without faults: every check of it, in one place.
import type { CellsOfDecks } from "../decks/folder.ts";
import type { FaultList } from "../fault-list.ts";
import type { TariffSettings } from "../settings/members.ts";
import { warnOfWindow } from "../settings/selection.ts";
import type { YamlSettings } from "../settings/yaml.ts";
import type { Deck, PricingRules, Tariff } from "../tariff.ts";
import { warnAgainstForce } from "./against-force.ts";
import { warnOfLoss } from "./below-cost.ts";
import { warnOfExchange } from "./exchange-check.ts";
import { warnOfNumbers } from "./number-checks.ts";
import { faultsOfDeck } from "./place.ts";
import { warnOfUnreachable } from "./reachable-rows.ts";
import { warnOfZeroPrices } from "./zero-prices.ts";

export interface LintedTariff {
  settingsFile: string;
  yaml: YamlSettings;
  settings: TariffSettings;
  tariff: Tariff;
  cells: CellsOfDecks;
  /** The tariff that it will follow; null: it is not known. */
  before: Tariff | null;
  /** Time of the check; null: what depends on it is not told. */
  nowMs: number | null;
}

/** Per cent by which a price may differ from that in force before it is told. */
const PRICE_JUMP = 50;

export function lintTariff(linted: LintedTariff, faults: FaultList): void {
  const { settingsFile, yaml, settings, tariff, cells } = linted;
  warnOfExchange(settingsFile, { yaml, tariff }, faults);
  if (tariff.selection === undefined) {
    warnOfUnreachable(settingsFile, { yaml, tariff, cells }, faults);
  } else warnOfWindow(tariff, faults);
  warnOfNumbers(settingsFile, { yaml, tariff, cells }, faults);
  warnOfLoss({ tariff, cells, lossGuard: settings.lint?.lossGuard }, faults);
  for (const deck of decksOf(tariff)) warnOfZeroPrices(deck, faultsOfDeck(deck, cells, faults));
  for (const kind of ["retailPlans", "carrierPlans"] as const) {
    for (const plan of tariff[kind]) warnOfPlan(kind, plan, linted, faults);
  }
}

/** Each once, however many plans have it. */
function decksOf(tariff: Tariff): Deck[] {
  return [...new Set([...tariff.retailPlans, ...tariff.carrierPlans].map(({ deck }) => deck))];
}

function warnOfPlan(
  kind: "retailPlans" | "carrierPlans",
  { name, deck, rules }: { name: string; deck: Deck; rules: PricingRules },
  { settings, cells, before, nowMs }: LintedTariff,
  faults: FaultList,
): void {
  const old = before?.[kind].find((plan) => plan.name === name);
  const isComparable = old !== undefined && old.rules.currency === rules.currency;
  const { priceJump = PRICE_JUMP, noticeDays = null } = settings.lint ?? {};
  warnAgainstForce(
    {
      deck,
      old: isComparable ? old.deck : null,
      nowMs,
      priceJump,
      noticeDays: settings[kind]?.[name]?.noticeDays ?? noticeDays,
      timeZone: rules.timeZone,
    },
    faultsOfDeck(deck, cells, faults),
  );
}
