// JSON-RPC: the state of the service, and what is not well about its installation.
import { z } from "zod";
import { seesOwner } from "../../access/scope.ts";
import { DOCTOR_CHECKS, LEVELS, worstOf } from "../../engine/doctor/findings.ts";
import { unpricedHint } from "../../engine/records/unpriced.ts";
import { engineError } from "../../errors.ts";
import { method } from "../method.ts";
import { followerCount } from "../shapes.ts";
import { feedView } from "./feed.ts";
import { outputView } from "./output.ts";

const rewriteProgress = z.object({
  step: z.number(),
  title: z.string(),
  done: z.number(),
  total: z.number(),
});

const indexState = z.object({
  missing: z.array(z.string()).describe("each as `collection.name`; reads go without them"),
  progress: z
    .object({ done: z.number(), total: z.number() })
    .optional()
    .describe("documents that the build has gone through, where the server tells"),
  fault: z.string().optional().describe("why the last attempt did not succeed; it is tried again"),
});

const schemaState = z.object({
  version: z.number().describe("the last step of the schema that has run"),
  latest: z.number().describe("the last step that this build has"),
  waiting: z
    .object({ step: z.number(), title: z.string(), builds: z.array(z.string()) })
    .optional()
    .describe("a step that waits until no process of these older builds lives"),
  behind: rewriteProgress.optional().describe("a rewrite of old records that is under way"),
  indexes: indexState
    .optional()
    .describe("indexes of MongoDB that are not there yet, or not as they should be"),
  cdrKey: z
    .enum(["tenant and id", "id"])
    .describe("`id`: a MongoDB data base of 0.1.0 that was not copied yet; docs/store.md"),
  keyForm: z
    .enum(["bytes", "text"])
    .optional()
    .describe("MongoDB: how that key is written, which a data base keeps until it is copied"),
});

export const statusMethod = method({
  name: "system.status",
  summary: "Version, uptime, store, active tariffs and counters of the service.",
  permission: "system.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: [],
  params: z.strictObject({}),
  result: z.object({
    version: z.string(),
    uptimeSeconds: z.number(),
    store: z.object({
      kind: z.string(),
      ok: z.boolean(),
      fault: z.string().optional(),
      schema: schemaState.optional(),
    }),
    tariffs: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        tenant: z.string(),
        activatedAt: z.string(),
        prefixes: z.number(),
      }),
    ),
    processes: followerCount,
    /** Calls of the last seven days without a price, or with one of two; a minute old at most. */
    unpriced: z.array(
      z.object({
        tenant: z.string(),
        outcome: z.string(),
        reason: z.string().nullable(),
        calls: z.number(),
      }),
    ),
    hint: z.string().optional(),
    suspense: z
      .object({
        open: z.number(),
        tenants: z.array(
          z.object({
            tenant: z.string().nullable().describe("null: it was not understood"),
            open: z.number(),
          }),
        ),
      })
      .describe("suspended records that nobody has retried or discarded yet"),
    warnings: z
      .array(
        z.object({
          code: z.enum(["unknown-rule-set"]),
          source: z.string(),
          ruleSet: z.string(),
          message: z.string(),
        }),
      )
      .describe("sources of the settings that do not fit the tariffs in force"),
    feeds: z.array(feedView).describe("the feeds of the settings, each with its state"),
    outputs: z.array(outputView).describe("the outputs of the settings, each with its state"),
    rollups: z
      .object({
        on: z.boolean().describe("a process on the store makes sums of what is written"),
        quarters: z.number().describe("quarter hours with records"),
        dirty: z.number().describe("those of them that reports read from the CDRs for now"),
      })
      .nullable()
      .describe("the sums kept for reports; null: not told to who sees some tenants"),
    counters: z.record(z.string(), z.number()),
  }),
  example: {},
  async run(_params, { engine, caller }) {
    const status = await engine.status(caller.scope);
    const hint = unpricedHint(status.unpriced);
    return {
      ...status,
      ...(hint === undefined ? {} : { hint }),
    };
  },
});

export const diagnoseMethod = method({
  name: "system.diagnose",
  summary:
    "Looks at the installation: settings, certificate, store, disk, clock, backups, tariffs, feeds, outputs, jobs; each finding with a remedy.",
  permission: "system.diagnose",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["store-unavailable"],
  params: z.strictObject({
    deep: z
      .boolean()
      .default(false)
      .describe("Reads what is stored through for damage: minutes over a large SQLite file."),
  }),
  result: z.object({
    worst: z.enum(LEVELS).describe("the worst level among the findings"),
    findings: z.array(
      z.object({
        check: z.enum(DOCTOR_CHECKS),
        level: z
          .enum(LEVELS)
          .describe(
            "unknown: it could not be looked at; warning: it works, but not as it should or not for long; fault: it does not work",
          ),
        subject: z.string().nullable().describe("a feed, a file, a tenant; null: the whole"),
        message: z.string(),
        remedy: z.string().nullable().describe("null: nothing is to be done"),
      }),
    ),
  }),
  example: {},
  async run(query, { engine, caller, left }) {
    if (!seesOwner(caller.scope, null)) {
      throw engineError("forbidden", "The installation is told to those who see every tenant.");
    }
    const findings = await engine.doctor.look(query, left);
    return { worst: worstOf(findings), findings };
  },
});
