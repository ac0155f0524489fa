// A back-test as the API shows it.
import { z } from "zod";
import type { BacktestJob } from "../../../engine/backtest/job.ts";
import { createBacktestReport, rowsUnmet } from "../../../engine/backtest/report.ts";
import { instantText } from "../../cdr-view.ts";
import { filterView, moneyShape, moveShape } from "../../rerate-view.ts";

const both = z.object({ old: z.number(), new: z.number() });
const countMove = both.extend({ difference: z.number() });
const time = z.string().nullable();

export const backtestShape = z.object({
  version: z.string().describe("of the tariff that is tried: the hash of its content"),
  loaded: z.boolean().describe("false: it is kept with the job alone, and cannot be activated"),
  as: z.enum(["dated", "shifted"]),
  at: time.describe("where calls are moved to; null: they keep their time"),
  weeks: z.number().describe("by so many weeks all calls are moved"),
  timeZone: time.describe("whose clocks the weeks go by; null: each call keeps its offset"),
  live: z
    .record(z.string(), z.string().nullable())
    .describe("by tenant, the version that it is held against"),
  filter: z.looseObject({}).describe("the calls: what was asked for, and the tenants and days"),
  changedRows: z
    .object({
      total: z.number(),
      latestFrom: time.describe("the latest day from which one of them holds"),
      inForceForNoCall: z.number().nullable().describe("null: over 5000 different spans of time"),
    })
    .nullable()
    .describe("rows that price otherwise than those of the live version; null: no native tariffs"),
  answered: z.number().describe("calls with a usage above 0"),
  losing: both.describe("calls with a margin below 0"),
  ...moneyShape,
  lossyPrefixes: z
    .object({
      count: z.number(),
      incomplete: z
        .boolean()
        .describe("over 10000 prefixes were met: those that earn most left out"),
      rows: z.array(
        z.object({
          prefix: z.string(),
          currency: z.string(),
          calls: z.number(),
          losing: both,
          margin: moveShape,
        }),
      ),
    })
    .describe("prefixes whose calls together had a margin of 0 or more, and have less"),
  newlyUnpriced: z
    .object({
      calls: z.number(),
      rows: z.array(
        z.object({
          side: z.enum(["sell", "buy"]),
          reason: z.string(),
          currency: z.string(),
          calls: z.number(),
          amount: z.string().describe("what these calls had"),
        }),
      ),
    })
    .describe("answered calls of which a side had an amount and has none; list `unpriced`"),
  carriers: z
    .object({
      count: z.number(),
      rows: z.array(
        z.object({
          carrier: z.string(),
          currency: z.string(),
          calls: countMove,
          seconds: countMove.describe("billed"),
          buy: moveShape,
        }),
      ),
    })
    .describe("of answered calls that are routed: what each carrier has, the largest change first"),
  named: z
    .object({
      count: z.number(),
      rows: z.array(
        z.object({
          carrier: z.string(),
          currency: z.string(),
          cheapestCurrency: z.string(),
          calls: countMove,
          buy: moveShape,
          cheapest: moveShape,
        }),
      ),
    })
    .describe("answered calls that name a carrier dearer than the cheapest, which is beside it"),
  lines: z.object({ unpriced: z.number(), losing: z.number() }).describe("lines of these lists"),
});

/** `top`: rows of each table before the others. */
export function backtestView({ body }: BacktestJob, top: number): z.output<typeof backtestShape> {
  const { proposed, pieces, as, atMs, weeks, timeZone, live, filter, changed, lines } = body;
  const groups = changed?.groups ?? [];
  const report = createBacktestReport(groups, body.report);
  const { lossy, unpriced, totals, ...found } = report.view(top);
  return {
    ...{ version: proposed.version, loaded: pieces === null, as, weeks, timeZone, live, lines },
    at: textOf(atMs),
    filter: filterView(filter),
    changedRows:
      changed === null
        ? null
        : {
            total: changed.total,
            latestFrom: textOf(changed.latestFromMs),
            inForceForNoCall: changed.groups === null ? null : rowsUnmet(groups, report.state()),
          },
    ...found,
    totals,
    lossyPrefixes: lossy,
    newlyUnpriced: unpriced,
  };
}

function textOf(atMs: number | null): string | null {
  return atMs === null ? null : instantText(atMs);
}
