// A back-test as text, and as one CSV table: the money first, then what is worse than before.
import type { Result } from "../../client/client.ts";
import { csvLine } from "../../queries/csv-text.ts";
import { type Output, table } from "../output.ts";
import { printMoney, signed } from "./rerate.ts";

type View = NonNullable<Result<"job.show">["backtest"]>;

export function printBacktest(output: Output, view: View): void {
  const { version, loaded, totals, answered, losing } = view;
  output.print(`version ${version}${loaded ? "" : ", which is not loaded"}`);
  output.print(wayText(view));
  output.print(
    `${totals.cdrs} calls, ${answered} answered; ${totals.changed} would come out otherwise`,
  );
  output.print(`margin below 0: ${losing.old} calls before, ${losing.new} after`);
  const rows = rowsText(view);
  if (rows !== null) output.print(rows);
  if (totals.cdrs === 0) return;
  printMoney(output, view);
  printLossy(output, view);
  printUnpriced(output, view);
  printCarriers(output, view);
  printNamed(output, view);
}

function wayText({ as, at, weeks, timeZone, live }: View): string {
  if (as === "dated") return "dated: each call at its own time, against its stored rating";
  const versions = [...new Set(Object.values(live))].map((one) => one ?? "no tariff").join(", ");
  const zone = timeZone === null ? "its own offset" : timeZone;
  const moved = at === null ? "not moved" : `moved by ${weeks} weeks, to ${at} or after it`;
  return `shifted: calls ${moved}, by the clocks of ${zone}; against ${versions}`;
}

function rowsText({ changedRows }: View): string | null {
  if (changedRows === null) return null;
  const { total, inForceForNoCall: unmet, latestFrom } = changedRows;
  const none = unmet === null ? "" : `, ${unmet} of them in force for no call`;
  const last = latestFrom === null ? "" : `; the last begin ${latestFrom}`;
  return `${total} changed rows${none}${last}`;
}

function printLossy(output: Output, { lossyPrefixes }: View): void {
  const { count, rows, incomplete } = lossyPrefixes;
  if (count === 0) return;
  output.print("");
  output.print(`prefixes that lose money and did not before: ${count}`);
  output.print(
    table(
      ["prefix", "calls", "margin old", "margin new", "losing calls", ""],
      rows.map(({ prefix, calls, margin, losing, currency }) => [
        ...[prefix, String(calls), margin.old, margin.new, String(losing.new), currency],
      ]),
    ),
  );
  if (incomplete) output.warn("more than 10000 prefixes: those that earn most are left out");
}

function printUnpriced(output: Output, { newlyUnpriced }: View): void {
  if (newlyUnpriced.calls === 0) return;
  output.print("");
  output.print(`calls that lose a price: ${newlyUnpriced.calls}`);
  output.print(
    table(
      ["side", "reason", "calls", "had", ""],
      newlyUnpriced.rows.map(({ side, reason, calls, amount, currency }) => [
        ...[side, reason, String(calls), amount, currency],
      ]),
    ),
  );
}

function printCarriers(output: Output, { carriers }: View): void {
  if (carriers.count === 0) return;
  output.print("");
  output.print("routed calls by carrier");
  output.print(
    table(
      ["carrier", "calls old", "calls new", "difference", "buy old", "buy new", ""],
      carriers.rows.map(({ carrier, calls, buy, currency }) => [
        ...[carrier, String(calls.old), String(calls.new), signed(String(calls.difference))],
        ...[buy.old, buy.new, currency],
      ]),
    ),
  );
}

function printNamed(output: Output, { named }: View): void {
  if (named.count === 0) return;
  output.print("");
  output.print("calls that name a dearer carrier than the cheapest");
  output.print(
    table(
      ["carrier", "calls old", "calls new", "buy old", "buy new", "", "cheapest new", ""],
      named.rows.map(({ carrier, calls, buy, currency, cheapest, cheapestCurrency }) => [
        ...[carrier, String(calls.old), String(calls.new), buy.old, buy.new, currency],
        ...[cheapest.new, cheapestCurrency],
      ]),
    ),
  );
}

const COLUMNS = [
  ...["table", "key", "tenant", "currency", "calls", "calls_old", "calls_new"],
  ...["sell", "buy", "margin"].flatMap((name) =>
    ["old", "new", "difference"].map((when) => `${name}_${when}`),
  ),
  ...["cheapest_currency", "cheapest_old", "cheapest_new"],
];

type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;
type Money = Record<"sell" | "buy" | "margin", { old: string; new: string; difference: string }>;

/** Every table of the answer in one, told apart by the first column. */
export function backtestCsv(view: View): string {
  const lines = rowsOf(view).map((row) => csvLine(COLUMNS.map((column) => row[column] ?? null)));
  return csvLine(COLUMNS) + lines.join("");
}

function rowsOf(view: View): Row[] {
  const { totals, by, lossyPrefixes, newlyUnpriced, carriers, named } = view;
  return [
    ...totals.currencies.map(({ currency, ...money }) => ({
      ...{ table: "total", currency, calls: totals.cdrs },
      ...moneyCells(money),
    })),
    ...(["account", "prefix", "carrier", "day"] as const).flatMap((name) =>
      by[name].map((row) => ({
        table: name,
        key: row[name] as string | null,
        tenant: (row["tenant"] as string | null | undefined) ?? null,
        currency: row.currency,
        calls: row.cdrs,
        ...moneyCells(row),
      })),
    ),
    ...lossyPrefixes.rows.map(({ prefix, currency, calls: count, margin }) => ({
      ...{ table: "lossy-prefix", key: prefix, currency, calls: count },
      ...cells("margin", margin),
    })),
    ...newlyUnpriced.rows.map(({ side, reason, currency, calls: count, amount }) => ({
      ...{ table: "unpriced", key: reason, currency, calls: count },
      [`${side}_old`]: amount,
    })),
    ...carriers.rows.map(({ carrier, currency, calls: count, buy }) => ({
      ...{ table: "routed", key: carrier, currency },
      ...{ calls_old: count.old, calls_new: count.new, ...cells("buy", buy) },
    })),
    ...named.rows.map(({ carrier, currency, calls: count, buy, cheapest, cheapestCurrency }) => ({
      ...{ table: "named", key: carrier, currency, calls_old: count.old, calls_new: count.new },
      ...cells("buy", buy),
      ...{ cheapest_currency: cheapestCurrency },
      ...{ cheapest_old: cheapest.old, cheapest_new: cheapest.new },
    })),
  ];
}

function moneyCells({ sell, buy, margin }: Money): Row {
  return { ...cells("sell", sell), ...cells("buy", buy), ...cells("margin", margin) };
}

function cells(name: string, move: { old: string; new: string; difference: string }): Row {
  return Object.fromEntries(Object.entries(move).map(([when, text]) => [`${name}_${when}`, text]));
}
