import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { storeContract } from "../contracts/store-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-sqlite-"));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeContract("SQLite in memory", (indexedExtraFields = []) =>
  openSqliteStore({ path: ":memory:", indexedExtraFields }),
);

storeContract("SQLite on a file", (indexedExtraFields = []) => {
  files += 1;
  return openSqliteStore({ path: join(folder, "new", `${files}.db`), indexedExtraFields });
});
