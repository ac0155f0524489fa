// npm start: installs and builds when needed, then serves.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, install, root } from "./prepare.mjs";

install();
build();
process.argv.splice(2, 0, "serve");
await import(pathToFileURL(join(root, "dist/main.js")).href);
