// JSON-RPC: imports: files of any layout, previewed, then brought in.
import { z } from "zod";
import { IMPORT_FORMATS } from "../../../formats/tables/file-formats.ts";
import { knownDialect } from "../../../tables/dialect.ts";
import { uploadId } from "../../file-params.ts";
import { importShape, importView } from "../../import-view.ts";
import { type MethodContext, method } from "../../method.ts";
import { cursor, name, pageLimit } from "../../shapes.ts";

const jobId = z.string().min(1).max(64);

const started = importShape.extend({
  known: z.array(z.string()).describe("batches that had the same file before, the latest first"),
});

export const startMethod = method({
  name: "import.start",
  summary:
    "Previews an uploaded file, then brings it in as a batch; with `dryRun` the preview alone. With `resume` an import goes on that was previewed, broke or was cancelled: the same batch.",
  permission: "import.write",
  writes: true,
  heavy: true,
  errors: ["not-found", "conflict", "too-large", "store-unavailable"],
  params: z.strictObject({
    upload: uploadId.optional(),
    format: z.enum(IMPORT_FORMATS as [string, ...string[]]).optional(),
    source: name.default("default"),
    dialect: knownDialect
      .optional()
      .describe("what is known of how a table is written; the rest is sniffed, and asked"),
    dialectName: name.optional().describe("a stored dialect"),
    batch: name.optional().describe("name of the batch; absent: that of the file"),
    dryRun: z.boolean().default(false),
    expect: z.int().min(0).optional().describe("records that the file has, as its sender says"),
    sequence: name
      .optional()
      .describe("field with the numbers that the source counts its records by: gaps are listed"),
    once: z.boolean().default(false).describe("refuse a file that was imported before"),
    resume: jobId.optional().describe("the import that goes on; nothing else is said then"),
  }),
  result: started,
  example: { upload: "$importUpload", format: "csv", batch: "example", dryRun: true },
  async run(params, context) {
    const { engine, caller } = context;
    const { resume, upload: id = "", format = "csv", dialect = {}, ...asked } = params;
    if (resume !== undefined) {
      const job = await engine.imports.resume(resume, caller.scope);
      return { ...importView(job, engine.clock()), known: [] };
    }
    const upload = await engine.files.uploads.whole(id, caller.name);
    const wanted = { ...asked, upload, format, dialect };
    const { job, known } = await engine.imports.start(wanted, caller);
    return { ...importView(job, engine.clock()), known };
  },
});

const shown = async ({ job }: { job: string }, { engine, caller }: MethodContext) =>
  importView(await engine.imports.get(job, caller.scope), engine.clock());

export const getMethod = method({
  name: "import.get",
  summary: "An import: state, progress, what its preview found and what became of its records.",
  permission: "import.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({ job: jobId }),
  result: importShape,
  example: { job: "$import" },
  run: shown,
});

export const listMethod = method({
  name: "import.list",
  summary: "Imports, latest first.",
  permission: "import.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({ imports: z.array(importShape), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const { jobs, ...rest } = await engine.imports.list({ limit, cursor: after }, caller.scope);
    return { imports: jobs.map((job) => importView(job, engine.clock())), ...rest };
  },
});

export const cancelMethod = method({
  name: "import.cancel",
  summary:
    "Ends an import after the records under way; what it brought stays, and it can be resumed.",
  permission: "import.write",
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: z.strictObject({ job: jobId }),
  result: importShape,
  example: { job: "$plannedImport" },
  async run({ job }, { engine, caller }) {
    return importView(await engine.imports.cancel(job, caller.scope), engine.clock());
  },
});
