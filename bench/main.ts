// npm run bench -- NAME: runs one benchmark; without a name it lists them.
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const [name, ...rest] = process.argv.slice(2);
const known = readdirSync(folder)
  .filter(
    (file) =>
      file.endsWith(".ts") &&
      file !== "main.ts" &&
      !file.startsWith("bare-") &&
      !["index-bytes.ts", "measure.ts"].includes(file),
  )
  .map((file) => file.slice(0, -".ts".length));

if (name === undefined || !existsSync(new URL(`./${name}.ts`, import.meta.url))) {
  process.stdout.write(`benchmarks: ${known.join(", ")}\n`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  process.argv.splice(2, 1 + rest.length, ...rest);
  await import(`./${name}.ts`);
}
