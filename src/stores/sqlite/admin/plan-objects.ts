// Objects of stored tariff plans, in SQLite.
import type { Database } from "better-sqlite3";
import type { PlanObject, PlanObjectKey, PlanObjectPage } from "../../ports/tariffs.ts";

export interface PlanObjectRow extends PlanObjectKey {
  body: Buffer;
}

export function toPlanObject({ body, ...key }: PlanObjectRow): PlanObject {
  return { ...key, body: new Uint8Array(body) };
}

export function planObjectTable(database: Database) {
  const upsert = database.prepare<[PlanObjectRow]>(
    `INSERT INTO plan_object (plan, kind, name, body) VALUES (@plan, @kind, @name, @body)
     ON CONFLICT (plan, kind, name) DO UPDATE SET body = excluded.body`,
  );
  const one = database.prepare<[PlanObjectKey], PlanObjectRow>(
    "SELECT * FROM plan_object WHERE plan = @plan AND kind = @kind AND name = @name",
  );
  const some = (what: string) =>
    `SELECT ${what} FROM plan_object WHERE plan = @plan AND kind = @kind AND name > @after
     ORDER BY name LIMIT @limit`;
  const page = database.prepare<[Required<PlanObjectPage>], PlanObjectRow>(some("*"));
  const names = database.prepare<[Required<PlanObjectPage>], string>(some("name")).pluck();
  // One step in the index a plan, however many objects each has.
  const nextPlan = database
    .prepare<[string], string | null>("SELECT min(plan) FROM plan_object WHERE plan > ?")
    .pluck();
  const put = database.transaction((objects: readonly PlanObject[]): void => {
    for (const { body, ...key } of objects) upsert.run({ ...key, body: Buffer.from(body) });
  });

  return {
    put: (objects: readonly PlanObject[]): void => put.immediate(objects),
    get(key: PlanObjectKey): PlanObject | null {
      const row = one.get(key);
      return row === undefined ? null : toPlanObject(row);
    },
    list: (query: PlanObjectPage): PlanObject[] =>
      page.all({ after: "", ...query }).map(toPlanObject),
    names: (query: PlanObjectPage): string[] => names.all({ after: "", ...query }),
    plans(): string[] {
      const found: string[] = [];
      for (let plan = nextPlan.get(""); plan; plan = nextPlan.get(plan)) found.push(plan);
      return found;
    },
    remove({ plan, kind, name }: { plan: string; kind?: string; name?: string }): void {
      const conditions = ["plan = ?", kind === undefined ? "" : "kind = ?"];
      conditions.push(name === undefined ? "" : "name = ?");
      const where = conditions.filter((condition) => condition !== "").join(" AND ");
      const values = [plan, kind, name].filter((value) => value !== undefined);
      database.prepare(`DELETE FROM plan_object WHERE ${where}`).run(...values);
    },
  };
}
