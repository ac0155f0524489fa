// JSON-RPC: what changes between two tariffs, or with a new deck of one plan.
import { z } from "zod";
import type { Engine } from "../../engine/engine.ts";
import type { DiffTarget } from "../../engine/tariffs/differences/differences.ts";
import { engineError } from "../../errors.ts";
import { instantText } from "../cdr-view.ts";
import {
  fileContent,
  fileDialect,
  fileList,
  fileParams,
  namedDialect,
  requireOneFile,
} from "../file-params.ts";
import { method } from "../method.ts";
import { cursor, instant, name, pageLimit, versionId } from "../shapes.ts";
import { sourceOf, tariffSource } from "./tariff.ts";

const CHANGES = ["new", "up", "down", "terms", "closed", "same", "conflict"] as const;
const change = z.enum(CHANGES);
const counts = z.record(z.string(), z.number()).describe("rates by their change");
const cells = z.record(z.string(), z.string()).nullable().describe("columns of a native deck");
const amount = z.string().nullable();

const params = z.strictObject({
  from: versionId.optional().describe("absent: the version in force for the tenant"),
  tenant: name.optional().describe("whose version in force, where `to` does not say it"),
  to: versionId.optional().describe("a version; or give a folder, or a file of one plan"),
  path: tariffSource.path,
  files: tariffSource.files,
  plan: name.optional().describe("this plan alone; with a file: whose deck it is"),
  ...fileParams,
  dialect: fileDialect,
  list: fileList,
  at: instant
    .optional()
    .describe(
      "when rates are compared; absent: the latest day from which a new one holds, else now",
    ),
  changes: z
    .array(change)
    .max(CHANGES.length)
    .optional()
    .describe("rows of these changes; absent: all but same"),
  csv: z.boolean().default(false).describe("all such rows as CSV besides"),
  xlsx: z.boolean().default(false).describe("all such rows as a workbook besides, to 100,000"),
  limit: pageLimit,
  cursor: cursor.optional(),
});

type DiffParams = z.output<typeof params>;

export const diffMethod = method({
  name: "tariff.diff",
  summary:
    "What changes from one tariff version to another, or with a new file of one plan, by plan and prefix, as in force at one time.",
  permission: "tariff.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "tariff-faults", "path-outside-root", "too-large", "timeout"],
  params,
  result: z.object({
    from: z.string(),
    at: z.string(),
    counts,
    plans: z.array(
      z.object({
        plan: z.string(),
        side: z.enum(["sell", "buy"]),
        counts,
        currency: z.object({ old: amount, new: amount }),
        withdrawn: z
          .object({ count: z.number(), rows: z.array(z.record(z.string(), z.string())) })
          .describe(
            "rows of the old side that begin after `at`, and that the new one does not have; to 100 of them",
          ),
      }),
    ),
    rows: z.array(
      z.object({
        plan: z.string(),
        side: z.enum(["sell", "buy"]),
        prefix: z.string(),
        change,
        old: cells,
        new: cells,
        percent: z
          .string()
          .nullable()
          .describe("(new − old) ⁄ old in per cent; null where old is 0"),
        prices: z
          .record(z.string(), z.object({ old: amount, new: amount }))
          .describe("of calls of so many seconds, by this row alone"),
      }),
    ),
    nextCursor: z.string().optional(),
    gates: z
      .object({ old: z.looseObject({}), new: z.looseObject({}) })
      .nullable()
      .describe("what a version must pass, where that changes; null: it does not"),
    summary: z.string(),
    csv: z.string().optional(),
    xlsx: z
      .string()
      .optional()
      .describe("base64; codes are texts, money numbers where 15 digits hold it"),
  }),
  example: { from: "$version", to: "$version" },
  async run(sent, { engine, caller }) {
    const { from, tenant, plan, at, changes, csv, xlsx, limit } = sent;
    const offset = offsetOf(sent.cursor);
    const to = await targetOf(sent, { engine, by: caller.name, scope: caller.scope });
    const asked = {
      from,
      tenant,
      to,
      plan,
      atMs: at,
      changes: changes ?? CHANGES.filter((one) => one !== "same"),
      page: { offset, limit },
      csv,
      xlsx,
    };
    const { ok: _ok, atMs, next, ...found } = await engine.differences.diff(asked, caller.scope);
    return {
      ...found,
      at: instantText(atMs),
      ...(next === null ? {} : { nextCursor: String(next) }),
    };
  },
});

function offsetOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw engineError("invalid-params", "cursor: it is none of this method.", { path: "cursor" });
}

type Caller = Parameters<Engine["files"]["dialects"]["get"]>[1];

/** @throws `invalid-params` unless there is one of a version, a folder and a file */
async function targetOf(
  sent: DiffParams,
  { engine, by, scope }: { engine: Engine; by: string; scope: Caller },
): Promise<DiffTarget> {
  const { to, path, files, plan, content, base64, upload, dialect, list } = sent;
  const file = { content, base64, upload };
  const isFile = Object.values(file).some((one) => one !== undefined);
  const isFolder = path !== undefined || files !== undefined;
  if ([to !== undefined, isFolder, isFile].filter(Boolean).length !== 1) {
    throw engineError("invalid-params", "Give one of to, a folder (path, files) and a file.", {
      path: "to",
    });
  }
  if (!isFile && list !== undefined) {
    throw engineError("invalid-params", "list: it is of a file.", { path: "list" });
  }
  if (to !== undefined) return { version: to };
  if (isFolder) return { source: sourceOf({ path, files }) };
  requireOneFile(file);
  if (plan === undefined) {
    throw engineError("invalid-params", "plan: say whose deck the file is.", { path: "plan" });
  }
  const known = await namedDialect(dialect, { engine, plan, scope });
  const pieces = await fileContent(file, { engine, by });
  return {
    deck: {
      plan,
      file: "the file",
      pieces,
      list,
      ...(known === undefined ? {} : { dialect: known.dialect }),
    },
  };
}
