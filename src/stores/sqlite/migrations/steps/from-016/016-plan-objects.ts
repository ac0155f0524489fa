// Schema 16: objects of tariff plans that are stored beside the versions.
import type { SqliteStep } from "../../runner.ts";

const TABLE = `
CREATE TABLE plan_object (
  plan TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (plan, kind, name)
) STRICT;
`;

export const planObjects: SqliteStep = {
  number: 16,
  title: "objects of stored tariff plans have a table",
  runs: "beside",
  run: (database) => database.exec(TABLE),
};
