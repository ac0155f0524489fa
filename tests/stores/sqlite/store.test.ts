import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { openThreadedSqliteStore } from "../../../src/stores/sqlite/threads/store.ts";
import { storeContract } from "../contracts/store-contract.ts";
import { createThreadPool } from "./thread-pool.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-sqlite-"));
let files = 0;

const threads = createThreadPool();
afterAll(async () => {
  await threads.close();
  rmSync(folder, { recursive: true, force: true });
});

storeContract("SQLite in memory", (indexedExtraFields = []) =>
  openSqliteStore({ path: ":memory:", indexedExtraFields }),
);

storeContract("SQLite on a file, in threads", (indexedExtraFields = []) => {
  files += 1;
  return openThreadedSqliteStore({
    path: join(folder, "new", `${files}.db`),
    indexedExtraFields,
    startWorker: threads.startWorker,
  });
});
