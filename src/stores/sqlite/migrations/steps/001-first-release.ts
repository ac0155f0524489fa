// Schema 1: the tables of release 0.1.0, as it created them. Frozen: a later change is a later step.
import type { SqliteStep } from "../runner.ts";

const TABLES = `
CREATE TABLE cdr (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  source TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  call_ms INTEGER NOT NULL,
  setup_key_ms INTEGER NOT NULL,
  leg TEXT, call_id TEXT, batch_id TEXT, batch_line INTEGER, billed_sides TEXT, rule_set TEXT,
  account TEXT NOT NULL,
  subject TEXT NOT NULL,
  category TEXT NOT NULL,
  destination TEXT NOT NULL,
  usage INTEGER NOT NULL,
  is_timed INTEGER NOT NULL,
  pdd_ms INTEGER,
  answer_ms INTEGER, setup_ms INTEGER,
  disconnect_cause TEXT,
  content_hash TEXT NOT NULL,
  revision INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT, tariff_version TEXT, normalized TEXT NOT NULL, country TEXT,
  prefix TEXT, destination_name TEXT, carrier TEXT, carrier_key TEXT,
  currency TEXT, buy_currency TEXT,
  sell_units INTEGER, sell_parts INTEGER,
  buy_units INTEGER, buy_parts INTEGER,
  margin_units INTEGER, margin_parts INTEGER,
  has_long_amount INTEGER NOT NULL,
  primary_fields TEXT NOT NULL,
  extra TEXT NOT NULL,
  rating TEXT NOT NULL
) STRICT;
CREATE INDEX cdr_by_time ON cdr (call_ms, id);
CREATE INDEX cdr_by_tenant ON cdr (tenant, call_ms, id);
CREATE INDEX cdr_by_account ON cdr (tenant, account, call_ms, id);
CREATE INDEX cdr_by_leading_digits ON cdr (tenant, substr(normalized, 1, 3), call_ms, id);
CREATE INDEX cdr_by_outcome ON cdr (tenant, outcome, call_ms, id);
CREATE INDEX cdr_by_batch ON cdr (tenant, batch_id, call_ms, id) WHERE batch_id IS NOT NULL;

CREATE TABLE cdr_history (
  seq INTEGER NOT NULL REFERENCES cdr (seq),
  revision INTEGER NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (seq, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE suspense (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  format TEXT NOT NULL,
  content_type TEXT, query TEXT,
  bytes BLOB NOT NULL,
  received_ms INTEGER NOT NULL,
  tenant TEXT, cdr_id TEXT, batch_id TEXT, batch_line INTEGER
) STRICT;
CREATE INDEX suspense_by_time ON suspense (received_ms, id);
CREATE INDEX suspense_by_tenant ON suspense (tenant, received_ms, id);

CREATE TABLE tariff (
  version TEXT PRIMARY KEY,
  loaded_ms INTEGER NOT NULL,
  description TEXT NOT NULL
) STRICT;
CREATE INDEX tariff_by_time ON tariff (loaded_ms, version);
CREATE TABLE tariff_content (hash BLOB PRIMARY KEY, content TEXT NOT NULL) STRICT;
CREATE TABLE tariff_file (
  version TEXT NOT NULL REFERENCES tariff (version),
  name TEXT NOT NULL,
  hash BLOB NOT NULL REFERENCES tariff_content (hash),
  PRIMARY KEY (version, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE activation (
  tenant TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  version TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  activated_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment (
  tenant TEXT NOT NULL,
  account TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  voip_plan TEXT NOT NULL,
  numbering TEXT,
  set_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, account, from_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact (name TEXT PRIMARY KEY, fact TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX job_by_time ON job (created_ms, id);
CREATE TABLE job_line (
  job INTEGER NOT NULL REFERENCES job (seq),
  list TEXT NOT NULL,
  number INTEGER NOT NULL,
  hash TEXT NOT NULL,
  line TEXT NOT NULL,
  UNIQUE (job, list, number)
) STRICT;

CREATE TABLE heartbeat (only INTEGER PRIMARY KEY CHECK (only = 1), beats INTEGER NOT NULL) STRICT;
INSERT INTO heartbeat VALUES (1, 0);
`;

export const firstRelease: SqliteStep = {
  number: 1,
  title: "the tables of release 0.1.0",
  runs: "beside",
  run: (database) => database.exec(TABLES),
};
