// What a report says of a period.
import type { Asking } from "../../access/owner.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { Span } from "../../reports/periods.ts";
import type { CdrReads } from "../records/reads.ts";
import type { Reports } from "../reports/reports.ts";
import type { Reading } from "../reports/sums.ts";
import type { Searches } from "../searches/searches.ts";
import { dailyContent } from "./daily.ts";
import { figuresContent } from "./figures.ts";
import type { Told } from "./model.ts";
import { noticeContent } from "./notices/content.ts";
import type { PriceParts } from "./notices/prices.ts";
import { searchContent } from "./search.ts";
import { statementContent } from "./statement.ts";
import type { Content } from "./tables.ts";

export interface ContentParts {
  reports: Reports;
  cdrs: CdrReads;
  searches: Pick<Searches, "get">;
  /** What prices of notices are found by. */
  prices: PriceParts;
}

/** @throws what the report throws: `forbidden`, `too-large`, `ambiguous` … */
export async function contentOf(
  parts: ContentParts,
  asked: { told: Told; period: Span; zone: string; by: Asking },
  reading: Reading,
): Promise<Content> {
  const { told, period, zone: timeZone } = asked;
  if (told.kind === "daily") return dailyContent(parts, { ...asked, filter: told.filter }, reading);
  if (told.kind === "statement") return statementContent(parts, { ...asked, told }, reading);
  if (told.kind === "search") return searchContent(parts, { ...asked, told }, reading);
  if (told.kind === "prices") return noticeContent(parts.prices, told.notice, reading);
  const filter: CdrFilter = { ...told.filter, callTime: period };
  if (told.kind === "traffic") {
    const { by } = told;
    const { rows, totals } = await parts.reports.traffic({ by, filter, timeZone }, reading);
    const ranked = rows.map((row) => ({ keys: { bucket: row.bucket }, figures: row }));
    const shown = { keys: ["bucket"], isTime: true };
    return figuresContent({ rows: ranked, others: [], totals }, shown);
  }
  const { report, sort, top } = told;
  const ranked = await parts.reports.group({ report, filter, timeZone, sort, top }, reading);
  const keys = Object.keys(ranked.rows[0]?.keys ?? {});
  return figuresContent(ranked, { keys, isTime: false });
}
