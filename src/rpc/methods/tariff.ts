// JSON-RPC: the life of a tariff: check, load, list, activate, rollback.

import { z } from "zod";
import type { Standing } from "../../engine/tariffs/life.ts";
import type { TariffSource } from "../../engine/tariffs/visible.ts";
import { engineError } from "../../errors.ts";
import { instantText } from "../cdr-view.ts";
import { method } from "../method.ts";
import { cursor, fault, followerCount, instant, name, pageLimit, versionId } from "../shapes.ts";

const fileName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, "a relative name with / between its parts");

/** A folder, and its semantics. */
export const tariffSource = {
  /** A folder under the tariff root of the server. */
  path: z.string().min(1).max(1024).optional(),
  /** Or the files themselves: name → text. */
  files: z.record(fileName, z.string()).optional(),
  compat: z.enum(["exact", "cgrates", "cgrates-0.9.1"]).optional(),
};

/** @throws `invalid-params` unless there is one of both */
export function sourceOf(params: {
  path?: string | undefined;
  files?: Record<string, string> | undefined;
}): TariffSource {
  const { path, files } = params;
  if (path !== undefined && files === undefined) return { path };
  if (files !== undefined && path === undefined) return { files };
  throw engineError("invalid-params", "Give either path or files.", { path: "path" });
}

const deckReport = z.object({
  file: z.string(),
  plans: z.array(z.string()).describe("the plans that have it"),
  dialect: z.string().nullable().describe("null: it is a native deck"),
  rates: z.number(),
  leftOut: z.number().describe("rows of the file that were left out or refused"),
  noRate: z.number().describe("lines that are no rows of a deck: titles, totals, notes"),
  rows: z
    .array(z.record(z.string(), z.string()))
    .describe("the first rates as rows of a native deck, with their `line` and word of change"),
});

export const checkMethod = method({
  name: "tariff.check",
  summary: "Reads a tariff folder and lists every fault with file, line, column and code.",
  permission: "tariff.check",
  writes: false,
  repeatable: true,
  // Its threads take turns by tenant.
  heavy: false,
  errors: ["not-found", "path-outside-root", "too-large", "timeout"],
  params: z.strictObject(tariffSource),
  result: z.object({
    ok: z.boolean(),
    faults: z.array(fault),
    warnings: z.array(fault),
    skipped: z.array(z.string()),
    decks: z.array(deckReport).describe("the decks of a native folder as they were understood"),
    kind: z.enum(["native", "cgrates"]).optional(),
    counts: z.record(z.string(), z.number()).optional(),
    version: z.string().optional(),
    unavailable: z.string().optional(),
  }),
  example: { path: "demo" },
  async run(params, context) {
    const { compat } = params;
    const { scope } = context.caller;
    const checked = await context.engine.tariffs.check(sourceOf(params), { compat, scope });
    const { decks } = checked;
    if (!checked.ok) return { ok: false, faults: checked.faults, warnings: [], skipped: [], decks };
    const { facts, warnings, skipped, unavailable } = checked;
    return {
      ok: true,
      decks,
      faults: [],
      warnings,
      skipped,
      kind: facts.kind,
      counts: facts.counts,
      version: facts.version,
      ...(unavailable === undefined ? {} : { unavailable }),
    };
  },
});

export const loadMethod = method({
  name: "tariff.load",
  summary:
    "Stores a faultless folder as an immutable version; the same content is the same version.",
  permission: "tariff.load",
  writes: true,
  repeatable: true,
  heavy: false,
  errors: ["tariff-faults", "not-found", "path-outside-root", "semantics-not-available", "timeout"],
  params: z.strictObject({ ...tariffSource, name: name.optional() }),
  result: z.object({
    version: z.string(),
    name: z.string(),
    tenants: z.array(z.string()),
    kind: z.enum(["native", "cgrates"]),
    semantics: z.enum(["native", "cgrates", "exact"]),
    counts: z.record(z.string(), z.number()),
    warnings: z.array(fault),
    skipped: z.array(z.string()),
  }),
  example: { path: "demo" },
  async run({ name: chosen, compat, ...params }, context) {
    const { engine, caller } = context;
    const { scope } = caller;
    const options = { name: chosen, compat, scope, by: caller.name };
    const load = () => engine.tariffs.load(sourceOf(params), options);
    const act = { by: caller, act: "tariff.load", subject: chosen ?? params.path ?? "" };
    const after = ({ version, tenants }: Awaited<ReturnType<typeof load>>) => ({
      version,
      tenants,
    });
    return engine.acts.noted(act, { run: load, after });
  },
});

/** Whose it is, where it is one tenant's. */
function onlyTenant([tenant, ...others]: readonly string[]): string | null {
  return others.length > 0 ? null : (tenant ?? null);
}

const activationView = z.object({
  tenant: z.string(),
  version: z.string(),
  from: z.string(),
  until: z
    .string()
    .optional()
    .describe(
      "when another version takes over; equal to `from`: it was replaced at its own moment",
    ),
  next: z.string().optional().describe("the version that takes over then"),
  activatedAt: z.string(),
});

function viewActivation({ tenant, version, fromMs, untilMs, next, activatedAtMs }: Standing) {
  return {
    tenant,
    version,
    from: instantText(fromMs),
    ...(untilMs === undefined ? {} : { until: instantText(untilMs) }),
    ...(next === undefined ? {} : { next }),
    activatedAt: instantText(activatedAtMs),
  };
}

