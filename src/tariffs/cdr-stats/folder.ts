// The native tariff folder that the tables of CDR-Stats become; it prices as CDR-Stats does.
import { stringify } from "yaml";
import { lineText } from "../csv/cell-text.ts";
import { plainName } from "../edit/deck.ts";
import { movedAccounts } from "./accounts.ts";
import {
  addRates,
  createNotes,
  linksOf,
  type MovedPlan,
  type MoveNotes,
  metricOf,
  uniqueNames,
} from "./plans.ts";
import { type RefusedRate, readRateFile, wholeNumber } from "./rate-file.ts";
import type { CdrStatsTables, TableRow } from "./tables.ts";

/** A file of two columns, whose rates are added to a plan. */
export interface AddedRates {
  side: "retail" | "carrier";
  plan: string;
  file: string;
  text: string;
}

export interface MoveChoices {
  tenant: string;
  currency: string;
  timeZone: string;
  /** Lengths of the prefixes that CDR-Stats looks up, where its settings say others. */
  window?: { shortest: number; longest: number } | undefined;
  added: readonly AddedRates[];
}

export interface MovedFolder {
  files: Record<string, string>;
  notes: string[];
  /** Rows of the files of two columns. */
  added: { file: string; plan: string; rates: number; refused: RefusedRate[] }[];
}

const HEADER = `# Moved from CDR-Stats: plans, rates, bans, providers and account codes.
# \`selection: cdr-stats\` chooses rates as CDR-Stats does. Without it the longest prefix of each side and
# the carrier that is cheapest for the call count: cdrate tariff compare shows what that changes.
`;

export function moveCdrStats(tables: CdrStatsTables, choices: MoveChoices): MovedFolder {
  const notes = createNotes();
  const retail = plansOf(tables.voip_retail_plan, "retail", metricOf);
  const carriers = carrierPlans(tables);
  const voipPlans = uniqueNames(tables.voip_plan ?? [], "plan");
  addRates(retail, tables, RETAIL_RATES, notes);
  addRates(carriers, tables, CARRIER_RATES, notes);
  const added = choices.added.map((one) => addFile(one, { tables, retail, carriers }));
  if (tables.dialcode_prefix?.length === 0) {
    notes.add("the table dialcode_prefix is empty: CDR-Stats rates nothing then, this tariff does");
  }
  if ((tables.voip_plan ?? []).length === 0) voipPlans.set("", "default");
  const names = namesOf(tables);
  const files: Record<string, string> = {
    "tariff.yaml": `${HEADER}${stringify(settingsOf({ tables, retail, carriers, voipPlans, notes }, choices))}`,
    "accounts.csv": csv(
      ["account", "voip_plan"],
      movedAccounts(tables, voipPlans, notes).map(({ account, voipPlan }) => [account, voipPlan]),
    ),
  };
  for (const [kind, plans] of [
    ["retail", retail],
    ["carrier", carriers],
  ] as const) {
    for (const plan of plans.values()) files[deckFile(kind, plan)] = deckText(plan, names);
  }
  return { files, notes: notes.list(), added };
}

const RETAIL_RATES = {
  table: "voip_retail_rate",
  plan: "voip_retail_plan_id",
  rate: "retail_rate",
} as const;
const CARRIER_RATES = {
  table: "voip_carrier_rate",
  plan: "voip_carrier_plan_id",
  rate: "carrier_rate",
} as const;

interface CarrierPlan extends MovedPlan {
  carrier: string;
  gateway: string | null;
}

function plansOf(
  rows: readonly TableRow[] = [],
  kind: string,
  metric: (row: TableRow) => number,
): Map<string, MovedPlan> {
  const names = uniqueNames(rows, kind);
  return new Map(
    rows.map((row) => {
      const id = row.get("id") ?? "";
      return [id, { id, name: names.get(id) ?? id, metric: metric(row), rates: new Map() }];
    }),
  );
}

/** The metric of a provider counts beside that of its plan. */
function carrierPlans(tables: CdrStatsTables): Map<string, CarrierPlan> {
  const rows = tables.voip_carrier_plan ?? [];
  const providers = new Map((tables.voip_provider ?? []).map((row) => [row.get("id"), row]));
  const gateways = new Map((tables.voip_gateway ?? []).map((row) => [row.get("id"), row]));
  const carriers = uniqueNames(tables.voip_provider ?? [], "provider");
  const providerOf = (row: TableRow) => providers.get(row.get("voip_provider_id"));
  const plans = plansOf(rows, "carrier", (row) => metricOf(row) + metricOf(providerOf(row)));
  const found = new Map<string, CarrierPlan>();
  for (const row of rows) {
    const id = row.get("id") ?? "";
    const provider = providerOf(row);
    const gatewayId = provider?.get("gateway_id");
    const gateway = gateways.get(gatewayId);
    found.set(id, {
      ...(plans.get(id) as MovedPlan),
      carrier: carriers.get(row.get("voip_provider_id") ?? "") ?? `provider of plan ${id}`,
      gateway: gateway?.get("name") ?? gateway?.get("hostname") ?? null,
    });
  }
  return found;
}

