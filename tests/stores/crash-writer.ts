// The process that the crash test kills: inserts batches for ever, and says which are stored.
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import { sampleCdr } from "./contracts/sample-cdrs.ts";

const [path = "", first = "0"] = process.argv.slice(2);
const store = await openSqliteStore({ path });
for (let batch = Number(first); ; batch += 1) {
  await store.cdrs.insert([0, 1, 2].map((n) => sampleCdr(`batch-${batch}-${n}`)));
  process.stdout.write(`${batch}\n`);
}