export const listMethod = method({
  name: "tariff.list",
  summary: "Loaded versions, newest first, each with where it stands in the time line.",
  permission: "tariff.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: [],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({
    tariffs: z.array(
      z.object({
        version: z.string(),
        name: z.string(),
        tenants: z.array(z.string()),
        kind: z.string(),
        semantics: z.string(),
        loadedAt: z.string(),
        counts: z.record(z.string(), z.number()),
        warnings: z.number(),
        activations: z.array(activationView),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const page = await engine.tariffs.list({ limit, cursor: after, scope: caller.scope });
    return {
      tariffs: page.tariffs.map(({ loadedAtMs, warnings, activations, ...same }) => ({
        ...same,
        loadedAt: instantText(loadedAtMs),
        warnings: warnings.length,
        activations: activations.map(viewActivation),
      })),
      ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
    };
  },
});

export const getMethod = method({
  name: "tariff.get",
  summary: "The facts of a loaded version: its time line, warnings and files, with texts if asked.",
  permission: "tariff.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found"],
  params: z.strictObject({
    version: versionId,
    /** Whether the texts of the files are answered too. */
    texts: z.boolean().default(false),
  }),
  result: z.object({
    version: z.string(),
    name: z.string(),
    tenants: z.array(z.string()),
    kind: z.string(),
    semantics: z.string(),
    loadedAt: z.string(),
    counts: z.record(z.string(), z.number()),
    warnings: z.array(fault),
    activations: z.array(activationView),
    files: z.array(
      z.object({ name: z.string(), characters: z.number(), text: z.string().optional() }),
    ),
  }),
  example: { version: "$version" },
  async run({ version, texts }, { engine, caller }) {
    const whole = await engine.tariffs.whole(version, { scope: caller.scope, texts });
    const { loadedAtMs, warnings, activations, files, ...same } = whole;
    return {
      ...same,
      loadedAt: instantText(loadedAtMs),
      warnings: warnings.map((warning) => fault.parse(warning)),
      activations: activations.map(viewActivation),
      files: Object.entries(files).map(([file, text]) => ({
        name: file,
        characters: text.length,
        ...(texts ? { text } : {}),
      })),
    };
  },
});

const gateFailure = z.object({
  gate: z.string(),
  limit: z.union([z.number(), z.string(), z.boolean()]).describe("as it is set"),
  found: z.looseObject({}).describe("the figures"),
  message: z.string(),
});

export const activateMethod = method({
  name: "tariff.activate",
  summary:
    "Makes a version price calls from now on, or from `at` (past or future), until the next entry of the time line; refused where it fails a gate of the tariff in force.",
  permission: "tariff.activate",
  writes: true,
  heavy: true,
  errors: ["not-found", "gates-failed", "timeout"],
  params: z.strictObject({
    version: versionId,
    at: instant.optional(),
    override: z
      .strictObject({ reason: z.string().trim().min(1).max(1000) })
      .optional()
      .describe("activate it whatever gates say; the reason is kept in the log"),
  }),
  result: z.object({
    activations: z.array(activationView),
    processes: followerCount,
    overridden: z.array(gateFailure).describe("gates that it failed, where they were overridden"),
  }),
  example: { version: "$version" },
  async run({ version, at, override }, { engine, caller }) {
    const { scope, name: by } = caller;
    const asked = { version, fromMs: at, by, override: override?.reason };
    const { entries, overridden } = await engine.acts.noted(
      { by: caller, act: "tariff.activate", subject: version, why: override?.reason },
      {
        look: () => engine.tariffs.inForce({ version }, at),
        run: () => engine.activations.activate(asked, scope),
        after: (made) => ({
          ...Object.fromEntries(made.entries.map((entry) => [entry.tenant, entry.version])),
          ...(override === undefined ? {} : { override: { ...override, gates: made.overridden } }),
        }),
        tenantOf: (made) => onlyTenant(made.entries.map(({ tenant }) => tenant)),
      },
    );
    return {
      activations: entries.map(viewActivation),
      processes: await engine.followers.count(),
      overridden,
    };
  },
});

export const rollbackMethod = method({
  name: "tariff.rollback",
  summary:
    "Undoes the tenant's latest activation: a new entry restores, from the same moment, what was in force before it.",
  permission: "tariff.activate",
  writes: true,
  heavy: true,
  errors: ["conflict", "not-found"],
  params: z.strictObject({
    /** May be left out where only one tenant has a time line. */
    tenant: name.optional(),
  }),
  result: z.object({ activations: z.array(activationView), processes: followerCount }),
  example: {},
  async run({ tenant }, { engine, caller }) {
    const entry = await engine.acts.noted(
      { by: caller, act: "tariff.rollback", subject: tenant ?? "" },
      {
        look: () => engine.tariffs.inForce({ tenant: tenant ?? "" }),
        run: () => engine.tariffs.rollback(tenant, caller.scope),
        after: ({ tenant: whose, version }) => ({ [whose]: version }),
        tenantOf: ({ tenant: whose }) => whose,
      },
    );
    return {
      activations: [viewActivation(entry)],
      processes: await engine.followers.count(),
    };
  },
});
