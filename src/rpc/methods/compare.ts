// JSON-RPC: tariff.compare: calls by two tariffs, or by one under two semantics; nothing is stored.

import { z } from "zod";
import { requireTenant, requireTenants, scopedFilter } from "../../access/scope.ts";
import { EDITION_NAMES } from "../../cdr/edition.ts";
import { compareCall } from "../../engine/compare/call.ts";
import { compareCdrs } from "../../engine/compare/cdrs.ts";
import type { ComparedVersions, TariffChoice } from "../../engine/compare/compared-versions.ts";
import {
  createRunningComparison,
  type RunningComparison,
} from "../../engine/compare/comparison-report.ts";
import { callOf } from "../../engine/pricing/call-parameters.ts";
import { assignAccounts, semanticsOf } from "../../engine/pricing/rate-batch.ts";
import { engineError } from "../../errors.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import { filterParameter, toFilter } from "../filter-shape.ts";
import { type MethodContext, method } from "../method.ts";
import { cdrId, name, side, versionId } from "../shapes.ts";
import { callMembers } from "./rating.ts";
import { sourceOf, tariffSource } from "./tariff.ts";

const DAY_MS = 86_400_000;

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

async function choiceOf(
  params: z.output<typeof choice>,
  context: MethodContext,
  path: string,
): Promise<TariffChoice> {
  const { version, compat, rules } = params;
  if (version === undefined) {
    return {
      files: await context.engine.tariffs.filesOf(sourceOf(params), context.caller.scope),
      compat,
      rules,
    };
  }
  if (params.path === undefined && params.files === undefined) {
    const { scope } = context.caller;
    await context.engine.tariffs.get(version, { scope, path: `${path}.version` });
    return { version, compat, rules };
  }
  throw engineError("invalid-params", "Give either version, path or files.", { path: "version" });
}

type Params = {
  calls?: z.output<typeof comparedCall>[] | undefined;
  days?: number | undefined;
  filter?: z.output<typeof filterParameter> | undefined;
  after?: { id: string; tenant?: string | undefined } | undefined;
  most: number;
};

async function compareInline(
  calls: z.output<typeof comparedCall>[],
  { versions, comparison }: { versions: ComparedVersions; comparison: RunningComparison },
  { engine, caller }: MethodContext,
): Promise<void> {
  const nowMs = engine.clock();
  const priced = calls.map(({ id: own, ...members }) =>
    callOf({ ...members, ...(own === undefined ? {} : { id: String(own) }) }, nowMs),
  );
  for (const { tenant } of priced) requireTenant(caller.scope, tenant);
  await assignAccounts(engine.rating, priced);
  for (const [index, call] of priced.entries()) {
    const {
      id,
      account = "",
      destination = "",
      answerTime = null,
      usage,
    } = calls[index] as z.output<typeof comparedCall>;
    const named = { account, destination, answerTime, usage };
    comparison.add(id === undefined ? named : { id, ...named }, compareCall(call, versions));
  }
}

async function compareStored(
  { days = 1, filter, after, most }: Params,
  { versions, comparison }: { versions: ComparedVersions; comparison: RunningComparison },
  { engine, caller, signal }: MethodContext,
): Promise<CdrKey | null> {
  const { scope } = caller;
  const wanted = scopedFilter(toFilter(filter), scope);
  if (wanted === "none") return null;
  const last = after && (await engine.cdrs.one({ ...after, scope, path: "afterCdr" }));
  const callTime = { fromMs: engine.clock() - days * DAY_MS };
  const isDated = wanted.callTime !== undefined || wanted.answerTime !== undefined;
  const dated = isDated ? wanted : { ...wanted, callTime };
  const { sources } = engine;
  const request = { filter: dated, versions, sources, after: last, most, signal };
  return compareCdrs(engine.rating, request, comparison);
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
  async run({ before, after, calls, limit, afterCdr, afterTenant, ...rest }, context) {
    const { engine, caller } = context;
    const versions = await engine.compared({
      before: await choiceOf(before, context, "before"),
      after: after && (await choiceOf(after, context, "after")),
    });
    requireTenants(caller.scope, versions.tenants);
    const comparison = createRunningComparison(limit);
    const found = { versions, comparison };
    let last: CdrKey | null = null;
    const goOn = afterCdr === undefined ? undefined : { id: afterCdr, tenant: afterTenant };
    if (calls !== undefined) await compareInline(calls, found, context);
    else last = await compareStored({ ...rest, after: goOn }, found, context);
    const { before: left, after: right, editions } = versions;
    return {
      before: { version: left.version, semantics: semanticsOf(left), rules: editions.before.name },
      after: { version: right.version, semantics: semanticsOf(right), rules: editions.after.name },
      ...comparison.report(),
      ...(last === null ? {} : { lastCdr: last.id, lastTenant: last.tenant }),
    };
  },
});
