// Accounts and carriers by CSV: what a file would change, then exactly that, and the file of what there is.
import { isDeepStrictEqual } from "node:util";
import { requireTenant, requireWhole } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { EngineError, engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import {
  mergedContact,
  readTable,
  type TableFault,
  type TableKind,
  type TableRow,
  tableHeader,
  tableLine,
} from "../../master/csv.ts";
import type { Entries } from "./entries.ts";
import { type By, changed, type Held } from "./held.ts";
import { loopFault, type ParentOf } from "./parents.ts";

export interface TableReport {
  /** Rows below the header, faulty ones among them. */
  rows: number;
  new: number;
  changed: number;
  same: number;
  /** Rows with a fault, or the header. */
  faulty: number;
  /** The first of them by line. */
  faults: TableFault[];
  applied: boolean;
  /** Lines that were left because others changed the same one meanwhile. */
  left: number[];
}

export interface TableImport {
  kind: TableKind;
  tenant: string;
  text: string;
  /** Only say what it would do. */
  dryRun: boolean;
}

export interface MasterTables {
  /** A file with a fault changes nothing. @throws `forbidden`, `too-large` */
  import(request: TableImport, by: By): Promise<TableReport>;
  /** A piece of the whole table; the first one has the header. @throws `forbidden` */
  export(
    query: { kind: TableKind; tenant: string; limit: number; cursor?: string | undefined },
    scope: By["scope"],
  ): Promise<{ text: string; next?: string }>;
}

const MOST_ROWS = 50_000;
const MOST_FAULTS = 100;
/** Rows that are looked up, or written, at once. */
const LOOKED_UP = 500;
const WRITTEN = 32;

interface Step {
  row: TableRow;
  held: Held | null;
  /** Members that the row changes. */
  members: JsonObject;
  next: JsonObject;
}

export function createTables(entries: Entries): MasterTables {
  async function stepsOf(
    { kind, tenant }: TableImport,
    rows: readonly TableRow[],
  ): Promise<Step[]> {
    const steps: Step[] = [];
    for (let at = 0; at < rows.length; at += LOOKED_UP) {
      const some = rows.slice(at, at + LOOKED_UP);
      const found = await entries.getFor(some.map(({ id }) => ({ kind, tenant, id })));
      const byId = new Map(found.map((held) => [held.id, held]));
      for (const row of some) {
        if (isTurnOver()) await ownTurn();
        const held = byId.get(row.id) ?? null;
        const before = held?.members ?? {};
        const hasContact = Object.keys(row.contact).length > 0;
        const contact = hasContact ? mergedContact(before["contact"], row.contact) : undefined;
        const members = { ...row.change, ...(contact !== undefined && { contact }) };
        steps.push({ row, held, members, next: changed(before, members) });
      }
    }
    return steps;
  }

  /** What only the rows together, and what is there, can say. */
  async function faultsOf({ kind, tenant }: TableImport, steps: readonly Step[]) {
    const faults: TableFault[] = [];
    const parents = new Map(steps.map(({ row, next }) => [row.id, next["parent"]]));
    const parentOf: ParentOf = async (id) =>
      parents.has(id)
        ? parents.get(id)
        : (await entries.get({ kind, tenant, id }))?.members["parent"];
    for (const { row, held, next } of steps) {
      const { line, id } = row;
      if (held?.from === "settings" && !isDeepStrictEqual(held.members, next)) {
        const message = "The settings file says what it is: change it there.";
        faults.push({ line, column: kind, message });
      } else if (typeof next["parent"] === "string") {
        const message = await loopFault(id, next["parent"], parentOf);
        if (message !== null) faults.push({ line, column: "parent", message });
      }
    }
    return faults;
  }

  const isSame = ({ held, next }: Step) =>
    held === null ? false : isDeepStrictEqual(held.members, next);

  return {
    async import(request, by) {
      const { scope } = by;
      requireWhole(scope);
      requireTenant(scope, request.tenant);
      const { rows, faults } = await inTurns(readTable(request.kind, request.text));
      if (rows.length > MOST_ROWS) {
        throw engineError("too-large", `A file has at most ${MOST_ROWS} rows: give it in pieces.`);
      }
      const steps = await stepsOf(request, rows);
      const later = await faultsOf(request, steps);
      const all = [...faults, ...later].sort((a, b) => a.line - b.line);
      const wrong = new Set(all.map(({ line }) => line));
      const right = steps.filter(({ row }) => !wrong.has(row.line));
      const todo = right.filter((step) => !isSame(step));
      const applied = !request.dryRun && all.length === 0;
      const fresh = todo.filter(({ held }) => held === null).length;
      return {
        rows: right.length + wrong.size,
        ...{ new: fresh, changed: todo.length - fresh, same: right.length - todo.length },
        ...{ faulty: wrong.size, faults: all.slice(0, MOST_FAULTS), applied },
        left: applied ? await write(entries, request, todo, by) : [],
      };
    },
    async export({ kind, tenant, limit, cursor }, scope) {
      requireWhole(scope);
      requireTenant(scope, tenant);
      const page = await entries.list({ kind, tenants: [tenant], limit, cursor });
      const lines = page.entries.map(({ id, members }) => tableLine(kind, id, members));
      const text = `${cursor === undefined ? tableHeader(kind) : ""}${lines.join("")}`;
      return { text, ...(page.next === undefined ? {} : { next: page.next }) };
    },
  };
}

/** The lines that were left. */
async function write(
  entries: Entries,
  { kind, tenant }: TableImport,
  steps: readonly Step[],
  by: By,
): Promise<number[]> {
  const left: number[] = [];
  const one = async ({ row: { id, line }, held, members }: Step) => {
    const change = { key: { kind, tenant, id }, members, ifRevision: held?.revision ?? 0, by };
    try {
      await entries.set(change);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== "conflict") throw error;
      left.push(line);
    }
  };
  for (let at = 0; at < steps.length; at += WRITTEN) {
    await Promise.all(steps.slice(at, at + WRITTEN).map(one));
  }
  return left.sort((a, b) => a - b);
}

/** Others have the event loop between the steps. */
async function inTurns<Result>(steps: Generator<undefined, Result>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (isTurnOver()) await ownTurn();
  }
}
