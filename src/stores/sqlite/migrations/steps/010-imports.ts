// Schema 10: dialects, uploads and batches.
import type { SqliteStep } from "../runner.ts";

const TABLES = `
CREATE TABLE dialect (
  name TEXT PRIMARY KEY,
  dialect TEXT NOT NULL,
  tenants TEXT,
  set_ms INTEGER NOT NULL,
  set_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE upload (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  part_bytes INTEGER NOT NULL,
  name TEXT NOT NULL,
  sent_by TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_by_expiry ON upload (expires_ms);

CREATE TABLE upload_part (
  seq INTEGER PRIMARY KEY,
  upload TEXT NOT NULL,
  number INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (upload, number)
) STRICT;

CREATE TABLE batch (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  hash TEXT,
  tenants TEXT,
  created_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_by_time ON batch (created_ms, id);
CREATE INDEX batch_by_hash ON batch (hash, created_ms, id);
`;

export const imports: SqliteStep = {
  number: 10,
  title: "dialects, uploads and batches have tables",
  runs: "beside",
  run: (database) => database.exec(TABLES),
};
