// Goal: the tariff page tells the truth. Method: its own example is read, and its tables are
// compared with the code.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readTariff } from "../../src/tariffs/read-folder.ts";

const page = readFileSync(new URL("../../docs/tariffs.md", import.meta.url), "utf8");
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? "";

it("the example of docs/tariffs.md is a tariff without a fault", () => {
  const deck = block("csv");
  const read = readTariff({
    "tariff.yaml": block("yaml"),
    "decks/retail.csv": deck,
    "decks/alpha.csv": deck,
    "decks/beta.csv": deck,
    "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
    "exchange.csv": "from,to,rate,effective_from\nUSD,EUR,0.9,\n",
  });
  expect(read.ok ? read.warnings : read.faults).toEqual([]);
});

it("every deck column has a line in docs/tariffs.md", () => {
  const read = readTariff({
    "tariff.yaml":
      "tenant: a\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\nvoipPlans: { v: { retail: [r] } }\n",
    "r.csv":
      "prefix,rate,destination,connect_fee,first_interval,next_interval,minimum_seconds,grace_seconds,from_second,band,effective_from,effective_to,status,minimum_amount,maximum_amount,caller_prefix,tor,unit_seconds,interval_price\n1,1,,,,,,,,,,,,,,,,,\n",
  });
  expect(read.ok).toBe(true);
  for (const column of [
    "destination",
    "connect_fee",
    "first_interval",
    "next_interval",
    "minimum_seconds",
    "grace_seconds",
    "from_second",
    "band",
    "effective_from",
    "effective_to",
    "status",
    "minimum_amount",
    "maximum_amount",
    "caller_prefix",
    "tor",
    "unit_seconds",
    "interval_price",
  ]) {
    expect(page).toContain(`\`${column}\``);
  }
});
