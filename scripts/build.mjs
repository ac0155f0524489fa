// npm run build, its first half: src/ becomes a few files in dist/, since a program of many hundred files
// takes most of its start to find them. Types are neither checked nor written here.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { root } from "./prepare.mjs";

const source = join(root, "src");
const target = join(root, "dist");
/** What is started or imported by its path; all else is shared by these. */
const ENTRIES = [
  "main.ts",
  "client/client.ts",
  "compose/work-thread.ts",
  "engine/files/workbook/worker.ts",
  "engine/tariffs/worker.ts",
  "stores/sqlite/threads/worker.ts",
];

const { outputFiles } = await build({
  entryPoints: ENTRIES.map((name) => join(source, name)),
  outbase: source,
  outdir: target,
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  target: "node20.19",
  format: "esm",
  write: false,
});
// All at once, and only then what no file names any more: a program that starts meanwhile finds its own.
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
const made = new Set(outputFiles.map(({ path }) => path));
for (const name of readdirSync(target, { recursive: true, encoding: "utf8" })) {
  const path = join(target, name);
  if (name.endsWith(".js") && !made.has(path)) rmSync(path);
}
