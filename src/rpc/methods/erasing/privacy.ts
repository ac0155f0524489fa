// JSON-RPC: numbers of people: told, and masked, those of what is old or one on request.
import { z } from "zod";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import type { MaskingJob } from "../../../engine/privacy/job.ts";
import { engineError } from "../../../errors.ts";
import { cdrView } from "../../cdr-view.ts";
import { method } from "../../method.ts";
import { cursor, instant, json, name, note } from "../../shapes.ts";

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

const counts = z.object({
  cdrs: z.number(),
  suspense: z.number(),
  queueEvents: z.number(),
  callHalves: z.number().describe("rows of calls that are told in two"),
  jobLines: z.number().describe("lines of rerates"),
  jobs: z.number().describe("jobs that were asked for the number"),
  acts: z.number().describe("entries of the log of admin acts"),
  searches: z.number().describe("saved searches, schedules and deliveries"),
});

const shape = z.object({
  job: z.string(),
  state: z.enum(["planning", "planned", "applying", "applied", "cancelled", "failed"]),
  of: z.enum(["number", "age"]),
  before: z.string().optional(),
  tenants: z.array(z.string()).optional().describe("absent: every tenant"),
  why: z.string(),
  found: counts.describe("records with numbers that are to be masked, as they were planned"),
  done: counts.describe("those that were masked"),
  left: counts.describe("those that stay as they are: open records by age, and what is held"),
  heldBy: z.array(z.string()).describe("what held CDRs: plan again when it is done with them"),
  purged: z
    .boolean()
    .describe("what was masked is in the log of an SQLite file no more, nor is it in the file"),
  fault: z.string().optional(),
});

function view({ id, state, body }: MaskingJob) {
  const { request, found, done, left, heldBy, isPurged, fault } = body;
  const { beforeMs, tenants, why } = request;
  return {
    ...{ job: id, state, of: beforeMs === undefined ? ("number" as const) : ("age" as const) },
    ...(beforeMs !== undefined && { before: new Date(beforeMs).toISOString() }),
    ...(tenants && { tenants }),
    ...{ why, found, done, left, heldBy, purged: isPurged },
    ...(fault !== undefined && { fault }),
  };
}

const job = z.string().min(1).max(64);
const tenants = z.array(name).min(1).max(1000).optional();
const number = z
  .string()
  .min(1)
  .max(64)
  .describe("with + or 00 and its calling code; sought in its national forms too");

export const planMethod = method({
  name: "privacy.plan",
  summary:
    "Counts whose numbers would be masked: those of what is older than a time, or one number wherever it stands.",
  permission: "privacy.plan",
  writes: true,
  heavy: true,
  errors: ["invalid-params", "forbidden", "store-unavailable"],
  params: z.strictObject({
    number: number.optional(),
    olderThanDays: z
      .int()
      .min(1)
      .max(MOST_DAYS)
      .optional()
      .describe("CDRs by call time and receipt, the rest by receipt; instead of `number`"),
    before: instant.optional().describe("instead of `olderThanDays`"),
    tenants,
    why: note.describe("Why it is done: it stands in the job and in the log."),
  }),
  result: shape,
  example: { olderThanDays: 400, why: "the law" },
  async run({ number: sought, olderThanDays, before, tenants: of, why }, { engine, caller }) {
    const given = [sought, olderThanDays, before].filter((one) => one !== undefined);
    if (given.length !== 1) {
      throw engineError("invalid-params", "Say one of `number`, `olderThanDays` and `before`.", {
        path: "number",
      });
    }
    const days = olderThanDays === undefined ? before : engine.clock() - olderThanDays * DAY_MS;
    const asked = { number: sought, beforeMs: days, tenants: of, why };
    return view(await engine.maskings.plan(asked, { by: caller.name, scope: caller.scope }));
  },
});

export const applyMethod = method({
  name: "privacy.apply",
  summary: "Masks the numbers that were planned, in steps that a crash does not break.",
  permission: "privacy.apply",
  writes: true,
  heavy: true,
  errors: ["not-found", "conflict", "forbidden", "store-unavailable"],
  params: z.strictObject({ job }),
  result: shape,
  example: { job: "$masking" },
  async run({ job: id }, { engine, caller }) {
    const { scope } = caller;
    return engine.acts.noted(
      { by: caller, act: "privacy.apply", subject: id },
      {
        run: async () => view(await engine.maskings.apply(id, scope)),
        // No reason: a person may have written the number there.
        after: ({ of, before, tenants: whose, found }) => {
          return { of, before, tenants: whose, found };
        },
      },
    );
  },
});

export const showMethod = method({
  name: "privacy.show",
  summary: "A masking job: what it found, what it masked so far, what stays and why.",
  permission: "privacy.plan",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({ job }),
  result: shape,
  example: { job: "$masking" },
  run: async ({ job: id }, { engine, caller }) => view(await engine.maskings.get(id, caller.scope)),
});

export const discloseMethod = method({
  name: "privacy.disclose",
  summary: "Everything that is held about one number, in parts.",
  permission: "privacy.disclose",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["invalid-params", "forbidden", "store-unavailable"],
  params: z.strictObject({ number, tenants, cursor: cursor.optional() }),
  result: z.object({
    found: z.array(
      z.object({
        kind: z
          .string()
          .describe("cdr, suspense, queueEvent, callHalf, jobLine, `KIND job`, act, search …"),
        id: z.string(),
        tenant: z.string().nullable(),
        at: z.string().nullable(),
        content: json,
      }),
    ),
    next: z
      .string()
      .optional()
      .describe("more follows, also where this part is short or empty: ask with it as `cursor`"),
  }),
  example: { number: "+441632960961" },
  async run({ number: sought, tenants: of, cursor: after }, { engine, caller }) {
    const asked = { number: sought, tenants: of, cursor: after };
    const { found, next } = await engine.maskings.disclose(asked, caller.scope);
    return {
      found: found.map(({ atMs, content, ...one }) => ({
        ...one,
        at: atMs === null ? null : new Date(atMs).toISOString(),
        content: one.kind === "cdr" ? cdrView(content as unknown as StoredCdr) : content,
      })) as never,
      ...(next !== undefined && { next }),
    };
  },
});
