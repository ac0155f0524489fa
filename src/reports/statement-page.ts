// A statement as a page that is printed: nothing in it is loaded or run, and each page of paper has its headings.
import { htmlText } from "../queries/html-text.ts";
import type { StatementLine, StatementSums } from "./statement.ts";

export interface PrintedStatement {
  account?: string | undefined;
  carrier?: string | undefined;
  tenant: string | null;
  timeZone: string;
  from: string;
  to: string;
  lines: readonly (StatementLine & { reportingAmount?: string | null | undefined })[];
  totals: readonly StatementSums[];
  /** Amounts in a second currency stand beside the own ones. */
  reporting?:
    | { currency: string; totals: readonly { from: string; amount: string }[]; total?: string }
    | null
    | undefined;
}

const STYLE = `
body { font: 11pt/1.4 system-ui, sans-serif; color: #111; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
h1 { font-size: 1.4rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: 0.2rem 0.5rem; text-align: left; border-bottom: 1px solid #ddd }
.number { text-align: right; font-variant-numeric: tabular-nums }
tfoot td, tfoot th { font-weight: bold; border-top: 2px solid #111 }
thead { display: table-header-group }
tr { break-inside: avoid }
@media print { @page { margin: 15mm } body { margin: 0; max-width: none } }
`;

/** Seconds as minutes: `754:05`, with what is beside whole seconds behind a point. */
export function minutesText(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const rest = ms % 60_000;
  const whole = String(Math.floor(rest / 1000)).padStart(2, "0");
  const fraction = rest % 1000 === 0 ? "" : `.${String(rest % 1000).padStart(3, "0")}`;
  return `${Math.floor(ms / 60_000)}:${whole}${fraction}`;
}

export function statementPage(statement: PrintedStatement): string {
  const { tenant, timeZone, from, to, lines, totals } = statement;
  const who =
    statement.account === undefined
      ? `carrier ${statement.carrier ?? ""}`
      : `account ${statement.account}`;
  const hasUnits = lines.some(({ units }) => units > 0);
  const second = lines.some((line) => line.reportingAmount !== undefined)
    ? (statement.reporting ?? null)
    : null;
  const convertedOf = (from: string | null) =>
    second?.totals.find((total) => total.from === from)?.amount ?? null;
  const row = (
    tag: "th" | "td",
    names: readonly string[],
    { converted, ...sums }: StatementSums & { converted: string | null },
  ) =>
    `<tr>${names.map((name) => `<${tag}><bdi>${htmlText(name)}</bdi></${tag}>`).join("")}${cells(sums, converted)}</tr>`;
  const cells = (sums: StatementSums, converted: string | null) =>
    [
      String(sums.cdrs),
      minutesText(sums.seconds),
      minutesText(sums.billedSeconds),
      ...(hasUnits ? [String(sums.units)] : []),
      sums.amount ?? "no price",
      ...(second === null ? [] : [converted ?? "—"]),
    ]
      .map((text) => `<td class="number">${htmlText(text)}</td>`)
      .join("");
  const headings = [
    ...["Day", "Destination", "Currency"].map((name) => `<th scope="col">${name}</th>`),
    ...[
      ...["Calls", "Minutes", "Billed minutes", ...(hasUnits ? ["Units"] : []), "Amount"],
      ...(second === null ? [] : [htmlText(second.currency)]),
    ].map((name) => `<th scope="col" class="number">${name}</th>`),
  ].join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Statement: ${htmlText(who)}, ${htmlText(from.slice(0, 10))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Statement: <bdi>${htmlText(who)}</bdi></h1>
<p>${tenant === null ? "" : `Tenant <bdi>${htmlText(tenant)}</bdi>. `}From ${htmlText(from)} until before ${htmlText(to)}, ${htmlText(timeZone)}.</p>
<table>
<thead><tr>${headings}</tr></thead>
<tbody>
${lines.map((line) => row("td", [line.day, line.destination ?? "—", line.currency ?? "—"], { ...line, converted: line.reportingAmount ?? null })).join("\n")}
</tbody>
<tfoot>
${totals.map((total) => row("th", ["Total", "", total.currency ?? "—"], { ...total, converted: convertedOf(total.currency) })).join("\n")}
${second?.total === undefined ? "" : `<tr><th>Total</th><td></td><th>${htmlText(second.currency)}</th><td colspan="${hasUnits ? 5 : 4}"></td><td class="number">${htmlText(second.total)}</td></tr>`}
</tfoot>
</table>
</body>
</html>
`;
}
