// `npm run openrpc:examples`: writes what the examples of the methods answer now.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exampleResults } from "./example-results.ts";

const FILE = fileURLToPath(new URL("../../src/rpc/examples.json", import.meta.url));
writeFileSync(FILE, `${JSON.stringify(await exampleResults(), null, 1)}\n`);
