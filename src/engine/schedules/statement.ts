// A statement as tables.
import type { JsonObject } from "../../cdr/json.ts";
import type { Span } from "../../reports/periods.ts";
import type { Reports } from "../reports/reports.ts";
import type { Reading } from "../reports/sums.ts";
import type { Told } from "./model.ts";
import type { Cell, Content } from "./tables.ts";

const STATEMENT = [
  ["day", "day", "text"],
  ["destination", "destination", "text"],
  ["currency", "currency", "text"],
  ["cdrs", "calls", "count"],
  ["seconds", "duration", "seconds"],
  ["billedSeconds", "billed", "seconds"],
  ["amount", "amount", "amount"],
] as const;
const STATEMENT_COLUMNS = [
  ...["day", "destination", "currency", "cdrs", "answered", "seconds", "billedSeconds"],
  ...["units", "amount"],
] as const;

export async function statementContent(
  { reports }: { reports: Reports },
  {
    told: { account, carrier, tenant },
    period,
    zone: timeZone,
  }: { told: Extract<Told, { kind: "statement" }>; period: Span; zone: string },
  reading: Reading,
): Promise<Content> {
  const statement = await reports.statement(
    { account, carrier, tenant, period, timeZone },
    reading,
  );
  const { lines, totals } = statement;
  const sums = ({ cdrs, seconds, billedSeconds, amount }: (typeof totals)[number]) => [
    ...[cdrs, seconds, billedSeconds, amount],
  ];
  return {
    ...{ title: "statement", of: account ?? carrier ?? null, isEmpty: lines.length === 0 },
    tables: [
      {
        title: null,
        columns: STATEMENT.map(([, label, kind]) => ({ label, kind })),
        rows: lines.map((line) => STATEMENT.map(([name]) => line[name])),
        last: totals.map((row) => ({
          word: "total" as const,
          cells: [null, row.currency, ...sums(row)],
        })),
      },
    ],
    plot: null,
    whole: {
      columns: [...STATEMENT_COLUMNS],
      rows: lines.map((line) => {
        const cells = line as unknown as Record<string, Cell>;
        return STATEMENT_COLUMNS.map((name) => cells[name] ?? null);
      }),
      texts: ["day", "destination", "currency"],
    },
    answer: statement as unknown as JsonObject,
  };
}
