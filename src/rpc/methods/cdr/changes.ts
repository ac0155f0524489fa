// JSON-RPC: what changed, for whoever keeps a copy.
import { z } from "zod";
import { cdrView } from "../../cdr-view.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { method } from "../../method.ts";
import { cdrView as cdrShape, cursor, pageLimit } from "../../shapes.ts";

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
    /** Goes on after these; also where there were none: ask for it again later. */
    next: z.string(),
  }),
  example: { filter: { accounts: ["1001"] }, limit: 10 },
  async run({ after, filter, limit }, { engine, caller, signal }) {
    const position = after === undefined ? {} : { after };
    const query = { filter: toFilter(filter), limit, ...position };
    const page = await engine.cdrs.changes(query, { scope: caller.scope, signal });
    return { cdrs: page.cdrs.map(cdrView), next: page.next };
  },
});
