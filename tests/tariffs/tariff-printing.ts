// Writes a tariff as a folder, in the spellings that the reader takes.
import { stringify } from "yaml";
import { DAY_NAMES } from "../../src/tariffs/settings/members.ts";
import type { Band, PricingRules, RateRow, Tariff } from "../../src/tariffs/tariff.ts";

const DECK_COLUMNS: [string, (row: RateRow) => string | number | null][] = [
  ["prefix", (row) => row.prefix || "*"],
  ["destination", (row) => row.destination],
  ["rate", (row) => row.rate],
  ["connect_fee", (row) => row.connectFee],
  ["first_interval", (row) => row.firstInterval],
  ["next_interval", (row) => row.nextInterval],
  ["minimum_seconds", (row) => row.minimumSeconds],
  ["grace_seconds", (row) => row.graceSeconds],
  ["from_second", (row) => row.fromSecond],
  ["band", (row) => row.band],
  ["effective_from", (row) => instant(row.effectiveFromMs)],
  ["effective_to", (row) => instant(row.effectiveToMs)],
  ["status", (row) => row.status],
  ["minimum_amount", (row) => row.minimumAmount],
  ["maximum_amount", (row) => row.maximumAmount],
  ["caller_prefix", (row) => row.callerPrefix],
  ["tor", (row) => row.tor],
  ["unit_seconds", (row) => row.unitSeconds],
  ["interval_price", (row) => row.intervalPrice],
];

/** The files of the tariff. */
export function printTariff(tariff: Tariff): Record<string, string> {
  const files: Record<string, string> = {
    "accounts.csv": table(["account", "voip_plan", "numbering", "from"], tariff.accounts, (row) => [
      row.account,
      row.voipPlan,
      row.numbering,
      instant(row.fromMs),
    ]),
    "exchange.csv": table(["from", "to", "rate", "effective_from"], tariff.exchange, (row) => [
      row.from,
      row.to,
      row.rate,
      instant(row.effectiveFromMs),
    ]),
  };
  for (const { deck } of [...tariff.retailPlans, ...tariff.carrierPlans]) {
    files[deck.file] = printDeck(deck.rows);
  }
  files["tariff.yaml"] = stringify({
    tenant: tariff.tenant,
    ...printRules(tariff.rules),
    bands: named(tariff.bands, printBand),
    numbering: tariff.numbering,
    ...(tariff.defaultNumbering !== null && { defaultNumbering: tariff.defaultNumbering }),
    retailPlans: named(tariff.retailPlans, (plan) => ({
      deck: plan.deck.file,
      ...printRules(plan.rules),
    })),
    carrierPlans: named(tariff.carrierPlans, (plan) => ({
      carrier: plan.carrier,
      ...(plan.gateway !== null && { gateway: plan.gateway }),
      deck: plan.deck.file,
      priority: plan.priority,
      weight: plan.weight,
      ...printRules(plan.rules),
    })),
    banPlans: Object.fromEntries(
      Object.entries(tariff.banPlans).map(([name, prefixes]) => [name, { prefixes }]),
    ),
    voipPlans: named(tariff.voipPlans, ({ retail, carriers, ban, routing }) => {
      return { retail, carriers, ban, routing };
    }),
    accounts: "accounts.csv",
    exchange: "exchange.csv",
  });
  return files;
}

/** The text of a deck, with every column. */
export function printDeck(rows: RateRow[]): string {
  return table(
    DECK_COLUMNS.map(([name]) => name),
    rows,
    (row) => DECK_COLUMNS.map(([, cell]) => cell(row)),
  );
}

function table<Row>(
  columns: string[],
  rows: readonly Row[],
  cells: (row: Row) => (string | number | null)[],
): string {
  const lines = rows.map((row) => cells(row).map((cell) => csvField(String(cell ?? ""))));
  return [columns, ...lines].map((fields) => `${fields.join(",")}\r\n`).join("");
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function instant(atMs: number | null): string {
  return atMs === null ? "" : new Date(atMs).toISOString();
}

function named<Item extends { name: string }, Printed>(
  items: readonly Item[],
  print: (item: Item) => Printed,
): Map<string, Printed> {
  return new Map(items.map((item) => [item.name, print(item)]));
}

function printRules({ usageRounding, ...rules }: PricingRules) {
  return { ...rules, usage: { round: usageRounding } };
}

function printBand({ name: _, fromMinute, toMinute, days, timeZone, ...lists }: Band) {
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  return {
    ...lists,
    ...(days && { days: days.map((day) => DAY_NAMES[day - 1]) }),
    from: clock(fromMinute),
    to: clock(toMinute),
    ...(timeZone !== null && { timeZone }),
  };
}
