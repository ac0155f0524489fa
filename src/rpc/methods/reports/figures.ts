// The figures of a row of a report as the API shows them.
import { z } from "zod";
import { isSeenFigure } from "../../../access/views.ts";
import { FIGURES, SORT_FIGURES } from "../../../reports/figures.ts";
import { narrowing } from "../../request/seen-params.ts";

const count = z.number();
const amount = z.string().nullable();
const mean = z.number().nullable();

/** What a report may be in the order of. */
export const sortFigure = narrowing(z.enum(SORT_FIGURES), (seen) =>
  z.enum(SORT_FIGURES.filter((figure) => isSeenFigure(seen, figure))),
);

const shapes = {
  currency: z.string().nullable(),
  buyCurrency: z.string().nullable(),
  cdrs: count,
  calls: count,
  answeredCalls: count,
  attempts: count,
  answered: count,
  bids: count,
  seconds: count,
  billedSeconds: count,
  buyBilledSeconds: count,
  units: count,
  sell: amount,
  buy: amount,
  margin: amount,
  marginCalls: count,
  sellOnly: count,
  buyOnly: count,
  asr: mean,
  ner: mean,
  abr: mean,
  acd: mean,
  callAsr: mean,
  callAcd: mean,
  pdd: mean,
  longest: count,
} satisfies { [Name in keyof typeof FIGURES]: z.ZodType };

/** Each with what it is. */
function described<Shapes extends Record<keyof typeof FIGURES, z.ZodType>>(given: Shapes): Shapes {
  const names = Object.keys(given) as (keyof typeof FIGURES)[];
  const entries = names.map((name) => [name, given[name].describe(FIGURES[name])]);
  return Object.fromEntries(entries) as Shapes;
}

/** Where an answer was read. */
export const summedFrom = z
  .enum(["rollup", "cdrs", "both"])
  .describe("read from sums that are kept, from the CDRs, or from both; the figures are the same");

export const figures = z.object(described(shapes)).meta({ id: "Figures" });
