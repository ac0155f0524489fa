// Goal: the shape of src/ holds: directions of imports, sizes, and no hidden clock, chance or
// environment in the pure folders. Method: read the import lines of every source file.
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const PURE = [
  "cdr",
  "money",
  "formats",
  "mediation",
  "numbering",
  "tariffs",
  "rating",
  "cgrates",
  "queries",
  "access",
  "tables",
  "rollups",
  "reports",
  "master",
];
const MOST_FILES_IN_A_ROOM = 15;

/** Folder or file → what it may import: folders and files of src, packages, `node:` modules. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "errors.ts": [],
  "event-loop.ts": [],
  "thread-errors.ts": ["errors.ts"],
  "program.ts": ["node:"],
  cdr: ["errors.ts"],
  money: ["errors.ts", "decimal.js"],
  numbering: ["cdr", "errors.ts", "libphonenumber-js", "zod"],
  formats: ["cdr", "tables", "errors.ts", "node:crypto"],
  mediation: [
    "cdr",
    "numbering",
    "formats",
    "errors.ts",
    "luxon",
    "zod",
    "node:crypto",
    "node:net",
  ],
  tariffs: [
    "cdr",
    "money",
    "numbering",
    "tables",
    "errors.ts",
    "decimal.js",
    "luxon",
    "yaml",
    "zod",
  ],
  rating: ["cdr", "money", "numbering", "tariffs", "errors.ts", "decimal.js", "luxon"],
  cgrates: ["cdr", "money", "tariffs", "errors.ts", "decimal.js", "luxon"],
  access: ["cdr", "queries", "errors.ts"],
  tables: ["cdr", "errors.ts", "zod"],
  queries: ["cdr", "money", "errors.ts", "decimal.js", "luxon"],
  rollups: ["cdr", "money", "queries", "node:crypto"],
  reports: ["cdr", "money", "mediation/cause-table.ts", "queries", "errors.ts"],
  master: [
    "cdr",
    "mediation/cause-table.ts",
    "queries/csv-text.ts",
    "reports/language/languages.ts",
    "tables",
    "zod",
  ],
  stores: [
    "cdr",
    "money",
    "queries",
    "rollups",
    "errors.ts",
    "event-loop.ts",
    "thread-errors.ts",
    "program.ts",
    "decimal.js",
    "luxon",
    "node:",
  ],
  engine: [
    ...PURE,
    "stores/store.ts",
    "stores/ports",
    "stores/migration.ts",
    "stores/sort-keys.ts",
    "errors.ts",
    "event-loop.ts",
    "thread-errors.ts",
    "program.ts",
    "node:",
    "read-excel-file",
    "write-excel-file",
    "fast-png",
  ],
  mail: ["engine/mailing/mail.ts", "errors.ts", "nodemailer", "zod", "node:"],
  rpc: [
    "access",
    "cdr",
    "numbering",
    "queries",
    "reports",
    "master",
    "formats",
    "tables",
    "stores/ports",
    "engine",
    "errors.ts",
    "event-loop.ts",
    "config",
    "fflate",
    "json-rpc-2.0",
    "yaml",
    "zod",
  ],
  "cgrates-api": [
    "access",
    "cdr",
    "cgrates",
    "formats",
    "mediation/content-hash.ts",
    "queries",
    "tariffs",
    "stores/ports",
    "engine",
    "rpc/budget",
    "rpc/method.ts",
    "rpc/request/call-log.ts",
    "errors.ts",
    "event-loop.ts",
    "ws",
    "node:",
  ],
  http: [
    "access",
    "cgrates-api",
    "rpc",
    "engine",
    "cdr",
    "formats",
    "mediation",
    "queries/html-text.ts",
    "errors.ts",
    "event-loop.ts",
    "config",
    "koa",
    "@koa/router",
    "koa-bodyparser",
    "prom-client",
    "node:",
  ],
  client: ["rpc", "errors.ts", "zod"],
  cli: [
    "access",
    "client",
    "compose",
    "config",
    "engine",
    "cdr",
    "tariffs",
    "numbering",
    "formats",
    "rpc",
    "reports",
    "master",
    "queries/csv-text.ts",
    "queries/written-time.ts",
    "http/access",
    "errors.ts",
    "program.ts",
    "commander",
    "yaml",
    "zod",
    "node:",
  ],
  tls: ["engine", "errors.ts", "zod", "node:"],
  feeds: [
    "ws",
    "event-loop.ts",
    "tls",
    "access",
    "cdr",
    "formats",
    "tables",
    "mediation",
    "stores/store.ts",
    "stores/ports",
    "engine",
    "errors.ts",
    "event-loop.ts",
    "zod",
    "node:",
  ],
  outputs: [
    "access",
    "cdr",
    "queries",
    "stores/ports",
    "engine",
    "feeds",
    "rpc/cdr-view.ts",
    "errors.ts",
    "luxon",
    "zod",
    "node:",
  ],
  config: [
    "access",
    "tls/settings.ts",
    "tls/listen.ts",
    "feeds/settings.ts",
    "outputs/settings.ts",
    "outputs/targets/settings.ts",
    "outputs/exports/settings.ts",
    "mail/settings.ts",
    "master/fields.ts",
    "mediation",
    "tariffs/gates.ts",
    "errors.ts",
    "yaml",
    "zod",
    "node:",
  ],
  compose: [
    "access",
    "tls",
    "config",
    "errors.ts",
    "engine",
    "feeds",
    "outputs",
    "mail",
    "mediation",
    "stores",
    "rpc",
    "cgrates-api",
    "http",
    "program.ts",
    "pino",
    "node:",
  ],
  "main.ts": ["cli"],
};
/** Rooms of engine/ in their order: each may import those of the groups before it, and itself. */
const ENGINE_ORDER = [
  ["log"],
  ["mailing"],
  ["people"],
  ["master"],
  ["files"],
  ["tariffs"],
  ["live"],
  ["jobs"],
  ["pricing"],
  ["stretches"],
  ["records", "finding"],
  ["intake"],
  ["imports"],
  ["reports"],
  ["periods"],
  ["compare", "rerate", "audit", "retention"],
  ["privacy"],
  ["backtest"],
  ["gates"],
  ["searches", "exports"],
  ["schedules"],
  ["doctor"],
];
/** What edges take of engine/ beside types: tables, pure functions, and work without a store. */
const VALUES_FOR_EDGES = [
  "AUDIT_CHECKS",
  "BATCH_STATES",
  "EXPORT_STATES",
  "DIMENSIONS",
  "DOCTOR_CHECKS",
  "LEVELS",
  "PACKAGE_VERSION",
  "RETENTION_KINDS",
  "SECRET_PREFIX",
  "WORKING",
  "closedRows",
  "compareParameters",
  "comparedVersions",
  "createBacktestReport",
  "createInlineCompiler",
  "createRerateTotals",
  "createRunningComparison",
  "decoyHash",
  "hashPassword",
  "hostFindings",
  "inOrder",
  "isComplete",
  "normalizeInline",
  "notWell",
  "passwordMatches",
  "priceByFolder",
  "readArrival",
  "readTariffFiles",
  "rowsUnmet",
  "semanticsOf",
  "tableWorkbook",
  "unpricedHint",
  "withUsage",
  "worstOf",
];
/** Drivers: each in the adapter of its name only. */
const DRIVERS: Record<string, string> = {
  "stores/sqlite/": "better-sqlite3",
  "stores/mongo/": "mongodb",
  "feeds/sql/sqlite.ts": "better-sqlite3",
  "feeds/sql/mysql.ts": "mysql2",
  "feeds/sql/postgresql.ts": "pg",
  "feeds/mongodb/": "mongodb",
  "mail/": "nodemailer",
};

