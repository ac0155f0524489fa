// Small facts under a name in SQLite, each kept once: the first that was kept stays.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../cdr/json.ts";

export function factTable(database: Database) {
  const insert = database.prepare<[string, string]>(
    "INSERT INTO fact (name, fact) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const select = database.prepare<[string], { fact: string }>(
    "SELECT fact FROM fact WHERE name = ?",
  );
  return {
    keepFirst(name: string, fact: JsonObject): JsonObject {
      insert.run(name, JSON.stringify(fact));
      const kept = select.get(name);
      if (kept === undefined) throw new Error(`the fact ${name} was kept and is not there`);
      return JSON.parse(kept.fact) as JsonObject;
    },
    getFact(name: string): JsonObject | null {
      const kept = select.get(name);
      return kept === undefined ? null : (JSON.parse(kept.fact) as JsonObject);
    },
  };
}
