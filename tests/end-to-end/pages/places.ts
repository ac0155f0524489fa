// Where the commands of the pages are run: a clone that was built, and a folder in which the package
// was installed. Both are made in a temporary folder from what `npm pack` puts into the package.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../program.ts";

/** The build of this source, which the tests' setup made, beside what else the package has. @returns the folder */
export function builtClone(parent: string): string {
  const clone = join(parent, "clone");
  mkdirSync(clone);
  const rest = ["README.md", "LICENSE", "NOTICE", "tariffs", "rpc-schema"];
  for (const name of ["package.json", "dist", ...rest]) {
    cpSync(join(ROOT, name), join(clone, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
  return clone;
}

/** What `npm install FILE.tgz` leaves: the packages it needs are those of this project. */
export function installedPackage(parent: string, clone: string): string {
  const folder = join(parent, "installed");
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  const packed = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const file = execFileSync("npm", packed, { cwd: clone, encoding: "utf8" }).trim();
  execFileSync("tar", ["xzf", file], { cwd: folder });
  cpSync(join(folder, "package"), join(modules, "cdrate"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name.startsWith(".") || name === "cdrate") continue;
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  const program = join(modules, "cdrate/dist/main.js");
  chmodSync(program, 0o755);
  symlinkSync(program, join(modules, ".bin/cdrate"));
  return folder;
}
