// cdrate export: the CDRs of a filter as a file of any format, or on standard output.
import { open, rename, rm, stat } from "node:fs/promises";
import { Readable, Transform, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Command, Option } from "commander";
import type { CdrateClient, Params } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import { TIME_FORMS } from "../../../queries/written-time.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

type Format = NonNullable<Params<"cdr.export">["format"]>;
const FORMATS = ["csv", "jsonl", "json", "yaml", "html", "xlsx"];
/** Those whose end says how many lines came before it. */
const ENDS: readonly Format[] = ["csv", "jsonl"];

interface ExportOptions extends FilterOptions, ServiceOptions {
  format?: Format;
  header?: boolean;
  times?: string;
  columns?: string;
  after?: string;
  afterTenant?: string;
  output?: string;
  gzip?: boolean;
  trailer?: boolean;
  json?: boolean;
}

export function addExportCommand(program: Command, parts: CommandParts): void {
  const command = program
    .command("export")
    .description("write CDRs to a file, with their sums at the end")
    .addOption(new Option("--format <format>", "else by the file's name").choices(FORMATS))
    .option("--columns <names>", "columns, with commas between them; extra.NAME for an extra field")
    .option("--no-header", "leave out the names of the columns")
    .addOption(
      new Option("--times <form>", "how times are written, by the clocks of --time-zone").choices(
        TIME_FORMS,
      ),
    )
    .option("--after <id>", "goes on after this CDR, the last one of an export that broke off")
    .option("--after-tenant <tenant>", "its tenant, where several have the id")
    .option("--output <file>", "file to write; else standard output")
    .option("--gzip", "compress it")
    .option("--no-trailer", "leave out the sums and the count at the end")
    .option("--json", "say as JSON what was written (with --output)");
  filterFlags(serviceFlags(command)).action(async (options: ExportOptions) => {
    const { output } = options;
    // Before the store is opened: an export may take an hour.
    const target = output === undefined ? null : await openTarget(output);
    await withClient(parts, options, (client) => exportTo(client, options, parts, target)).catch(
      async (error: unknown) => {
        await target?.drop();
        throw error;
      },
    );
  });
}

function paramsOf(options: ExportOptions): Params<"cdr.export"> {
  const ending = /\.([a-z]+)(\.gz)?$/.exec(options.output ?? "")?.[1] ?? "";
  const named = FORMATS.includes(ending) ? (ending as Format) : undefined;
  const { times, timeZone } = options;
  return {
    filter: readFilter(options),
    format: options.format ?? named ?? "csv",
    ...(options.header === false ? { header: false } : {}),
    ...(times === undefined ? {} : ({ times, timeZone } as Params<"cdr.export">)),
    ...(options.trailer === false ? { trailer: false } : {}),
    ...(options.columns === undefined ? {} : { columns: options.columns.split(",") }),
    ...(options.after === undefined ? {} : { after: options.after }),
    ...(options.afterTenant === undefined ? {} : { afterTenant: options.afterTenant }),
  };
}

async function exportTo(
  client: CdrateClient,
  options: ExportOptions,
  { output }: CommandParts,
  target: Target | null,
): Promise<void> {
  const params = paramsOf(options);
  // Of the others a connection that breaks off says by itself that it did.
  const hasEnd = options.trailer !== false && ENDS.includes(params.format ?? "csv");
  const isWatched = target !== null && process.stderr.isTTY === true && options.json !== true;
  const total = isWatched ? (await client.call("cdr.count", { filter: params.filter })).count : 0;
  const watch = watchLines(isWatched ? total : null);
  const source = Readable.fromWeb((await client.download(params)) as never);
  if (target === null) {
    await write([source, watch.stream], options, process.stdout);
    if (hasEnd) watch.requireEnd();
    return;
  }
  const { file } = target;
  await write([source, watch.stream], options, target.stream());
  // Without its end in the file, a connection that breaks off is a fault by itself.
  const calls = hasEnd ? watch.requireEnd() : null;
  await target.keep();
  if (options.json === true) output.printJson({ file, ...(calls === null ? {} : { calls }) });
  else output.print(calls === null ? file : `${file}: ${calls} CDRs`);
}

/** A file that gets its name only when it is whole. */
interface Target {
  file: string;
  stream(): Writable;
  keep(): Promise<void>;
  drop(): Promise<void>;
}

/** @throws EngineError `invalid-params` when the file cannot be written */
async function openTarget(file: string): Promise<Target> {
  const refused = (why: string, cause?: unknown) =>
    engineError("invalid-params", `--output ${file} cannot be written: ${why}.`, {
      path: "output",
      hint: "Name a file in a folder that is there and that you may write to.",
      cause,
    });
  const there = await stat(file).catch(() => null);
  if (there?.isDirectory() === true) throw refused("it is a folder");
  const unfinished = `${file}.unfinished`;
  const handle = await open(unfinished, "w").catch((cause: unknown) => {
    throw refused(cause instanceof Error ? cause.message : String(cause), cause);
  });
  return {
    file,
    stream: () => handle.createWriteStream(),
    keep: () => rename(unfinished, file),
    async drop() {
      await handle.close();
      await rm(unfinished, { force: true });
    },
  };
}

/** Standard output is left open for whoever comes after. */
async function write(
  [source, watch]: [Readable, Transform],
  options: ExportOptions,
  target: Writable,
): Promise<void> {
  const end = target !== process.stdout;
  if (options.gzip === true) await pipeline(source, watch, createGzip(), target, { end });
  else await pipeline(source, watch, target, { end });
}

const TAIL_BYTES = 4096;
const PROGRESS_EVERY = 20_000;
const LINE_FEED = 0x0a;

/** Lets the bytes through, keeps their end, and says on a terminal how far it is. */
function watchLines(total: number | null) {
  let tail = Buffer.alloc(0);
  let lines = 0;
  let said = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const byte of chunk) if (byte === LINE_FEED) lines += 1;
      tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
      if (total !== null && lines - said >= PROGRESS_EVERY) {
        said = lines;
        process.stderr.write(`\r${lines} of ${total} CDRs`);
      }
      done(null, chunk);
    },
    flush(done) {
      if (said > 0) process.stderr.write("\r\u001B[K");
      done();
    },
  });
  /** How many CDRs the end of the export names. */
  function requireEnd(): number {
    const calls = /(?:#end,calls=|"calls":)(\d+)\}?\s*$/.exec(tail.toString("utf8"))?.[1];
    if (calls !== undefined) return Number(calls);
    throw engineError("store-unavailable", "The export broke off before its end.", {
      hint: "Run it again, with --after and the id of its last whole line.",
    });
  }
  return { stream, requireEnd };
}
