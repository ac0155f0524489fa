// JSON-RPC: tariff.backtest: what a tariff would make of stored calls, before it is in force.
import { z } from "zod";
import type { TriedTariff } from "../../../engine/backtest/tried.ts";
import { engineError } from "../../../errors.ts";
import {
  fileContent,
  fileDialect,
  fileList,
  fileParams,
  namedDialect,
  requireOneFile,
} from "../../file-params.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { type MethodContext, method } from "../../method.ts";
import { instant, name, versionId } from "../../shapes.ts";
import { sourceOf, tariffSource } from "../tariff.ts";

const params = z.strictObject({
  version: versionId.optional().describe("a loaded version; or give a folder, or a deck"),
  ...tariffSource,
  plan: name.optional().describe("with a file: whose deck it is tried as"),
  ...fileParams,
  dialect: fileDialect,
  list: fileList,
  from: versionId
    .optional()
    .describe("the version that it is held against; absent: the one in force now"),
  tenant: name.optional().describe("whose tariff a deck goes into, where several are in force"),
  filter: filterParameter.optional(),
  days: z
    .number()
    .int()
    .min(1)
    .max(3660)
    .default(7)
    .describe("calls of the last so many days, unless the filter says a time of calls"),
  as: z
    .enum(["dated", "shifted"])
    .optional()
    .describe(
      "dated: each call at its own time against its stored rating, as a rerate would do it; shifted: all calls moved by whole weeks, priced anew by both tariffs; absent: shifted where `at` is given or a changed row begins behind the last call",
    ),
  at: instant
    .optional()
    .describe(
      "shifted: the earliest call is moved to this moment or after it; absent: the latest day from which a changed row holds",
    ),
});

export const backtestMethod = method({
  name: "tariff.backtest",
  summary:
    "Begins a job that prices stored calls by a version, a folder or a carrier's file and ends `done`; `job.show` has the money. Nothing is changed.",
  permission: "tariff.backtest",
  writes: true,
  heavy: true,
  errors: [
    "not-found",
    "forbidden",
    "tariff-faults",
    "semantics-not-available",
    "path-outside-root",
    "too-large",
    "too-busy",
    "timeout",
  ],
  params,
  result: z.object({ job: z.string() }),
  example: { version: "$version", days: 3660 },
  async run(sent, context) {
    const { from, tenant, filter, days, as, at } = sent;
    const { engine, caller } = context;
    const asked = {
      ...{ from, tenant, days, as, atMs: at },
      tried: await triedOf(sent, context),
      filter: toFilter(filter),
    };
    const { name: by, scope } = caller;
    return { job: (await engine.backtests.begin(asked, { by, scope })).id };
  },
});

/** @throws `invalid-params` unless there is one of a version, a folder and a file */
async function triedOf(
  sent: z.output<typeof params>,
  { engine, caller }: MethodContext,
): Promise<TriedTariff> {
  const { version, path, files, compat, plan, content, base64, upload, dialect, list } = sent;
  const file = { content, base64, upload };
  const isFile = Object.values(file).some((one) => one !== undefined);
  const isFolder = path !== undefined || files !== undefined;
  if ([version !== undefined, isFolder, isFile].filter(Boolean).length !== 1) {
    throw engineError("invalid-params", "Give one of version, a folder (path, files) and a file.", {
      path: "version",
    });
  }
  const [ofFile] = Object.entries({ plan, dialect, list }).filter(([, one]) => one !== undefined);
  if (!isFile && ofFile !== undefined) {
    throw engineError("invalid-params", "plan, dialect and list are of a file.", {
      path: ofFile[0],
    });
  }
  if (!isFolder && compat !== undefined) {
    throw engineError("invalid-params", "compat is of a folder.", { path: "compat" });
  }
  if (version !== undefined) return { version };
  if (isFolder) return { source: sourceOf({ path, files }), compat };
  requireOneFile(file);
  if (plan === undefined) {
    throw engineError("invalid-params", "plan: say whose deck the file is.", { path: "plan" });
  }
  const known = await namedDialect(dialect, { engine, plan, scope: caller.scope });
  const pieces = await fileContent(file, { engine, by: caller.name });
  return { deck: { plan, pieces, dialect: known, list } };
}
