// The process that the test of changes kills: inserts and revises for ever by a clock of its own,
// and says what is stored.
import { openMongoStore } from "../../src/stores/mongo/store.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import { sampleCdr, sampleRating } from "./contracts/sample-cdrs.ts";

const [url = "", name = "", offsetMs = "0"] = process.argv.slice(2);
const clock = () => Date.now() + Number(offsetMs);
const store = url.startsWith("mongodb:")
  ? await openMongoStore({ url, clock })
  : await openSqliteStore({ path: url, clock });
for (let batch = 0; ; batch += 1) {
  const cdrs = [0, 1, 2].map((n) =>
    sampleCdr(`${name}-${batch}-${n}`, {
      cdr: { receivedAtMs: clock() },
      rating: { ratedAtMs: clock() },
    }),
  );
  await store.cdrs.insert(cdrs);
  const [revised] = cdrs;
  if (revised === undefined) throw new Error("no CDR");
  const rating = sampleRating({ revision: 2, ratedAtMs: clock() });
  const { id, tenant } = revised;
  await store.cdrs.revise([{ id, tenant, expectedRevision: 1, rating, atMs: clock() }]);
  process.stdout.write(`${batch}\n`);
}
