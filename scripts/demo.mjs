// npm run demo: rates a bundled set of CDRs in memory and prints a table.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, install, root } from "./prepare.mjs";

install();
build();
process.argv.splice(2, 0, "demo");
await import(pathToFileURL(join(root, "dist/main.js")).href);
