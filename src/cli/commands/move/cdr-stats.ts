// cdrate move cdr-stats: plans, rates, bans, providers and account codes of CDR-Stats as a native tariff.
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { Command } from "commander";
import { withForeignTables } from "../../../compose/foreign-tables.ts";
import { createInlineCompiler } from "../../../engine/tariffs/inline-compiler.ts";
import { engineError } from "../../../errors.ts";
import { readCsvTable } from "../../../tariffs/cdr-stats/csv.ts";
import {
  type AddedRates,
  type MovedFolder,
  moveCdrStats,
} from "../../../tariffs/cdr-stats/folder.ts";
import {
  type CdrStatsTables,
  columnsRead,
  NEEDED_TABLES,
  namesOfTable,
  TABLE_NAMES,
  type TableName,
  type TableRow,
  tableNamed,
} from "../../../tariffs/cdr-stats/tables.ts";
import type { CommandParts } from "../../command-parts.ts";
import { wholeNumberOf } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";

interface MoveOptions {
  to: string;
  currency: string;
  tenant: string;
  timeZone: string;
  retail: string[];
  carrier: string[];
  prefixMin?: number;
  prefixMax?: number;
  passwordEnv?: string;
  tls?: boolean;
  json?: boolean;
}

const several = (value: string, before: string[]) => [...before, value];

export function addMoveCommands(program: Command, parts: CommandParts): void {
  const move = program.command("move").description("bring what another system has over");
  move
    .command("cdr-stats [source]")
    .description(
      "its plans, rates, bans, providers and account codes as a tariff folder that prices as it does; SOURCE: a folder with CSV exports of its tables, or the URL of its data base",
    )
    .requiredOption("--to <folder>", "the new tariff folder")
    .requiredOption("--currency <currency>", "of its rates, e.g. EUR")
    .option("--tenant <tenant>", "of the tariff", "cgrates.org")
    .option("--time-zone <zone>", "of the tariff", "UTC")
    .option("--retail <plan=file>", "add a rate file of two columns to a retail plan", several, [])
    .option("--carrier <plan=file>", "the same for a carrier plan", several, [])
    .option("--prefix-min <digits>", "its PREFIX_LIMIT_MIN; else 2", wholeNumberOf("prefix-min"))
    .option("--prefix-max <digits>", "its PREFIX_LIMIT_MAX; else 5", wholeNumberOf("prefix-max"))
    .option("--password-env <name>", "a variable that has the password of the data base")
    .option("--tls", "the data base is asked over TLS, with a good certificate")
    .option("--json", "answer as JSON")
    .action(async (source: string | undefined, options: MoveOptions) => {
      await requireNew(options.to);
      const tables = source === undefined ? {} : await tablesOf(source, options);
      const moved = moveCdrStats(tables, {
        ...options,
        window: windowOf(options),
        added: [
          ...(await addedRates("retail", options.retail)),
          ...(await addedRates("carrier", options.carrier)),
        ],
      });
      for (const [name, text] of Object.entries(moved.files)) {
        const path = join(options.to, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
      await report(moved, options, parts);
    });
}

function windowOf({ prefixMin, prefixMax }: MoveOptions) {
  if (prefixMin === undefined && prefixMax === undefined) return undefined;
  return { shortest: prefixMin ?? 2, longest: prefixMax ?? 5 };
}

/** What stands in a folder is not written over. */
async function requireNew(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw engineError("invalid-params", `--to: ${folder} is no folder.`, { path: "to", cause });
  });
  if (entries.length === 0) return;
  throw engineError("invalid-params", `--to: ${folder} is not empty.`, {
    path: "to",
    hint: "Name a folder that is not there yet.",
  });
}

