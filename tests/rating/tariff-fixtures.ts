// Small tariffs and calls that tests start from: everything has a default, a test names the rest.
import type { Call } from "../../src/cdr/rating.ts";
import type {
  CarrierPlan,
  PricingRules,
  RateRow,
  RetailPlan,
  Tariff,
  VoipPlan,
} from "../../src/tariffs/tariff.ts";

const RULES: PricingRules = {
  currency: "EUR",
  timeZone: "Europe/Madrid",
  rounding: { decimals: 4, mode: "half-up" },
  usageRounding: "none",
  intervalPrice: "each-second",
};

export function rateRow(row: Partial<RateRow> = {}): RateRow {
  const firstInterval = row.firstInterval ?? 1;
  return {
    line: 2,
    prefix: "",
    destination: "Somewhere",
    rate: "0.06",
    connectFee: "0",
    firstInterval,
    nextInterval: firstInterval,
    intervalPrice: null,
    minimumSeconds: 0,
    graceSeconds: 0,
    fromSecond: 0,
    band: null,
    effectiveFromMs: null,
    effectiveToMs: null,
    status: "open",
    minimumAmount: null,
    maximumAmount: null,
    callerPrefix: "",
    tor: "*voice",
    unitSeconds: 60,
    ...row,
  };
}

/** Rows with their lines numbered as in a file. */
function numbered(rows: Partial<RateRow>[]): RateRow[] {
  return rows.map((row, index) => rateRow({ line: index + 2, ...row }));
}

export function retailPlan(
  name: string,
  rows: Partial<RateRow>[],
  rules: Partial<PricingRules> = {},
): RetailPlan {
  const deck = { file: `decks/${name}.csv`, rows: numbered(rows) };
  return { name, deck, rules: { ...RULES, ...rules } };
}

export function carrierPlan(
  name: string,
  rows: Partial<RateRow>[],
  plan: Partial<Omit<CarrierPlan, "rules">> & { rules?: Partial<PricingRules> } = {},
): CarrierPlan {
  return {
    carrier: name.toUpperCase(),
    gateway: null,
    priority: 100,
    weight: 1,
    ...plan,
    name,
    deck: { file: `decks/${name}.csv`, rows: numbered(rows) },
    rules: { ...RULES, ...plan.rules },
  };
}

/** One VoIP plan `gold` over all retail and carrier plans, for every account. */
export function tariffOf(
  parts: Partial<Omit<Tariff, "voipPlans">> & { voipPlan?: Partial<VoipPlan> },
): Tariff {
  const { voipPlan, ...given } = parts;
  const tariff = {
    tenant: "example.com",
    rules: RULES,
    bands: [],
    numbering: {},
    defaultNumbering: null,
    retailPlans: [],
    carrierPlans: [],
    banPlans: {},
    accounts: [{ line: 2, account: "*any", voipPlan: "gold", numbering: null, fromMs: null }],
    exchange: [],
    ...given,
  };
  const gold: VoipPlan = {
    name: "gold",
    retail: tariff.retailPlans.map((plan) => plan.name),
    carriers: tariff.carrierPlans.map((plan) => plan.name),
    ban: Object.keys(tariff.banPlans),
    routing: "lowest-cost",
    ...voipPlan,
  };
  return { ...tariff, voipPlans: [gold] };
}

export function callOf(
  call: Partial<Omit<Call, "callTime">> & { at?: string | number | null },
): Call {
  const { at = "2026-03-11T12:00:00Z", ...given } = call;
  const atMs = typeof at === "string" ? Date.parse(at) : at;
  return {
    id: "5f1c0b7ad6e44a6f8f0d7c3be2a1904c8d7e6f50",
    tenant: "example.com",
    category: "call",
    tor: "*voice",
    account: "1001",
    subject: "1001",
    destination: "34650123456",
    requestType: "*rated",
    direction: "*out",
    callTime: atMs === null ? null : { atMs, offsetMinutes: 0 },
    usage: 60_000,
    billedSides: "both",
    ...given,
  };
}
