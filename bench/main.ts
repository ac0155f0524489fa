// npm run bench -- NAME…: runs benchmarks, one after the other; without a name it lists them. What follows
// the names goes to the last one.
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sayAims } from "./http/aims.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const known = readdirSync(folder)
  .filter(
    (file) => file.endsWith(".ts") && !["main.ts", "index-bytes.ts", "afar.ts"].includes(file),
  )
  .map((file) => file.slice(0, -".ts".length));

const given = process.argv.slice(2);
const isKnown = (name: string): boolean => existsSync(new URL(`./${name}.ts`, import.meta.url));
const firstOther = given.findIndex((name) => !isKnown(name));
const names = given.slice(0, firstOther < 0 ? given.length : firstOther);

if (names.length === 0) {
  process.stdout.write(`benchmarks: ${known.join(", ")}\n`);
  process.exitCode = given.length === 0 ? 0 : 2;
} else {
  process.argv.splice(2, given.length, ...given.slice(names.length));
  for (const name of names) await import(`./${name}.ts`);
  sayAims();
}
