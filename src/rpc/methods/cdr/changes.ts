// JSON-RPC: what changed, for whoever keeps a copy.
import { z } from "zod";
import { cdrView } from "../../cdr-view.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { method } from "../../method.ts";
import { cdrView as cdrShape, cursor, pageLimit } from "../../shapes.ts";
import { periodShape } from "../reports/periods.ts";

export const changesMethod = method({
  name: "cdr.changes",
  summary:
    "CDRs in the order in which they were last written, each as it is now: who goes on with every `next` sees each CDR after its insert and after each revision and void, at least once. " +
    "MongoDB: what is younger than ten seconds comes again. Voided CDRs are among them unless the filter names outcomes; a CDR that a filter of what can change no longer selects does not come.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout"],
  params: z.strictObject({
    /** The `next` of the answer before; absent: from the first change of all times. */
    after: cursor.optional(),
    filter: filterParameter.optional(),
    limit: pageLimit,
  }),
  result: z.object({
    cdrs: z.array(cdrShape),
    periods: z
      .array(periodShape)
      .describe(
        "closings and corrections behind `after`, by tenants, accounts and carriers of the filter",
      ),
    /** Goes on after these; also where there were none: ask for it again later. */
    next: z.string(),
  }),
  example: { filter: { accounts: ["1001"] }, limit: 10 },
  async run({ after, filter, limit }, { engine, caller, signal }) {
    const { scope } = caller;
    const place = readPlace(after);
    const position = place.after === undefined ? {} : { after: place.after };
    const wanted = toFilter(filter);
    const page = await engine.cdrs.changes(
      { filter: wanted, limit, ...position },
      { scope, signal },
    );
    const { tenants, accounts, carriers } = wanted;
    const closed = await engine.periods.changed(
      { after: place.period, tenants, accounts, carriers, limit },
      scope,
    );
    const { periods, last } = closed;
    return { cdrs: page.cdrs.map(cdrView), periods, next: placeText(page.next, last) };
  },
});

/** The place of CDRs, and behind it that of closed periods, where there are any. */
const PLACE = /^(.*)~(\d{1,15})$/;

function readPlace(after: string | undefined): { after: string | undefined; period: number } {
  const [, cdrs, period] = PLACE.exec(after ?? "") ?? [];
  return cdrs === undefined ? { after, period: 0 } : { after: cdrs, period: Number(period) };
}

function placeText(cdrs: string, period: number): string {
  return period === 0 ? cdrs : `${cdrs}~${period}`;
}
