// Suspense, tariff versions, the activation time line and assignments in SQLite.
import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { Assignment } from "../../cdr/rating.ts";
import type { AccountStore } from "../ports/accounts.ts";
import type {
  Activation,
  NewActivation,
  TariffVersion,
  TariffVersionPage,
} from "../ports/tariffs.ts";
import { decodeListCursor, encodeListCursor } from "../sort-keys.ts";
import { ownedBy } from "./cdrs/filter.ts";

/** Tariff versions; a file's text is kept once, however many versions have it. */
export function tariffTable(database: Database) {
  type Files = Record<string, string>;
  const put = database.transaction((version: TariffVersion, files: Files, onto?: string) => {
    const { changes } = database
      .prepare("INSERT INTO tariff VALUES (?, ?, ?) ON CONFLICT (version) DO NOTHING")
      .run(version.version, version.loadedAtMs, JSON.stringify(version));
    if (changes === 0) return;
    const addContent = database.prepare(
      "INSERT INTO tariff_content VALUES (?, ?) ON CONFLICT (hash) DO NOTHING",
    );
    const addFile = database.prepare("INSERT INTO tariff_file VALUES (?, ?, ?)");
    database
      .prepare("INSERT INTO tariff_file SELECT ?, name, hash FROM tariff_file WHERE version = ?")
      .run(version.version, onto ?? "");
    for (const [name, content] of Object.entries(files)) {
      const hash = createHash("sha256").update(content).digest();
      addContent.run(hash, content);
      addFile.run(version.version, name, hash);
    }
  });

  function get(version: string): TariffVersion | null {
    const text = database
      .prepare("SELECT description FROM tariff WHERE version = ?")
      .pluck()
      .get(version);
    return text === undefined ? null : (JSON.parse(text as string) as TariffVersion);
  }

  function getFiles(version: string): Record<string, string> | null {
    if (get(version) === null) return null;
    const rows = database
      .prepare<[string], { name: string; content: string }>(
        `SELECT name, content FROM tariff_file JOIN tariff_content USING (hash)
         WHERE version = ? ORDER BY name`,
      )
      .all(version);
    return Object.fromEntries(rows.map((row) => [row.name, row.content]));
  }

  function textsOf(name: string): string[] {
    return database
      .prepare<{ name: string }, string>(
        `SELECT content FROM tariff_content WHERE hash IN (
           SELECT hash FROM tariff_file WHERE name = @name OR substr(name, -length(@name) - 1) = '/' || @name)`,
      )
      .pluck()
      .all({ name });
  }

  /** Latest loaded first. */
  function list(limit: number, cursor?: string): TariffVersionPage {
    const after = cursor === undefined ? undefined : decodeListCursor(cursor, 1);
    const rows = database
      .prepare<unknown[], { description: string }>(
        `SELECT description FROM tariff ${after ? "WHERE (loaded_ms, version) < (?, ?)" : ""}
         ORDER BY loaded_ms DESC, version DESC LIMIT ?`,
      )
      .all(...(after ?? []), limit + 1);
    const versions = rows
      .slice(0, limit)
      .map((row) => JSON.parse(row.description) as TariffVersion);
    const last = versions.at(-1);
    if (rows.length <= limit || last === undefined) return { versions };
    return { versions, nextCursor: encodeListCursor(last.loadedAtMs, [last.version]) };
  }

  return { put: put.immediate, get, getFiles, textsOf, list };
}

/** The activation time line: entries are only ever added, numbered per tenant. */
export function activationTable(database: Database) {
  function add(entry: NewActivation): Activation {
    const sequence = database
      .prepare("SELECT coalesce(max(sequence), 0) + 1 FROM activation WHERE tenant = ?")
      .pluck()
      .get(entry.tenant) as number;
    database
      .prepare("INSERT INTO activation VALUES (?, ?, ?, ?, ?)")
      .run(entry.tenant, sequence, entry.version, entry.fromMs, entry.activatedAtMs);
    return { ...entry, sequence };
  }
  const activate = database.transaction((entries: NewActivation[]) => entries.map(add));
  return {
    activate: activate.immediate,
    all: (): Activation[] =>
      database
        .prepare<[], Activation>(
          `SELECT tenant, version, from_ms AS fromMs, activated_ms AS activatedAtMs, sequence
           FROM activation ORDER BY tenant, from_ms, sequence`,
        )
        .all(),
    /** Entries are never changed, so their number is enough. */
    stamp: (): string => String(database.prepare("SELECT count(*) FROM activation").pluck().get()),
  };
}

