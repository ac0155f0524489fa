// The process that the kill test kills: brings a file forward, the rewrite behind it too.
import { SQLITE_STEPS } from "../../../src/stores/sqlite/migrations/steps.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { rewriteStep } from "./later-steps.ts";

const [path = ""] = process.argv.slice(2);
process.stdout.write("begun\n");
const store = await openSqliteStore({
  path,
  steps: [...SQLITE_STEPS, rewriteStep()],
  migrates: true,
});
let state = await store.schemaState();
while (state.behind !== undefined) state = await store.tend();
await store.close();
