// The report of a day: calls by hour, totals, countries, causes and the last calls, all of the same period
// and by the same filter, so that they agree.
import { callTimeOf } from "../../cdr/call.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { RowFigures } from "../../reports/figures.ts";
import type { GroupReportName } from "../../reports/groups.ts";
import type { Span } from "../../reports/periods.ts";
import type { CdrReads } from "../records/reads.ts";
import type { Reports } from "../reports/reports.ts";
import type { Reading } from "../reports/sums.ts";
import { cellOf, figuresContent } from "./figures.ts";
import type { Cell, Content, Table } from "./tables.ts";

const LAST_CALLS = 10;
const TOP_COUNTRIES = 5;
const TOP_CAUSES = 10;
const HOUR_MS = 3_600_000;

export async function dailyContent(
  { reports, cdrs }: { reports: Reports; cdrs: CdrReads },
  asked: { filter: CdrFilter; period: Span; zone: string },
  reading: Reading,
): Promise<Content> {
  const { period, zone: timeZone } = asked;
  const filter: CdrFilter = { ...asked.filter, callTime: period };
  const hours = await reports.traffic({ by: "hour", filter, timeZone }, reading);
  const rows = hours.rows.map((row) => ({ keys: { bucket: row.bucket }, figures: row }));
  const byHour = figuresContent(
    { rows, others: [], totals: hours.totals },
    { keys: ["bucket"], isTime: true },
  );
  const top = (report: GroupReportName, count: number) =>
    reports.group({ report, filter, timeZone, top: count }, reading);
  const countries = await top("countries", TOP_COUNTRIES);
  const causes = await top("causes", TOP_CAUSES);
  const sort = { by: "callTime" as const, descending: true };
  const last = await cdrs.find({ filter, sort, limit: LAST_CALLS }, reading);
  const all = callsOf(hours.totals);
  return {
    ...byHour,
    ...{ title: "daily", isEmpty: all === 0 },
    tables: [
      totalsTable(byHour, { totals: hours.totals, hours: (period.toMs - period.fromMs) / HOUR_MS }),
      sharesTable("countries", { key: "country", ranked: countries, all }),
      sharesTable("causes", { key: "disconnectCause", ranked: causes, all }),
      callsTable(last.cdrs),
    ].filter((table) => table.rows.length > 0),
    plot: { title: "byHour", values: hours.rows.map((row) => row.cdrs) },
    answer: {
      ...byHour.answer,
      countries: countries.rows.map(({ keys, figures }) => ({ ...keys, ...figures })),
      causes: causes.rows.map(({ keys, figures }) => ({ ...keys, ...figures })),
    } as unknown as JsonObject,
  };
}

const callsOf = (rows: readonly RowFigures[]) => rows.reduce((sum, { cdrs }) => sum + cdrs, 0);

/** One row a currency: what the day came to, with the calls of a mean hour of it. */
function totalsTable(
  { tables }: Content,
  { totals, hours }: { totals: RowFigures[]; hours: number },
): Table {
  const [byHour] = tables;
  const columns = byHour?.columns.slice(1) ?? [];
  const rows = totals.map((row, index): Cell[] => [
    ...(byHour?.last[index]?.cells ?? []),
    Math.round((row.cdrs * 10) / hours) / 10,
  ]);
  return {
    title: "totals",
    columns: [...columns, { label: "callsPerHour", kind: "count" }],
    rows,
    last: [],
  };
}

/** The first rows with their share of all calls, and the others, so that the shares come to the whole. */
function sharesTable(
  title: "countries" | "causes",
  { key, ranked, all }: { key: string; ranked: Awaited<ReturnType<Reports["group"]>>; all: number },
): Table {
  const { rows, others } = ranked;
  const share = (cdrs: number) => (all === 0 ? null : cdrs / all);
  const figures = ({ currency, cdrs, seconds, sell }: RowFigures): Cell[] => [
    ...[cdrs, share(cdrs), seconds, sell, currency],
  ];
  return {
    title,
    columns: [
      { label: title === "countries" ? "country" : "cause", kind: "text" },
      { label: "calls", kind: "count" },
      { label: "share", kind: "share" },
      { label: "duration", kind: "seconds" },
      { label: "sell", kind: "amount" },
      { label: "currency", kind: "text" },
    ],
    rows: rows.map(({ keys, figures: row }) => [
      causeText(keys) ?? cellOf(keys[key]),
      ...figures(row),
    ]),
    last: others.map((row) => ({ word: "others", cells: figures(row) })),
  };
}

/** `16 NORMAL_CLEARING` */
function causeText({ code, word }: Record<string, unknown>): string | null {
  const known = [code, word].filter((part) => part !== null && part !== undefined);
  return known.length === 0 ? null : known.join(" ");
}

/** The latest first. */
function callsTable(cdrs: readonly StoredCdr[]): Table {
  return {
    title: "lastCalls",
    columns: [
      { label: "time", kind: "time" },
      { label: "from", kind: "text" },
      { label: "to", kind: "text" },
      { label: "account", kind: "text" },
      { label: "country", kind: "text" },
      { label: "duration", kind: "seconds" },
      { label: "cause", kind: "text" },
      { label: "sell", kind: "amount" },
      { label: "currency", kind: "text" },
    ],
    rows: cdrs.map((cdr) => {
      const { primary, rating } = cdr;
      return [
        callTimeOf(primary)?.atMs ?? cdr.receivedAtMs,
        ...[primary.callerNumber ?? null, primary.destination, primary.account],
        ...[
          rating.normalized.destination.country ?? null,
          primary.tor === "*voice" ? primary.usage / 1000 : null,
          primary.disconnectCause ?? null,
        ],
        ...[rating.sell?.amount ?? null, rating.sell?.currency ?? null],
      ];
    }),
    last: [],
  };
}
