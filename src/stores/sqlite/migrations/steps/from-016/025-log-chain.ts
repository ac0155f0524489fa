// Schema 25: entries of the log of acts say from where and why, and each holds the hash of the one before.
import type { SqliteStep } from "../../runner.ts";

/** Null in what is there already: it was written before the chain. */
const COLUMNS = ["road TEXT", "address TEXT", "why TEXT", "sequence INTEGER"];
const HASHES = ["previous TEXT", "said TEXT", "salt TEXT", "hash TEXT"];

export const logChain: SqliteStep = {
  number: 25,
  title: "the log of acts is a chain of hashes",
  runs: "beside",
  run: (database) => {
    for (const column of [...COLUMNS, ...HASHES]) {
      database.exec(`ALTER TABLE admin_act ADD COLUMN ${column}`);
    }
  },
};