const BANNED_IN_PURE: { pattern: RegExp; instead: string }[] = [
  { pattern: /\bDate\.now\b/, instead: "a time that is passed in" },
  { pattern: /\bnew Date\(\s*\)/, instead: "a time that is passed in" },
  { pattern: /\bDateTime\.(now|local|utc)\(\s*\)/, instead: "a time that is passed in" },
  { pattern: /\bMath\.random\b/, instead: "a seed that is passed in" },
  { pattern: /\bprocess\./, instead: "a setting that is passed in" },
  { pattern: /\bparseFloat\b/, instead: "decimal text or Number of a checked text" },
];

interface SourceFile {
  /** Relative to src, with forward slashes. */
  name: string;
  text: string;
  imports: string[];
}

const files: SourceFile[] = (readdirSync(SRC, { recursive: true }) as string[])
  .filter((name) => name.endsWith(".ts"))
  .map((found) => {
    const name = found.replaceAll("\\", "/");
    const text = readFileSync(join(SRC, name), "utf8");
    const imports = [...text.matchAll(/(?:from|import)\s+"([^"]+)"|import\("([^"]+)"\)/g)].map(
      (match) => match[1] ?? match[2] ?? "",
    );
    return { name, text, imports };
  });

const roomOf = (name: string): string => (name.includes("/") ? (name.split("/")[0] ?? "") : name);

