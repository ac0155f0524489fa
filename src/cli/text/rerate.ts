// A rerate job as text: the money first, then who and what moves most.
import type { Result } from "../../client/client.ts";
import { type Output, table } from "../output.ts";

type View = Result<"rerate.show">;
type Job = Result<"rerate.list">["jobs"][number];
type Line = Result<"rerate.lines">["lines"][number];

const KEYS = ["account", "prefix", "carrier", "day"] as const;
type Key = (typeof KEYS)[number];
type Mover = View["by"][Key][number];
const OTHERS = "*others";

export function printRerate(output: Output, view: View): void {
  const { job, state, totals, applied, undone, hash } = view;
  output.print(`job ${job}: ${state}`);
  output.print(`hash ${hash}`);
  output.print(`${totals.cdrs} CDRs priced again, ${totals.changed} would change`);
  printStep(output, "applied", { ...applied, lines: `rerate lines ${job} --left` });
  printStep(output, "undone", { ...undone, lines: `rerate lines ${job} --undo-left` });
  if (view.fault !== undefined) output.warn(`fault: ${view.fault}`);
  if (totals.changed === 0) return;
  for (const row of view.closed) {
    const who = row.account ?? `carrier ${row.carrier ?? ""}`;
    output.warn(
      `closed period ${row.number} of ${who}: ${row.cdrs} CDRs, ${signed(row.difference)} ${row.currency}; applied with --accept-closed alone, and then in a correction`,
    );
  }
  printMoney(output, view);
}

type MoneyView = Pick<View, "totals" | "by" | "reasons" | "incomplete">;

/** Money before and after: in all, by each key, and why calls come out otherwise. */
export function printMoney(output: Output, { totals, by, reasons, incomplete }: MoneyView): void {
  output.print("");
  output.print(table(["", "old", "new", "difference"], moneyRows(totals.currencies)));
  for (const name of KEYS) {
    output.print("");
    output.print(moverTable(name, by[name]));
  }
  if (KEYS.some((name) => by[name].some((row) => row[name] === OTHERS))) {
    output.print("");
    output.print(`${OTHERS}: the sum of all beyond the rows shown; --top has more rows, to 1000`);
  }
  for (const name of incomplete) {
    output.warn(
      `more than 2000 by ${name}: a row may lack what is in ${OTHERS}; whole rows need a smaller filter`,
    );
  }
  output.print("");
  for (const { reason, from, to, cdrs } of reasons) {
    output.print(`${cdrs}  ${reason}: ${outcomeText(from)} → ${outcomeText(to)}`);
  }
}

function printStep(
  output: Output,
  step: string,
  { done, left, lines }: { done: number; left: number; lines: string },
): void {
  if (done + left === 0) return;
  const which = left === 0 ? "" : `: ${lines}`;
  output.print(`${step} ${done}, left ${left} that changed meanwhile${which}`);
}

/** Accounts are shown with their tenants, unless all rows are of one: names are a tenant's own. */
function moverTable(name: Key, rows: Mover[]): string {
  const tenants = new Set(rows.map(({ tenant }) => tenant).filter((tenant) => tenant !== null));
  const ofSeveral = name === "account" && tenants.size > 1;
  return table(
    [
      ...(ofSeveral ? ["tenant"] : []),
      ...[name, "CDRs", "sell old", "sell new", "difference", "buy difference", ""],
    ],
    rows.map((row) => [
      ...(ofSeveral ? [String(row["tenant"] ?? "")] : []),
      String(row[name] ?? "—"),
      String(row.cdrs),
      row.sell.old,
      row.sell.new,
      signed(row.sell.difference),
      signed(row.buy.difference),
      row.currency,
    ]),
  );
}

function moneyRows(currencies: View["totals"]["currencies"]): string[][] {
  return currencies.flatMap((row) =>
    (["sell", "buy", "margin"] as const).map((name) => [
      `${name} ${row.currency}`,
      row[name].old,
      row[name].new,
      signed(row[name].difference),
    ]),
  );
}

/** A rise with its sign. */
export function signed(amount: string): string {
  return amount.startsWith("-") || amount === "0" ? amount : `+${amount}`;
}

function outcomeText({ outcome, reason }: View["reasons"][number]["from"]): string {
  return reason === undefined ? outcome : `${outcome} (${reason})`;
}

/** Always with the tenant: a page may be of one where the job is of several. */
export function printLines(output: Output, lines: Line[]): void {
  output.print(
    table(
      ["line", "id", "tenant", "account", "sell old", "sell new", "buy old", "buy new", "reason"],
      lines.map(({ line, id, tenant, account, reason, old, new: fresh }) => [
        String(line),
        id,
        tenant ?? "",
        account ?? "",
        old?.sell?.amount ?? "—",
        fresh?.sell?.amount ?? "—",
        old?.buy?.amount ?? "—",
        fresh?.buy?.amount ?? "—",
        reason,
      ]),
    ),
  );
}

export function printJobs(output: Output, jobs: Job[]): void {
  for (const { job, createdAt, state, lines, request } of jobs) {
    output.print(`${job}  ${createdAt}  ${state}  ${lines} lines  ${requestText(request)}`);
  }
}

const MOST_VALUES = 3;

/** What a job was for, on one line: the filter, and whose prices where that was said. */
function requestText({ filter, ...asked }: Job["request"]): string {
  const members = Object.entries({ ...(filter as object), ...asked });
  const words = members.map(([name, value]) => `${name}=${valueText(value)}`);
  return words.length === 0 ? "every CDR" : words.join(" ");
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) {
    const some = value.slice(0, MOST_VALUES).map(valueText).join(",");
    return value.length > MOST_VALUES ? `${some},… (${value.length})` : some;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const { from, to, ...others } = value as Record<string, unknown>;
  const isRange = Object.keys(others).length === 0 && (from ?? to) !== undefined;
  return isRange ? `${from ?? ""}..${to ?? ""}` : JSON.stringify(value);
}
