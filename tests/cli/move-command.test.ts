// Goal: what CDR-Stats has becomes a folder that checks clean and prices as it did, from files and from its
// data base alike. Method: the command over exports, a SQLite file and, where it is installed, a PostgreSQL.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { startPostgresql } from "../feeds/sql/servers.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-move-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tables as release 3 has them; names with commas, a plan without rates, a user without a plan. */
const TABLES: Record<string, { columns: string; rows: string[][] }> = {
  voip_plan: {
    columns: "id,name,pubname,lcrtype",
    rows: [
      ["1", "Gold, fast", "Gold", "0"],
      ["2", "Basic", "Basic", "1"],
    ],
  },
  voip_retail_plan: {
    columns: "id,name,metric",
    rows: [
      ["1", "Retail", "10"],
      ["2", "Retail", "5"],
    ],
  },
  voip_retail_rate: {
    columns: "id,voip_retail_plan_id,prefix,retail_rate",
    rows: [
      ["1", "1", "34", "0.0350"],
      ["2", "1", "34", "0.0300"],
      ["3", "2", "346", "0.0900"],
      ["4", "9", "44", "1"],
    ],
  },
  voip_carrier_plan: {
    columns: "id,name,metric,voip_provider_id",
    rows: [["1", "Wholesale", "10", "7"]],
  },
  voip_carrier_rate: {
    columns: "id,voip_carrier_plan_id,prefix,carrier_rate",
    rows: [["1", "1", "34", "0.0100"]],
  },
  voipplan_voipretailplan: {
    columns: "id,voipplan_id,voipretailplan_id",
    rows: [
      ["1", "1", "1"],
      ["2", "1", "2"],
      ["3", "2", "1"],
    ],
  },
  voipplan_voipcarrierplan: {
    columns: "id,voipplan_id,voipcarrierplan_id",
    rows: [
      ["1", "1", "1"],
      ["2", "2", "1"],
    ],
  },
  voip_provider: { columns: "id,name,metric,gateway_id", rows: [["7", "Acme", "4", "3"]] },
  voip_gateway: { columns: "id,name,hostname", rows: [["3", "gw.acme.example", "192.0.2.1"]] },
  banplan: { columns: "id,name", rows: [["1", "Premium"]] },
  ban_prefix: { columns: "id,ban_plan_id,prefix_id", rows: [["1", "1", "34806"]] },
  voipplan_banplan: { columns: "id,voipplan_id,banplan_id", rows: [["1", "1", "1"]] },
  dialcode_prefix: {
    columns: "prefix,destination",
    rows: [
      ["34", "Spain"],
      ["346", "Spain, mobile"],
      ["34806", "Spain premium"],
    ],
  },
  user_accountcode: {
    columns: "id,user_id,accountcode",
    rows: [
      ["1", "2", "1001"],
      ["2", "3", "1002"],
    ],
  },
  user_profile: {
    columns: "id,user_id,voipplan_id",
    rows: [
      ["1", "1", "2"],
      ["2", "2", "1"],
      ["3", "3", ""],
    ],
  },
  auth_user: {
    columns: "id,username,is_superuser",
    rows: [
      ["1", "root", "t"],
      ["2", "anna", "f"],
      ["3", "bert", "f"],
    ],
  },
};

const quoted = (text: string) => (text.includes(",") ? `"${text}"` : text);
const csvOf = ({ columns, rows }: { columns: string; rows: string[][] }) =>
  `${[columns, ...rows.map((row) => row.map(quoted).join(","))].join("\r\n")}\r\n`;

function exportsIn(name: string, prefix = ""): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [table, content] of Object.entries(TABLES)) {
    writeFileSync(join(path, `${prefix}${table}.csv`), csvOf(content));
  }
  return path;
}

/** CREATE and INSERT of every table, as its own names have them. */
const statements = (prefix = ""): string[] =>
  Object.entries(TABLES).flatMap(([table, { columns, rows }]) => [
    `CREATE TABLE ${prefix}${table} (${columns
      .split(",")
      .map((name) => `${name} text`)
      .join(", ")})`,
    ...rows.map(
      (row) =>
        `INSERT INTO ${prefix}${table} VALUES (${row.map((text) => (text === "" ? "NULL" : `'${text}'`)).join(", ")})`,
    ),
  ]);

const ran = async (...argv: string[]) => {
  const { code, text, warnings } = await capturedRun(...argv);
  return { code, out: text, err: warnings.join("\n") };
};

const move = async (...args: string[]) => {
  const to = join(folder, `moved-${Math.floor(performance.now() * 1000)}`);
  const run = await ran("move", "cdr-stats", ...args, "--to", to, "--currency", "EUR");
  return { ...run, to, text: (file: string) => readFileSync(join(to, file), "utf8") };
};

