// JSON-RPC: a part of a number, looked for through a range of time, a bounded piece a call.
import { z } from "zod";
import { NUMBER_MATCHES, SEARCHED_NUMBERS } from "../../../queries/cdr-query.ts";
import { cdrView } from "../../cdr-view.ts";
import { filterParameter, numberParts, toFilter } from "../../filter-shape.ts";
import { method } from "../../method.ts";
import { cdrView as cdrShape, cursor, instant, pageLimit } from "../../shapes.ts";

const numbers = z.array(z.enum(SEARCHED_NUMBERS)).min(1).max(SEARCHED_NUMBERS.length);

export const searchMethod = method({
  name: "cdr.search",
  summary:
    "CDRs whose numbers have a part, through a range of time: each call answers hits, how far it is, and where the next one goes on.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout", "forbidden"],
  params: z.strictObject({
    texts: numberParts.describe("What is looked for, letter by letter: any of these."),
    how: z
      .enum(NUMBER_MATCHES)
      .default("contains")
      .describe("Where a text is to be: anywhere in a number, at its beginning, or at its end."),
    of: numbers
      .default([...SEARCHED_NUMBERS])
      .describe(
        "Which numbers: the calling one as sent, the called one as dialled or normalised, the account.",
      ),
    from: instant.describe("Call times from then on."),
    to: instant.describe("Call times before; at most 400 days after `from`."),
    filter: filterParameter.optional().describe("Only these; without `callTime`."),
    newestFirst: z.boolean().default(true).describe("From `to` back, or from `from` on."),
    limit: pageLimit.describe("The call ends with so many hits."),
    seconds: z
      .number()
      .min(0.1)
      .max(10)
      .default(1)
      .describe("After so long the call answers what it has found, nothing maybe."),
    cursor: cursor.optional().describe("`nextCursor` of the call before, with the same params."),
  }),
  result: z.object({
    hits: z.array(
      z.object({
        in: z.array(z.enum(SEARCHED_NUMBERS)).describe("which of the numbers have it"),
        cdr: cdrShape,
      }),
    ),
    progress: z.object({
      reached: z.string().describe("up to this call time the range is looked through"),
      looked: z
        .number()
        .describe("CDRs looked at, of the range and of its tenants and accounts, by all calls"),
      hits: z.number().describe("hits of all calls"),
      share: z.number().describe("of the time of the range, 0 to 1"),
    }),
    nextCursor: z.string().optional().describe("absent: the range is looked through"),
  }),
  example: {
    ...{ texts: ["650"], of: ["destination"], limit: 1 },
    ...{ from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" },
  },
  async run({ from: fromMs, to: toMs, filter, ...asked }, { engine, caller, signal }) {
    const request = { fromMs, toMs, filter: toFilter(filter), ...asked };
    const { hits, ...answer } = await engine.numberSearches.search(request, {
      scope: caller.scope,
      signal,
    });
    return { hits: hits.map((hit) => ({ ...hit, cdr: cdrView(hit.cdr) })), ...answer };
  },
});
