// Makes a clone ready: installs the packages when they are missing or older than the lock file.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Runs a command in the project; ends this process with its exit code when it fails. */
export function run(command, args, remedy) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  if (error) process.stderr.write(`${command}: ${error.message}\n`);
  if (remedy) process.stderr.write(`\n${remedy}\n`);
  process.exit(status ?? 1);
}

const INSTALL_REMEDY = [
  "The packages could not be installed. If better-sqlite3 is what failed, it found no prebuilt",
  "binary for this machine and could not compile one. Either remedy will do:",
  "  1. install a C++ compiler, make and Python 3 (Debian: apt-get install build-essential python3);",
  "  2. use a Node release that has prebuilt binaries (20, 22 or 24 on Linux, macOS or Windows)",
  "     and a network that may download them.",
].join("\n");

export function install() {
  const installed = modified(join(root, "node_modules/.package-lock.json"));
  if (installed >= modified(join(root, "package-lock.json"))) return;
  process.stderr.write("Installing packages (a minute or two when SQLite must be compiled) …\n");
  // Not `npm ci`: that refuses a lock file that lacks the binaries of some other platform, which
  // not every registry mirror carries. The versions are those of the lock file either way.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund"], INSTALL_REMEDY);
}

/** Builds src/ into dist/ when a source is newer than the last build. */
export function build() {
  const newest = readdirSync(join(root, "src"), { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .reduce((latest, name) => Math.max(latest, modified(join(root, "src", name))), 0);
  if (modified(join(root, "dist/main.js")) > newest) return;
  process.stderr.write("Building …\n");
  run(process.execPath, [join(root, "scripts/build.mjs")]);
}