async function tablesOf(source: string, options: MoveOptions): Promise<CdrStatsTables> {
  const isUrl = /^(postgres(ql)?|mysql|mariadb):\/\/|^sqlite:/.test(source);
  const tables = isUrl ? await tablesOfDatabase(source, options) : await tablesOfFolder(source);
  const missing = NEEDED_TABLES.filter((name) => tables[name] === undefined);
  if (missing.length === 0) return tables;
  throw engineError(
    "invalid-params",
    `${isUrl ? "The data base" : source} has no table ${missing.join(", ")}.`,
    {
      path: "source",
      hint: "Export each as NAME.csv with its column names: \\copy NAME TO 'NAME.csv' CSV HEADER",
    },
  );
}

async function tablesOfFolder(folder: string): Promise<CdrStatsTables> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw engineError("not-found", `There is no folder ${folder}.`, { path: "source" });
  const tables: Partial<Record<TableName, readonly TableRow[]>> = {};
  for (const file of (await readdir(folder)).sort()) {
    const table = extname(file).toLowerCase() === ".csv" ? tableNamed(file.slice(0, -4)) : null;
    if (table === null) continue;
    if (tables[table] !== undefined) {
      throw engineError("invalid-params", `${folder} has two files of ${table}.`, {
        path: "source",
      });
    }
    const read = readCsvTable(table, await readFile(join(folder, file), "utf8"));
    if (!read.ok) {
      throw engineError("invalid-params", `${join(folder, file)}: ${read.message}.`, {
        path: "source",
      });
    }
    tables[table] = read.rows;
  }
  return tables;
}

async function tablesOfDatabase(url: string, options: MoveOptions): Promise<CdrStatsTables> {
  const place = { url, secretEnv: options.passwordEnv, tls: options.tls ?? false };
  return withForeignTables(place, async ({ columnsOf, rows }) => {
    const tables: Partial<Record<TableName, readonly TableRow[]>> = {};
    for (const table of TABLE_NAMES) {
      for (const name of namesOfTable(table)) {
        const has = await columnsOf(name);
        if (has === null) continue;
        const columns = columnsRead(table, has);
        if (typeof columns === "string") {
          throw engineError("invalid-params", `${name}: ${columns}.`, { path: "source" });
        }
        tables[table] = await rows(name, columns);
        break;
      }
    }
    return tables;
  });
}

/** `plan=file`, or a file alone, whose name is the plan's. */
async function addedRates(side: AddedRates["side"], given: string[]): Promise<AddedRates[]> {
  return Promise.all(
    given.map(async (text) => {
      const at = text.indexOf("=");
      const file = text.slice(at + 1);
      const plan = at < 0 ? basename(file, extname(file)) : text.slice(0, at);
      return { side, plan, file, text: await readFile(file, "utf8") };
    }),
  );
}

const SHOWN_REFUSED = 20;

async function report(
  { files, notes, added }: MovedFolder,
  { to, json }: MoveOptions,
  { output, exit }: CommandParts,
): Promise<void> {
  const checked = await createInlineCompiler().check(files);
  if (!checked.ok) exit(EXIT.faults);
  const faults = checked.ok ? [] : checked.faults;
  const warnings = checked.ok ? checked.warnings : [];
  const counts = checked.ok ? checked.facts.counts : {};
  if (json === true) {
    return output.printJson({ folder: to, ok: checked.ok, counts, notes, added, faults, warnings });
  }
  for (const { file, line, column, severity, code, message } of [...faults, ...warnings]) {
    output.print(`${file}:${line}:${column} ${severity} ${code}: ${message}`);
  }
  for (const { file, plan, rates, refused } of added) {
    output.print(`${file}: ${rates} rates to plan ${plan}, ${refused.length} rows refused`);
    for (const { line, text, reason } of refused.slice(0, SHOWN_REFUSED)) {
      output.print(`  line ${line}: ${text}: ${reason}`);
    }
  }
  for (const note of notes) output.print(`note: ${note}`);
  const told = ["voipPlans", "retailPlans", "carrierPlans", "banPlans", "rates", "accounts"];
  output.print(
    `written to ${to}: ${told.map((name) => `${name} ${counts[name] ?? 0}`).join(", ")}`,
  );
}
