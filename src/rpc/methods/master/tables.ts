// JSON-RPC: accounts and carriers by CSV, previewed first.
import { z } from "zod";
import { DEFAULT_TENANT } from "../../../cdr/defaults.ts";
import { TABLE_COLUMNS, type TableKind } from "../../../master/csv.ts";
import { method } from "../../method.ts";
import { cursor, name, pageLimit } from "../../shapes.ts";

const MOST_CHARACTERS = 2_000_000;
const tenant = name.default(DEFAULT_TENANT);

const params = (kind: TableKind) =>
  z.strictObject({
    tenant,
    content: z
      .string()
      .max(MOST_CHARACTERS)
      .describe(
        `A header with any of these columns and ${kind}: ${TABLE_COLUMNS[kind].join(", ")}. An empty cell takes away what was said; what has no column stays.`,
      ),
    dryRun: z
      .boolean()
      .default(true)
      .describe("Only say what it would do. False: do it, where no line has a fault."),
  });

const report = z
  .object({
    rows: z.number().describe("below the header, faulty ones among them"),
    new: z.number(),
    changed: z.number(),
    same: z.number(),
    faulty: z
      .number()
      .describe("lines with a fault, the header too; with any of them nothing is done"),
    faults: z
      .array(
        z.object({
          line: z.number().describe("in the file, from 1"),
          column: z.string().nullable().describe("null: the line as a whole"),
          message: z.string(),
        }),
      )
      .describe("the first 100"),
    applied: z.boolean(),
    left: z
      .array(z.number())
      .describe("lines that were left: others changed the same one meanwhile"),
  })
  .meta({ id: "TableReport" });

const exporting = {
  params: z.strictObject({ tenant, limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({
    content: z.string().describe("CSV; the first page has the header"),
    nextCursor: z.string().optional(),
  }),
  writes: false,
  repeatable: true,
  heavy: true,
  example: { limit: 5 },
} as const;

export const importAccountsMethod = method({
  name: "account.import",
  summary:
    "What a CSV of accounts would change, line by line, and exactly that with `dryRun: false`. Changes who they are, no assignment.",
  permission: "account.write",
  writes: true,
  heavy: true,
  errors: ["forbidden", "too-large", "store-unavailable"],
  params: params("account"),
  result: report,
  example: { content: "account,name,mail\n1001,Anna,anna@example.com\n1002,,nobody\n" },
  async run({ content: text, ...request }, { engine, caller }) {
    return engine.master.tables.import({ kind: "account", text, ...request }, caller);
  },
});

export const exportAccountsMethod = method({
  name: "account.export",
  summary: "Accounts of a tenant as CSV, page by page, as account.import reads it.",
  permission: "account.read",
  errors: ["forbidden", "store-unavailable"],
  ...exporting,
  async run(query, { engine, caller }) {
    const asked = { kind: "account" as const, ...query };
    const { text, next } = await engine.master.tables.export(asked, caller.scope);
    return { content: text, ...(next === undefined ? {} : { nextCursor: next }) };
  },
});

export const importCarriersMethod = method({
  name: "carrier.import",
  summary:
    "What a CSV of carriers would change, line by line, and exactly that with `dryRun: false`. Prices nothing.",
  permission: "master.write",
  writes: true,
  heavy: true,
  errors: ["forbidden", "too-large", "store-unavailable"],
  params: params("carrier"),
  result: report,
  example: { content: "carrier,name,addresses\nalpha,Alpha,192.0.2.7 192.0.2.8\n" },
  async run({ content: text, ...request }, { engine, caller }) {
    return engine.master.tables.import({ kind: "carrier", text, ...request }, caller);
  },
});

export const exportCarriersMethod = method({
  name: "carrier.export",
  summary: "Carriers of a tenant as CSV, page by page, as carrier.import reads it.",
  permission: "master.read",
  errors: ["forbidden", "store-unavailable"],
  ...exporting,
  async run(query, { engine, caller }) {
    const asked = { kind: "carrier" as const, ...query };
    const { text, next } = await engine.master.tables.export(asked, caller.scope);
    return { content: text, ...(next === undefined ? {} : { nextCursor: next }) };
  },
});