/** A relative import as a path in src; a package by its name; `node:x` as it is. */
function target(file: SourceFile, specifier: string): string {
  if (specifier.startsWith(".")) return normalize(join(dirname(file.name), specifier));
  if (builtinModules.includes(specifier)) return `node:${specifier}`;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
}

function isAllowed(file: SourceFile, specifier: string): boolean {
  const room = roomOf(file.name);
  const to = target(file, specifier);
  if (specifier.startsWith(".") && roomOf(to) === room) return true;
  const driver = Object.entries(DRIVERS).find(([start]) => file.name.startsWith(start));
  if (driver?.[1] === to) return true;
  return (MAY_IMPORT[room] ?? []).some(
    (allowed) =>
      to === allowed ||
      to.startsWith(`${allowed}/`) ||
      (allowed === "node:" && to.startsWith("node:")),
  );
}

describe("architecture", () => {
  it("reads the sources", () => {
    expect(files.length).toBeGreaterThan(60);
  });

  it("imports go in the directions of the table", () => {
    const breaches = files.flatMap((file) =>
      file.imports
        .filter((specifier) => !isAllowed(file, specifier))
        .map((specifier) => `${file.name} may not import ${specifier}`),
    );
    expect(breaches).toEqual([]);
  });

  it("the rooms of engine/ import only those before them, and never engine.ts", () => {
    const rank = (room: string) => ENGINE_ORDER.findIndex((group) => group.includes(room));
    const breaches = files
      .filter(({ name }) => name.split("/").length > 2 && name.startsWith("engine/"))
      .flatMap((file) => {
        const [, own = ""] = file.name.split("/");
        if (rank(own) < 0) return [`${file.name}: engine/${own}/ is not in the order`];
        return file.imports
          .map((specifier) => target(file, specifier))
          .filter((to) => to.startsWith("engine/"))
          .filter((to) => {
            const [, room = ""] = to.split("/");
            if (to === "engine/engine.ts") return true;
            return room !== own && to.split("/").length > 2 && rank(room) >= rank(own);
          })
          .map((to) => `${file.name} may not import ${to}`);
      });
    expect(breaches).toEqual([]);
  });

  it("edges know use cases of the engine, and neither its store nor who composes it", () => {
    const reaching =
      /\bengine\??\.(store|rating)\b|\b(ComposedEngine|RateBatchParts)\b|\b(store|rating)\b[^}\n]*\} = .*\bengine\b/;
    const breaches = files
      .filter(({ name }) => ["rpc", "cgrates-api", "http", "cli"].includes(roomOf(name)))
      .flatMap(({ name, text }) =>
        text
          .split("\n")
          .filter((line) => reaching.test(line))
          .map((line) => `${name}: ${line.trim()}`),
      );
    expect(breaches).toEqual([]);
  });

  it("edges take types of the rooms of engine/, and values that hold no store", () => {
    const imports = /import (?!type)\{([^}]*)\} from "([^"]+)"/g;
    const breaches = files
      .filter(({ name }) => ["rpc", "cgrates-api", "http", "cli"].includes(roomOf(name)))
      .flatMap((file) =>
        [...file.text.matchAll(imports)]
          .filter(([, , from = ""]) => roomOf(target(file, from)) === "engine")
          .flatMap(([, names = ""]) => names.split(",").map((name) => name.trim()))
          .filter((name) => name !== "" && !name.startsWith("type "))
          .filter((name) => !VALUES_FOR_EDGES.includes(name))
          .map((name) => `${file.name} may not import the value ${name} of engine/`),
      );
    expect(breaches).toEqual([]);
  });

  it("every file but the entries is imported by another", () => {
    const entries = new Set([
      "main.ts",
      "engine/tariffs/worker.ts",
      "engine/files/workbook/worker.ts",
      "stores/sqlite/threads/worker.ts",
      "compose/work-thread.ts",
      "client/client.ts",
    ]);
    const imported = new Set(
      files.flatMap((file) =>
        file.imports.filter((one) => one.startsWith(".")).map((one) => target(file, one)),
      ),
    );
    expect(
      files.map((file) => file.name).filter((name) => !imported.has(name) && !entries.has(name)),
    ).toEqual([]);
  });

  it("no file imports itself by way of others", () => {
    const importsOf = new Map(
      files.map((file) => [
        file.name,
        file.imports.filter((one) => one.startsWith(".")).map((one) => target(file, one)),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (name: string, way: readonly string[]): void => {
      if (way.includes(name)) {
        circles.push([...way.slice(way.indexOf(name)), name].join(" → "));
        return;
      }
      if (done.has(name)) return;
      for (const next of importsOf.get(name) ?? []) visit(next, [...way, name]);
      done.add(name);
    };
    for (const { name } of files) visit(name, []);
    expect(circles).toEqual([]);
  });

  it("no file is over 350 lines, data tables apart", () => {
    const long = files
      .filter(({ name }) => !/^numbering\/(tables|data)\//.test(name))
      .map(({ name, text }) => ({ name, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });

  it("a room has at most 15 files; beyond that it gets rooms of its own", () => {
    const counts = new Map<string, number>();
    for (const { name } of files) {
      const room = dirname(name);
      counts.set(room, (counts.get(room) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > MOST_FILES_IN_A_ROOM)).toEqual([]);
  });

  it("a file does not repeat the name of its room", () => {
    const repeating = files
      .map(({ name }) => name.replace(/\.ts$/, "").split("/"))
      .filter((path) => {
        const [room, file] = path.slice(-2);
        return path.length > 1 && file !== room && file?.split("-").includes(room ?? "");
      });
    expect(repeating.map((path) => path.join("/"))).toEqual([]);
  });

  it("the pure folders have no clock, chance or environment of their own", () => {
    const breaches = files
      .filter((file) => PURE.includes(roomOf(file.name)))
      .flatMap((file) =>
        BANNED_IN_PURE.filter(({ pattern }) => pattern.test(file.text)).map(
          ({ pattern, instead }) => `${file.name}: ${pattern.source} is banned, use ${instead}`,
        ),
      );
    expect(breaches).toEqual([]);
  });

  it("native pricing and CGRateS's know nothing of each other", () => {
    const crossing = files.flatMap((file) =>
      file.imports
        .map((specifier) => [roomOf(file.name), roomOf(target(file, specifier))].join(" → "))
        .filter((pair) => pair === "rating → cgrates" || pair === "cgrates → rating"),
    );
    expect(crossing).toEqual([]);
  });

  it("no room is named for leftovers", () => {
    const leftovers = files.filter(({ name }) =>
      /(^|\/)(utils?|helpers?|common|misc|types|constants)(\.ts|\/)/.test(name),
    );
    expect(leftovers.map((file) => file.name)).toEqual([]);
  });
});
