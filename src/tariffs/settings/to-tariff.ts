// Puts a tariff together from sound settings and tables, with every default filled in.
import { countCodes } from "../decks/order.ts";
import type {
  AccountRow,
  Band,
  CarrierPlan,
  Deck,
  ExchangeRow,
  PricingRules,
  RetailPlan,
  Tariff,
  VoipPlan,
} from "../tariff.ts";
import type { RuleSettings, TariffSettings } from "./members.ts";
import { selectionFrom } from "./selection.ts";

export interface TariffTables {
  /** By plan name. */
  decks: { retailPlans: Map<string, Deck>; carrierPlans: Map<string, Deck> };
  accounts: AccountRow[];
  exchange: ExchangeRow[];
}

/** `timeZone` is the tariff's own or its default. */
export function tariffFrom(
  settings: TariffSettings,
  bands: Band[],
  timeZone: string,
  tables: TariffTables,
): Tariff {
  const rules = rulesFrom(settings, {
    currency: settings.currency,
    timeZone,
    rounding: { decimals: 4, mode: "half-up" },
    usageRounding: "none",
    intervalPrice: "each-second",
  });
  return {
    tenant: settings.tenant,
    rules,
    bands,
    numbering: settings.numbering ?? {},
    defaultNumbering: settings.defaultNumbering ?? null,
    ...(settings.unknownNumbers === "match-digits" ? { unknownNumbers: "match-digits" } : {}),
    ...(settings.selection === undefined ? {} : { selection: selectionFrom(settings.selection) }),
    retailPlans: retailPlans(settings, tables, rules),
    carrierPlans: carrierPlans(settings, tables, rules),
    banPlans: Object.fromEntries(
      Object.entries(settings.banPlans ?? {}).map(([name, plan]) => [name, plan.prefixes]),
    ),
    voipPlans: voipPlans(settings),
    accounts: tables.accounts,
    exchange: tables.exchange,
    ...(settings.gates === undefined ? {} : { gates: settings.gates }),
  };
}

/** Numbers for people and for `tariff.load`; a deck that several plans share counts once. */
export function countsOf(tariff: Tariff): Record<string, number> {
  const plans = [...tariff.retailPlans, ...tariff.carrierPlans];
  const decks = [...new Map(plans.map(({ deck }) => [deck.file, deck])).values()];
  return {
    retailPlans: tariff.retailPlans.length,
    carrierPlans: tariff.carrierPlans.length,
    banPlans: Object.keys(tariff.banPlans).length,
    voipPlans: tariff.voipPlans.length,
    bands: tariff.bands.length,
    decks: decks.length,
    rates: decks.reduce((sum, deck) => sum + deck.rows.length, 0),
    prefixes: decks.reduce((sum, deck) => sum + countCodes(deck.rows), 0),
    accounts: tariff.accounts.length,
    exchangeRates: tariff.exchange.length,
  };
}

function rulesFrom(own: RuleSettings, inherited: PricingRules): PricingRules {
  return {
    currency: own.currency ?? inherited.currency,
    timeZone: own.timeZone ?? inherited.timeZone,
    rounding: {
      decimals: own.rounding?.decimals ?? inherited.rounding.decimals,
      mode: own.rounding?.mode ?? inherited.rounding.mode,
    },
    usageRounding: own.usage?.round ?? inherited.usageRounding,
    intervalPrice: own.intervalPrice ?? inherited.intervalPrice,
  };
}

function retailPlans(
  settings: TariffSettings,
  tables: TariffTables,
  rules: PricingRules,
): RetailPlan[] {
  return Object.entries(settings.retailPlans ?? {}).map(([name, plan]) => ({
    name,
    deck: deckOf(tables.decks.retailPlans, name),
    ...(plan.priority === undefined ? {} : { priority: plan.priority }),
    ...(plan.markup === undefined ? {} : { markup: plan.markup }),
    rules: rulesFrom(plan, rules),
  }));
}

function carrierPlans(
  settings: TariffSettings,
  tables: TariffTables,
  rules: PricingRules,
): CarrierPlan[] {
  return Object.entries(settings.carrierPlans ?? {}).map(([name, plan]) => ({
    name,
    carrier: plan.carrier,
    gateway: plan.gateway ?? null,
    deck: deckOf(tables.decks.carrierPlans, name),
    priority: plan.priority ?? 100,
    weight: plan.weight ?? 1,
    rules: rulesFrom(plan, rules),
  }));
}

function voipPlans(settings: TariffSettings): VoipPlan[] {
  return Object.entries(settings.voipPlans).map(([name, plan]) => ({
    name,
    retail: plan.retail ?? [],
    carriers: plan.carriers ?? [],
    ban: plan.ban ?? [],
    routing: plan.routing ?? "lowest-cost",
  }));
}

function deckOf(decks: ReadonlyMap<string, Deck>, plan: string): Deck {
  const deck = decks.get(plan);
  if (deck === undefined) throw new Error(`A tariff without faults has a deck for plan ${plan}.`);
  return deck;
}
