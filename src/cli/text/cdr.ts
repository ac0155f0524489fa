// One CDR as text: its fields, its price and the revisions before.
import type { Result } from "../../client/client.ts";
import { indented, table } from "../output.ts";

type Cdr = Result<"cdr.get">;
type Money = { amount: string | null; currency: string; reason?: string | undefined } | null;

/** An amount with its currency; — where there is none, with its reason. */
export function moneyText(side: Money): string {
  if (side === null) return "—";
  if (side.amount !== null) return `${side.amount} ${side.currency}`;
  return side.reason === undefined ? "—" : `— (${side.reason})`;
}

export function cdrText(cdr: Cdr): string {
  const { id, tenant, source, receivedAt, primary, extra, rating, history } = cdr;
  return [
    `CDR ${id} of ${tenant}, from ${source}, received ${receivedAt}`,
    ...fieldLines("fields", primary),
    ...fieldLines("extra fields", extra),
    "price",
    ...indented(ratingLines(rating).join("\n")),
    ...(history.length === 0 ? [] : ["before"]),
    ...history.flatMap(({ rating: older, replacedAt }) =>
      indented([`until ${replacedAt}`, ...ratingLines(older)].join("\n")),
    ),
  ].join("\n");
}

function fieldLines(title: string, fields: Record<string, unknown>): string[] {
  const rows = Object.entries(fields).map(([name, value]) => [name, valueText(value)]);
  return rows.length === 0 ? [] : [title, ...indented(table(["name", "value"], rows))];
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function ratingLines({ revision, outcome, reason, sell, buy, margin, ...rest }: Cdr["rating"]) {
  const { tariffVersion, ratedAt } = rest;
  const why = reason === undefined ? "" : ` (${reason})`;
  const carrier = buy?.carrier === undefined ? "" : `, ${buy.carrier}`;
  return [
    `revision ${revision}: ${outcome}${why}, by ${tariffVersion ?? "no tariff"}, ${ratedAt}`,
    `sell ${moneyText(sell)}, buy ${moneyText(buy)}${carrier}, margin ${moneyText(margin)}`,
  ];
}