const price = async (to: string, account: string, destination: string) => {
  const call = ["--account", account, "--destination", destination, "--usage", "60", "--json"];
  const run = await ran("price", "--tariff", to, ...call);
  const { sell, buy } = JSON.parse(run.out);
  return [sell?.plan ?? null, sell?.amount ?? null, buy?.carrier ?? null, buy?.amount ?? null];
};

function expectMoved({ out, text }: Awaited<ReturnType<typeof move>>): void {
  expect(out).toMatch(
    /voipPlans 2, retailPlans 2, carrierPlans 1, banPlans 1, rates 3, accounts 2/,
  );
  expect(out).toContain("note: plan Retail has several rates of one prefix: the lowest is kept");
  expect(out).toContain("note: a row of voip_retail_rate belongs to no plan: left out");
  expect(out).toContain("note: account code 1002 is of a user without a VoIP plan: left out");
  expect(text("accounts.csv")).toBe('account,voip_plan\n*any,Basic\n1001,"Gold, fast"\n');
  expect(text("decks/retail-2.csv")).toBe('prefix,destination,rate\n346,"Spain, mobile",0.0900\n');
  expect(text("tariff.yaml")).toContain("selection: cdr-stats");
}

describe("from exports", () => {
  it("every table, a folder that prices as CDR-Stats does", async () => {
    const moved = await move(exportsIn("exports"));
    expect(moved.code).toBe(0);
    expectMoved(moved);
    const { to } = moved;
    // The banned 34806 is priced there: bans are for rate pages.
    expect(await price(to, "1001", "34806123456")).toEqual(["Retail", "0.0300", "Acme", "0.0100"]);
    expect(await price(to, "1001", "34650123456")).toEqual([
      ...["Retail (2)", "0.0900", "Acme", "0.0100"],
    ]);
    expect(await price(to, "nobody", "34650123456")).toEqual([
      "Retail",
      "0.0300",
      "Acme",
      "0.0100",
    ]);
    expect((await ran("tariff", "check", to)).code).toBe(0);
  });

  it("tables with the names of older releases", async () => {
    expectMoved(await move(exportsIn("older", "public.voipbilling_")));
  });

  it("what lacks or cannot be read is named, and nothing is written", async () => {
    const path = exportsIn("broken");
    writeFileSync(join(path, "voip_carrier_rate.csv"), "id,prefix,carrier_rate\n1,34,0.1\n");
    const run = await move(path);
    expect([run.code, existsSync(run.to)]).toEqual([2, false]);
    expect(run.err).toMatch(/voip_carrier_rate.csv: line 1: .* no column voip_carrier_plan_id/);
    rmSync(join(path, "voip_carrier_rate.csv"));
    expect((await move(path)).err).toMatch(/has no table voip_carrier_rate/);
    expect((await move(join(folder, "nowhere"))).err).toMatch(/There is no folder/);
  });

  it("a folder that has something is not written into", async () => {
    const { to } = await move(exportsIn("twice"));
    const run = await ran(
      "move",
      "cdr-stats",
      join(folder, "twice"),
      "--to",
      to,
      "--currency",
      "EUR",
    );
    expect([run.code, run.err.includes("is not empty")]).toEqual([2, true]);
  });
});

it("rate files of two columns alone make a tariff, refused rows are listed", async () => {
  const [retail, carrier] = [join(folder, "sell.csv"), join(folder, "buy.csv")];
  writeFileSync(retail, 'prefix,rate\n34, 0.0350\n34,0.02\n44,"0,02"\n');
  writeFileSync(carrier, "+34,0.01\n");
  const moved = await move("--retail", `Standard=${retail}`, "--carrier", carrier);
  expect(moved.code).toBe(0);
  expect(moved.out).toContain("1 rates to plan Standard, 3 rows refused");
  expect(moved.out).toContain("line 3: 34,0.02: the prefix has a rate already, which stays");
  expect(await price(moved.to, "1", "34912345678")).toEqual([
    "Standard",
    "0.0350",
    "buy",
    "0.0100",
  ]);
});

describe("from a data base", () => {
  it("SQLite", async () => {
    const path = join(folder, "base.db");
    const base = new Database(path);
    for (const one of statements()) base.exec(one);
    base.close();
    expectMoved(await move(`sqlite:${path}`));
  });

  it("PostgreSQL, and a password that is wrong", async (context) => {
    const server = await startPostgresql();
    if (server === null) {
      if (process.env["CI"] === "true") throw new Error("PostgreSQL is not installed.");
      process.stderr.write("NOT TESTED: PostgreSQL is not installed.\n");
      return context.skip();
    }
    try {
      await server.run("postgres", "CREATE DATABASE stats");
      await server.run("stats", ...statements("voipbilling_"));
      expectMoved(await move(server.url("stats")));
      const wrong = server.url("stats").replace(/:[^:@/]+@/, ":falsch@");
      const run = await move(wrong);
      expect([run.code, run.err.includes("falsch")]).toEqual([4, false]);
    } finally {
      await server.close();
    }
  }, 60_000);
});