export interface AssignmentRow {
  tenant: string;
  account: string;
  voip_plan: string;
  numbering: string | null;
  from_ms: number;
}

/** How the end of an assignment is written: no plan has this name, and the column takes no NULL. */
const NO_PLAN = "";

export function rowToAssignment(row: AssignmentRow): Assignment {
  return {
    tenant: row.tenant,
    account: row.account,
    voipPlan: row.voip_plan === NO_PLAN ? null : row.voip_plan,
    ...(row.numbering !== null && { numbering: row.numbering }),
    fromMs: row.from_ms,
  };
}

/** Dated assignments of accounts to VoIP plans. */
export function assignmentTable(database: Database) {
  function set(assignment: Assignment, atMs: number): void {
    database
      .prepare(
        `INSERT INTO assignment VALUES (@tenant, @account, @fromMs, @voipPlan, @numbering, @atMs)
         ON CONFLICT (tenant, account, from_ms) DO UPDATE
         SET voip_plan = excluded.voip_plan, numbering = excluded.numbering,
             set_ms = excluded.set_ms`,
      )
      .run({
        ...assignment,
        voipPlan: assignment.voipPlan ?? NO_PLAN,
        numbering: assignment.numbering ?? null,
        atMs,
      });
  }

  // Asked for every call that is priced: prepared once, and without the join for a single call.
  const selectOne = database.prepare<[string, string], AssignmentRow>(
    `SELECT tenant, account, voip_plan, numbering, from_ms FROM assignment
     WHERE tenant = ? AND account = ? ORDER BY from_ms`,
  );
  const selectMany = database.prepare<[string], AssignmentRow>(
    `WITH wanted AS
       (SELECT DISTINCT value ->> 0 AS tenant, value ->> 1 AS account FROM json_each(?))
     SELECT a.tenant, a.account, voip_plan, numbering, from_ms
     FROM wanted CROSS JOIN assignment a USING (tenant, account)
     ORDER BY from_ms, a.tenant, a.account`,
  );

  // Where accounts come with the tariff there is none, and nothing has to be joined.
  const selectAny = database.prepare("SELECT EXISTS (SELECT 1 FROM assignment)").pluck();

  function getFor(keys: { tenant: string; account: string }[]): Assignment[] {
    const [first] = keys;
    if (first === undefined || selectAny.get() === 0) return [];
    const rows =
      keys.length === 1
        ? selectOne.all(first.tenant, first.account)
        : selectMany.all(JSON.stringify(keys.map((key) => [key.tenant, key.account])));
    return rows.map(rowToAssignment);
  }

  const selectSetMs = database
    .prepare<[string, string, number], number>(
      "SELECT set_ms FROM assignment WHERE tenant = ? AND account = ? AND from_ms = ?",
    )
    .pluck();

  function setMs({ tenant, account, fromMs }: Omit<Assignment, "voipPlan">): number | null {
    return selectSetMs.get(tenant, account, fromMs) ?? null;
  }

  function find(query: Parameters<AccountStore["find"]>[0]) {
    const after = query.cursor === undefined ? undefined : decodeListCursor(query.cursor, 2);
    const conditions: string[] = [];
    const values: unknown[] = [];
    if (query.tenants !== undefined) {
      conditions.push("tenant IN (SELECT value FROM json_each(?))");
      values.push(JSON.stringify(query.tenants));
    }
    if (query.accounts !== undefined) {
      const owned = ownedBy(query.accounts);
      conditions.push(owned.sql);
      values.push(...owned.values);
    }
    if (after !== undefined) {
      conditions.push("(tenant, account, from_ms) > (?, ?, ?)");
      values.push(after[1], after[2], after[0]);
    }
    const rows = database
      .prepare<unknown[], AssignmentRow>(
        `SELECT tenant, account, voip_plan, numbering, from_ms FROM assignment
         ${conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`}
         ORDER BY tenant, account, from_ms LIMIT ?`,
      )
      .all(...values, query.limit + 1);
    const assignments = rows.slice(0, query.limit).map(rowToAssignment);
    const last = assignments.at(-1);
    if (rows.length <= query.limit || last === undefined) return { assignments };
    const nextCursor = encodeListCursor(last.fromMs, [last.tenant, last.account]);
    return { assignments, nextCursor };
  }

  return { set, getFor, setMs, find };
}