/** A plan that is not there is made. */
function addFile(
  { side, plan: name, file, text }: AddedRates,
  {
    tables,
    retail,
    carriers,
  }: { tables: CdrStatsTables; retail: Map<string, MovedPlan>; carriers: Map<string, CarrierPlan> },
): MovedFolder["added"][number] {
  const plans: Map<string, MovedPlan> = side === "retail" ? retail : carriers;
  let plan = [...plans.values()].find((one) => one.name === name);
  if (plan === undefined) {
    plan = { id: `file-${plans.size + 1}`, name, metric: 10, rates: new Map() };
    if (side === "retail") retail.set(plan.id, plan);
    else carriers.set(plan.id, { ...plan, metric: 20, carrier: name, gateway: null });
  }
  const codes = tables.dialcode_prefix;
  const known = codes === undefined ? null : new Set(codes.map((row) => row.get("prefix") ?? ""));
  const read = readRateFile(text, { known, present: new Set(plan.rates.keys()) });
  for (const { prefix, rate } of read.rates) plan.rates.set(prefix, rate);
  return { file, plan: name, rates: read.rates.length, refused: read.refused };
}

interface Moved {
  tables: CdrStatsTables;
  retail: ReadonlyMap<string, MovedPlan>;
  carriers: ReadonlyMap<string, CarrierPlan>;
  voipPlans: ReadonlyMap<string, string>;
  notes: MoveNotes;
}

function settingsOf(moved: Moved, { tenant, currency, timeZone, window }: MoveChoices): object {
  const { tables, retail, carriers, voipPlans } = moved;
  const bans = bansOf(moved);
  const linked = {
    retail: linksOf(tables, "voipplan_voipretailplan", "voipretailplan_id"),
    carriers: linksOf(tables, "voipplan_voipcarrierplan", "voipcarrierplan_id"),
    ban: linksOf(tables, "voipplan_banplan", "banplan_id"),
  };
  const named = (plans: ReadonlyMap<string, { name: string }>, keys: readonly string[] = []) =>
    [...plans.keys()]
      .filter((id) => keys.includes(id) || id.startsWith("file-"))
      .map((id) => plans.get(id)?.name ?? id);
  const [retailFrom, carriersFrom] = [lowest(retail), lowest(carriers)];
  return {
    tenant,
    currency,
    timeZone,
    rounding: { decimals: 4, mode: "half-up" },
    selection:
      window === undefined
        ? "cdr-stats"
        : {
            rule: "cdr-stats",
            PREFIX_LIMIT_MIN: window.shortest,
            PREFIX_LIMIT_MAX: window.longest,
          },
    defaultNumbering: "wholesale-e164",
    retailPlans: Object.fromEntries(
      [...retail.values()].map((plan) => [
        plan.name,
        { deck: deckFile("retail", plan), priority: plan.metric - retailFrom },
      ]),
    ),
    carrierPlans: Object.fromEntries(
      [...carriers.values()].map((plan) => [
        plan.name,
        {
          carrier: plan.carrier,
          ...(plan.gateway === null ? {} : { gateway: plan.gateway }),
          deck: deckFile("carrier", plan),
          priority: plan.metric - carriersFrom,
        },
      ]),
    ),
    ...(bans.size === 0
      ? {}
      : {
          banPlans: Object.fromEntries(
            [...bans.values()].map(({ name, prefixes }) => [name, { prefixes }]),
          ),
        }),
    voipPlans: Object.fromEntries(
      [...voipPlans].map(([id, name]) => [
        name,
        {
          retail: named(retail, linked.retail.get(id)),
          carriers: named(carriers, linked.carriers.get(id)),
          ban: named(bans, linked.ban.get(id)),
        },
      ]),
    ),
    accounts: "accounts.csv",
  };
}

/** A priority is 0 or more: metrics below 0 move all of them up. */
function lowest(plans: ReadonlyMap<string, MovedPlan>): number {
  return Math.min(0, ...[...plans.values()].map(({ metric }) => metric));
}

function bansOf({ tables, notes }: Moved): Map<string, { name: string; prefixes: string[] }> {
  const names = uniqueNames(tables.banplan ?? [], "ban");
  const bans = new Map([...names].map(([id, name]) => [id, { name, prefixes: [] as string[] }]));
  for (const row of tables.ban_prefix ?? []) {
    const ban = bans.get(row.get("ban_plan_id") ?? "");
    const prefix = wholeNumber(row.get("prefix_id") ?? "");
    if (ban === undefined || prefix === null)
      notes.add("a row of ban_prefix has no plan or prefix: left out");
    else if (!ban.prefixes.includes(prefix)) ban.prefixes.push(prefix);
  }
  return bans;
}

function namesOf(tables: CdrStatsTables): ReadonlyMap<string, string> {
  return new Map(
    (tables.dialcode_prefix ?? []).map((row) => [
      row.get("prefix") ?? "",
      row.get("destination") ?? "",
    ]),
  );
}

/** The key of a plan is in the name of its file, so that no two plans have one. */
function deckFile(kind: string, { id, name }: MovedPlan): string {
  const plain = plainName(name);
  const named = [plain, plain.endsWith(`-${id}`) ? "" : id].filter((part) => part !== "").join("-");
  return `decks/${named.startsWith(`${kind}-`) ? named : `${kind}-${named}`}.csv`;
}

function deckText({ rates }: MovedPlan, names: ReadonlyMap<string, string>): string {
  const rows = [...rates].sort(([a], [b]) => (a < b ? -1 : 1));
  return csv(
    ["prefix", "destination", "rate"],
    rows.map(([prefix, rate]) => [prefix, names.get(prefix) ?? "", rate]),
  );
}

function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[header, ...rows].map((row) => lineText(row)).join("\n")}\n`;
}
