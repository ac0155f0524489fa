// The tables and cases of CDR-Stats in the shared reference; null, said loudly, where it is not there.
import { existsSync, readFileSync } from "node:fs";
import type { CdrStatsTables, TableRow } from "../../../src/tariffs/cdr-stats/tables.ts";

const PATH = "../shared/reference/cdr-stats-billing-cases.json";

interface Plan {
  id: number;
  name?: string;
  metric?: number;
  plans?: number[];
}

export interface CallCase {
  id: string;
  plan: number;
  destination: string;
  billsec: number;
  expected: {
    buy_cost: string;
    sell_cost: string;
    buy_rate: string;
    sell_rate: string;
    route: Record<string, string | number> | null;
  };
}

export interface RateQuery {
  query: Record<string, string>;
  plan?: number;
  ban?: number[];
  expected?: unknown;
  expected_any_order?: unknown[];
}

interface Reference {
  tables: {
    dialcode_prefix: [number, string][];
    voip_plan: Plan[];
    voip_retail_plan: Plan[];
    voip_retail_rate: { retail_plan: number; prefix: number; rate: string }[];
    voip_provider: { id: number; metric: number; gateway: number }[];
    voip_carrier_plan: (Plan & { provider: number })[];
    voip_carrier_rate: { carrier_plan: number; prefix: number; rate: string }[];
  };
  calls: CallCase[];
  voip_rate_api: RateQuery[];
  rate_import_csv: {
    dialcodes_known: number[];
    rows: { row: string; expected: string }[];
  };
}

export const REFERENCE: Reference | null = existsSync(PATH)
  ? JSON.parse(readFileSync(PATH, "utf8"))
  : null;
if (REFERENCE === null) process.stderr.write(`NOT TESTED: ${PATH} is not there.\n`);

export function row(cells: Record<string, string | number | undefined>): TableRow {
  return new Map(
    Object.entries(cells).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    ),
  );
}

/** The tables of the reference with the columns that they have in the data base. */
export function referenceTables({ tables }: Reference): CdrStatsTables {
  const links = (plans: Plan[], column: string) =>
    plans.flatMap(({ id, plans: of = [] }) =>
      of.map((voipplan_id) => row({ voipplan_id, [column]: id })),
    );
  return {
    dialcode_prefix: tables.dialcode_prefix.map(([prefix, destination]) =>
      row({ prefix, destination }),
    ),
    voip_plan: tables.voip_plan.map(({ id, name }) => row({ id, name })),
    voip_retail_plan: tables.voip_retail_plan.map(({ id, metric }) => row({ id, metric })),
    voip_retail_rate: tables.voip_retail_rate.map(({ retail_plan, prefix, rate }) =>
      row({ voip_retail_plan_id: retail_plan, prefix, retail_rate: rate }),
    ),
    voip_provider: tables.voip_provider.map(({ id, metric, gateway }) =>
      row({ id, metric, gateway_id: gateway }),
    ),
    voip_carrier_plan: tables.voip_carrier_plan.map(({ id, name, metric, provider }) =>
      row({ id, name, metric, voip_provider_id: provider }),
    ),
    voip_carrier_rate: tables.voip_carrier_rate.map(({ carrier_plan, prefix, rate }) =>
      row({ voip_carrier_plan_id: carrier_plan, prefix, carrier_rate: rate }),
    ),
    voipplan_voipretailplan: links(tables.voip_retail_plan, "voipretailplan_id"),
    voipplan_voipcarrierplan: links(tables.voip_carrier_plan, "voipcarrierplan_id"),
  };
}
