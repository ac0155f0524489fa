// The tables of CDR-Stats that a tariff is made of: their names of every release, and what of them is read.

/** Columns that are read, the mandatory ones first; those behind are absent in some releases. */
const COLUMNS = {
  voip_plan: { needed: ["id"], besides: ["name"] },
  voip_retail_plan: { needed: ["id"], besides: ["name", "metric"] },
  voip_retail_rate: { needed: ["voip_retail_plan_id", "prefix", "retail_rate"], besides: [] },
  voip_carrier_plan: { needed: ["id", "voip_provider_id"], besides: ["name", "metric"] },
  voip_carrier_rate: { needed: ["voip_carrier_plan_id", "prefix", "carrier_rate"], besides: [] },
  voipplan_voipretailplan: { needed: ["voipplan_id", "voipretailplan_id"], besides: [] },
  voipplan_voipcarrierplan: { needed: ["voipplan_id", "voipcarrierplan_id"], besides: [] },
  voip_provider: { needed: ["id"], besides: ["name", "metric", "gateway_id"] },
  voip_gateway: { needed: ["id"], besides: ["name", "hostname"] },
  banplan: { needed: ["id"], besides: ["name"] },
  ban_prefix: { needed: ["ban_plan_id", "prefix_id"], besides: [] },
  voipplan_banplan: { needed: ["voipplan_id", "banplan_id"], besides: [] },
  dialcode_prefix: { needed: ["prefix"], besides: ["destination"] },
  user_accountcode: { needed: ["user_id", "accountcode"], besides: [] },
  user_profile: { needed: ["user_id", "voipplan_id"], besides: [] },
  auth_user: { needed: ["id"], besides: ["username", "is_superuser"] },
} as const satisfies Record<string, { needed: readonly string[]; besides: readonly string[] }>;

export type TableName = keyof typeof COLUMNS;

export const TABLE_NAMES = Object.keys(COLUMNS) as TableName[];

/** Without one of these there is nothing to price by. */
export const NEEDED_TABLES: readonly TableName[] = [
  ...(["voip_plan", "voip_retail_plan", "voip_retail_rate", "voip_carrier_plan"] as const),
  ...(["voip_carrier_rate", "voipplan_voipretailplan", "voipplan_voipcarrierplan"] as const),
  "voip_provider",
];

/** A row: column → text; NULL is left out. */
export type TableRow = ReadonlyMap<string, string>;
/** A table that was not there is absent. */
export type CdrStatsTables = Partial<Record<TableName, readonly TableRow[]>>;

const OTHER_NAMES: Readonly<Record<string, TableName>> = {
  voip_ban_plan: "banplan",
  voip_banplan: "banplan",
  ban_plan: "banplan",
  voip_ban_prefix: "ban_prefix",
  banprefix: "ban_prefix",
  voipplan_voipbanplan: "voipplan_banplan",
  provider: "voip_provider",
  gateway: "voip_gateway",
};

/** `voip_plan`, `voipbilling_voip_plan`, `public.voip_plan`: one table; null: it is none of them. */
export function tableNamed(text: string): TableName | null {
  const name = text
    .toLowerCase()
    .replace(/^.*\./, "")
    .replace(/^voip_?billing_/, "");
  if (Object.hasOwn(COLUMNS, name)) return name as TableName;
  return OTHER_NAMES[name] ?? null;
}

/** Every name that releases gave a table. */
export function namesOfTable(table: TableName): string[] {
  const others = Object.keys(OTHER_NAMES).filter((name) => OTHER_NAMES[name] === table);
  return [table, ...others].flatMap((name) => [name, `voipbilling_${name}`]);
}

/** Columns of a table that are read, of those that it has; a text names those that lack. */
export function columnsRead(table: TableName, has: readonly string[]): string[] | string {
  const { needed, besides } = COLUMNS[table];
  const missing = needed.filter((column) => !has.includes(column));
  if (missing.length > 0) return `the table ${table} has no column ${missing.join(", ")}`;
  return [...needed, ...besides.filter((column) => has.includes(column))];
}
