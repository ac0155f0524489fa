// Schema 19: users, their sessions and tokens.
import type { SqliteStep } from "../../runner.ts";

const TABLE = `
CREATE TABLE login (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  version INTEGER NOT NULL,
  ends_at_ms INTEGER,
  content TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT;
CREATE INDEX login_owner ON login (kind, owner, name);
CREATE INDEX login_end ON login (kind, ends_at_ms) WHERE ends_at_ms IS NOT NULL;
`;

export const logins: SqliteStep = {
  number: 19,
  title: "users, sessions and tokens have a table",
  runs: "beside",
  run: (database) => database.exec(TABLE),
};
