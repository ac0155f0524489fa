// JSON-RPC: tariff.compare: calls by two tariffs, or by one under two semantics; nothing is stored.

import { z } from "zod";
import { EDITION_NAMES } from "../../cdr/edition.ts";
import type { AskedTariff } from "../../engine/compare/comparisons.ts";
import { engineError } from "../../errors.ts";
import { filterParameter, toFilter } from "../filter-shape.ts";
import { method } from "../method.ts";
import { cdrId, name, side, versionId } from "../shapes.ts";
import { callMembers } from "./rating.ts";
import { sourceOf, tariffSource } from "./tariff.ts";

/** As far as numbers are told apart. */
const exactNumber = z.number().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

/** A loaded version, or a folder; `compat` chooses the semantics of a CGRateS one. */
const choice = z.strictObject({
  version: versionId.optional(),
  ...tariffSource,
  /** Edition of the rules of pricing; today's when not said. */
  rules: z.enum(EDITION_NAMES).optional(),
});

const named = z.object({ version: z.string(), semantics: z.string(), rules: z.string() });

const comparedCall = z.strictObject({
  ...callMembers,
  id: z.union([z.string().max(256), exactNumber]).optional(),
});

const sum = { currency: z.string(), before: z.string(), after: z.string(), difference: z.string() };

function askedTariff({ version, compat, rules, ...source }: z.output<typeof choice>): AskedTariff {
  if (version === undefined) return { ...sourceOf(source), compat, rules };
  if (source.path === undefined && source.files === undefined) return { version, compat, rules };
  throw engineError("invalid-params", "Give either version, path or files.", { path: "version" });
}

export const compareMethod = method({
  name: "tariff.compare",
  summary:
    "Prices calls by two tariffs, or by one under two editions of the rules or two semantics: each difference with its rule, and totals; nothing is stored.",
  permission: "tariff.compare",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: [
    "not-found",
    "ambiguous",
    "tariff-faults",
    "semantics-not-available",
    "path-outside-root",
    "too-large",
    "timeout",
  ],
  params: z.strictObject({
    before: choice,
    /** Left out: the same tariff by today's rules where `before` names older ones, else the same
     * CGRateS folder under its other semantics. */
    after: choice.optional(),
    /** These calls; left out: stored CDRs. */
    calls: z.array(comparedCall).min(1).max(1000).optional(),
    /** CDRs of the last so many days, unless the filter says a time. */
    days: z.number().int().min(1).max(3660).default(1),
    filter: filterParameter.optional(),
    /** Goes on after this CDR: the `lastCdr` of the answer before. */
    afterCdr: cdrId.optional(),
    /** Its tenant, where several that the caller may see have the id: `lastTenant`. */
    afterTenant: name.optional(),
    /** Stored CDRs compared by one call of the method, to the next whole page. */
    most: z.number().int().min(1).max(1_000_000).default(100_000),
    /** Differences listed; all are counted. */
    limit: z.number().int().min(0).max(1000).default(50),
  }),
  result: z.object({
    before: named,
    after: named,
    calls: z.number(),
    equal: z.number(),
    rules: z.array(
      z.object({
        rule: z.string(),
        meaning: z.string(),
        sides: z.number(),
        sums: z.array(z.object(sum)),
      }),
    ),
    totals: z.array(z.object({ side: z.enum(["sell", "buy"]), ...sum })),
    differences: z.array(
      z.object({
        id: z.union([z.string(), z.number()]).optional(),
        account: z.string(),
        destination: z.string(),
        answerTime: z.string().nullable(),
        usage: z.union([z.number(), z.string()]),
        side: z.enum(["sell", "buy"]),
        rule: z.string(),
        before: side.nullable(),
        after: side.nullable(),
        difference: z.string().nullable(),
      }),
    ),
    notListed: z.number(),
    /** More CDRs may follow: go on with `afterCdr`. */
    lastCdr: z.string().optional(),
    lastTenant: z.string().optional(),
  }),
  example: {
    before: { version: "$version" },
    after: { path: "demo" },
    calls: [
      {
        account: "1001",
        destination: "34650123456",
        answerTime: "2026-03-02T09:00:00Z",
        usage: 95,
      },
    ],
  },
  async run({ before, after, calls, limit, filter, ...rest }, { engine, caller, signal }) {
    const { afterCdr, afterTenant, days, most } = rest;
    const goOn = afterCdr === undefined ? undefined : { id: afterCdr, tenant: afterTenant };
    const stored = { filter: toFilter(filter), days, most, after: goOn };
    const asked = {
      before: askedTariff(before),
      after: after && askedTariff(after),
      of: calls === undefined ? stored : { calls },
      limit,
    };
    const { last, ...report } = await engine.comparisons.run(asked, {
      scope: caller.scope,
      signal,
    });
    return { ...report, ...(last === null ? {} : { lastCdr: last.id, lastTenant: last.tenant }) };
  },
});
