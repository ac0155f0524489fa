// JSON-RPC: sums of CDRs by any keys, in a time zone of choice.
import { z } from "zod";
import { seenKeys } from "../../../access/views.ts";
import { engineError } from "../../../errors.ts";
import { type ExtraKey, GROUP_KEY_LABELS, GROUP_KEYS } from "../../../queries/group-keys.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { method } from "../../method.ts";
import { narrowing } from "../../request/seen-params.ts";
import { name } from "../../shapes.ts";
import { summaryView } from "../../summary-view.ts";

const KEYS_TEXT = Object.entries(GROUP_KEY_LABELS)
  .map(([key, label]) => `${key}: ${label}`)
  .join("; ");

const groupKey = narrowing(
  z.union([z.enum(GROUP_KEYS), z.templateLiteral(["extra.", z.string().min(1).max(256)])]),
  (seen) => {
    const extra = seen.fields.map((field): ExtraKey => `extra.${field}`);
    return z.enum([...seenKeys(seen, GROUP_KEYS), ...seenKeys(seen, extra)]);
  },
);

export const summarizeMethod = method({
  name: "cdr.summarize",
  summary:
    "Calls, seconds, sell, buy, margin, ASR, ACD and PDD by any keys; currencies never share a row.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout"],
  params: z.strictObject({
    filter: filterParameter.optional(),
    groupBy: z.array(groupKey).max(GROUP_KEYS.length).default([]).describe(KEYS_TEXT),
    timeZone: name.default("UTC"),
    time: z.enum(["answer", "setup", "received"]).default("answer"),
  }),
  result: z.object({
    rows: z.array(
      z.looseObject({
        currency: z.string().nullable(),
        calls: z.number(),
        answered: z.number(),
        /** Voice only; what other records count is in `units`. */
        seconds: z.number(),
        /** Of voice: seconds that the sell side, and the buy side, were billed for. */
        billedSeconds: z.number(),
        buyBilledSeconds: z.number(),
        units: z.number().optional(),
        sell: z.string().nullable(),
        buy: z.string().nullable(),
        margin: z.string().nullable(),
        /** Calls with a margin; calls with a sell, or a buy, amount alone: it is in no margin. */
        marginCalls: z.number(),
        sellOnly: z.number(),
        buyOnly: z.number(),
        asr: z.number().nullable(),
        acd: z.number().nullable(),
        pdd: z.number().nullable(),
      }),
    ),
  }),
  example: { groupBy: ["day", "account"], timeZone: "Europe/Madrid" },
  async run({ filter, groupBy, timeZone, time }, { engine, caller, signal }) {
    requireZone(timeZone);
    const query = { filter: toFilter(filter), groupBy, timeZone, time };
    const rows = await engine.cdrs.summarize(query, { scope: caller.scope, signal });
    return { rows: rows.map(summaryView) };
  },
});

function requireZone(timeZone: string): void {
  try {
    Intl.DateTimeFormat("en", { timeZone });
  } catch (cause) {
    throw engineError("invalid-params", `timeZone: "${timeZone}" is not an IANA zone.`, {
      path: "timeZone",
      cause,
    });
  }
}
