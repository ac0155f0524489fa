// JSON-RPC: exports that are written as jobs.
import { z } from "zod";
import { ownerText } from "../../../access/owner.ts";
import type { JsonObject } from "../../../cdr/json.ts";
import { EXPORT_STATES, type ExportJob } from "../../../engine/exports/model.ts";
import { fileParameters } from "../../export-request.ts";
import { filterParameter } from "../../filter-shape.ts";
import { type MethodContext, method } from "../../method.ts";
import { cursor, instant, jsonObject, pageLimit } from "../../shapes.ts";
import { searchName, searchOwner } from "./search.ts";

const exportId = z.string().regex(/^[\w-]{1,80}$/, "as `export.start` answered it");

const view = z.object({
  id: z.string(),
  state: z
    .enum(EXPORT_STATES)
    .describe("`done`: the file is whole; of `failed` and `cancelled` nothing is left"),
  fileName: z.string(),
  link: z.string().optional().describe("GET it with the same credentials, while it is kept"),
  search: z.string().nullable().describe("the saved search that it was made from"),
  params: jsonObject.describe("of `cdr.export`"),
  owner: z.string(),
  by: z.string(),
  rows: z.number().describe("CDRs in it, of a running one so far"),
  bytes: z.number(),
  sha256: z.string().nullable(),
  host: z.string().nullable().describe("the machine that has the file"),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
  expiresAt: z.string().nullable().describe("when the file and this line go"),
  fault: z.string().nullable(),
});

const textOf = (atMs: number | null): string | null =>
  atMs === null ? null : new Date(atMs).toISOString();

function viewOf(job: ExportJob): z.output<typeof view> {
  const { id, state, fileName, search, request, owner, by, rows, bytes, sha256, host } = job;
  return {
    ...{ id, state, fileName, search, params: request, owner: ownerText(owner), by },
    ...(state === "done" && { link: `/exports/${id}` }),
    ...{ rows, bytes, sha256, host, fault: job.fault },
    createdAt: new Date(job.createdAtMs).toISOString(),
    endedAt: textOf(job.endedAtMs),
    expiresAt: textOf(job.expiresAtMs),
  };
}

const one = z.strictObject({ id: exportId });
const callTime = z.strictObject({ from: instant.optional(), to: instant.optional() });

const startParameters = fileParameters.omit({ timeZone: true }).extend({
  timeZone: fileParameters.shape.timeZone.unwrap().optional(),
  search: z
    .strictObject({ name: searchName, owner: searchOwner.optional() })
    .optional()
    .describe("A saved search in place of `filter`; its columns and zone, where none are said."),
  callTime: callTime
    .optional()
    .describe("Takes the place of the call time of the filter or search."),
});

/** As `cdr.export` takes it, of what whoever begins it may see. */
async function requestOf(
  { search, filter, callTime: time, columns, timeZone, ...same }: z.output<typeof startParameters>,
  { engine, caller }: MethodContext,
): Promise<JsonObject> {
  const saved = search && (await engine.searches.get(search, caller));
  const given = saved?.given ?? (filterParameter.encode(filter ?? {}) as JsonObject);
  const chosen = columns ?? saved?.columns ?? undefined;
  return {
    ...same,
    filter: {
      ...given,
      ...(time !== undefined && { callTime: callTime.encode(time) as JsonObject }),
    },
    timeZone: timeZone ?? saved?.zone ?? "UTC",
    ...(chosen !== undefined && { columns: chosen }),
  };
}

export const startMethod = method({
  name: "export.start",
  summary: "Begins an export that the service writes to a file, to be fetched when it is done.",
  permission: "cdr.read",
  writes: true,
  heavy: false,
  errors: ["forbidden", "not-found", "too-large", "not-supported", "store-unavailable"],
  params: startParameters.refine(
    ({ search, filter }) => search === undefined || filter === undefined,
    { error: "give either `filter` or `search`", path: ["search"] },
  ),
  result: view,
  example: {
    filter: { accounts: ["1001"] },
    format: "xlsx",
    columns: ["answerTime", "sellAmount"],
  },
  async run(params, context) {
    const request = await requestOf(params, context);
    const search = params.search?.name;
    return viewOf(await context.engine.exports.start({ request, search }, context.caller));
  },
});

export const copyMethod = method({
  name: "export.copy",
  summary: "Begins the same export of other dates.",
  permission: "cdr.read",
  writes: true,
  heavy: false,
  errors: ["forbidden", "not-found", "too-large", "not-supported", "store-unavailable"],
  params: one.extend({
    from: instant.describe("Call time from."),
    to: instant.describe("Call time before."),
  }),
  result: view,
  example: { id: "$export", from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" },
  async run({ id, from, to }, { engine, caller }) {
    const { request, search } = await engine.exports.get(id, caller);
    const filter = {
      ...(request["filter"] as JsonObject),
      callTime: callTime.encode({ from, to }) as JsonObject,
    };
    const wanted = { request: { ...request, filter }, search: search ?? undefined };
    return viewOf(await engine.exports.start(wanted, caller));
  },
});

export const getMethod = method({
  name: "export.get",
  summary: "How far one export is, and where its file is fetched.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: one,
  result: view,
  example: { id: "$export" },
  run: async ({ id }, { engine, caller }) => viewOf(await engine.exports.get(id, caller)),
});

export const listMethod = method({
  name: "export.list",
  summary: "Your exports, and those of others of which you see everything; the latest first.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({ exports: z.array(view), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const { exports, next } = await engine.exports.list({ limit, after }, caller);
    return { exports: exports.map(viewOf), ...(next !== undefined && { nextCursor: next }) };
  },
});

export const cancelMethod = method({
  name: "export.cancel",
  summary:
    "Ends an export that is not done; what was written of it goes. One that has ended stays as it is.",
  permission: "cdr.read",
  writes: true,
  heavy: false,
  errors: ["not-found", "not-supported", "store-unavailable"],
  params: one,
  result: view,
  example: { id: "$export" },
  run: async ({ id }, { engine, caller }) => viewOf(await engine.exports.cancel(id, caller)),
});

export const removeMethod = method({
  name: "export.remove",
  summary: "Takes an export away, with its file.",
  permission: "cdr.read",
  writes: true,
  heavy: false,
  errors: ["not-found", "not-supported", "store-unavailable"],
  params: one,
  result: view,
  example: { id: "$export" },
  run: async ({ id }, { engine, caller }) => viewOf(await engine.exports.remove(id, caller)),
});
