// How the file is: its size, the room on its disk, and whether its pages are whole.
import { statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Database } from "better-sqlite3";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import { type ConditionQuery, MOST_DAMAGE, type StoreCondition } from "../../ports/condition.ts";

/** What SQLite keeps beside the file while it is open. */
const BESIDE = ["", "-wal", "-shm"];

export function fileCondition(database: Database) {
  return async ({ deep }: ConditionQuery, signal?: AbortSignal): Promise<StoreCondition> => {
    const path = database.memory ? null : resolve(database.name);
    return {
      bytes: path === null ? pagesBytes(database) : filesBytes(path),
      freeBytes: path === null ? null : freeBytes(path),
      serverMs: null,
      damage: deep ? await damageIn(database, signal) : null,
    };
  };
}

function pagesBytes(database: Database): number {
  const pragma = (name: string) => Number(database.pragma(name, { simple: true }));
  return pragma("page_count") * pragma("page_size");
}

function filesBytes(path: string): number {
  let bytes = 0;
  for (const suffix of BESIDE) {
    bytes += statSync(`${path}${suffix}`, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function freeBytes(path: string): number | null {
  const { blocks, bavail, bsize } = statfsSync(dirname(path));
  // File systems that are no disk have no blocks at all.
  return blocks === 0 ? null : bavail * bsize;
}

/** Table by table: others have their turn between them. */
async function damageIn(database: Database, signal?: AbortSignal): Promise<string[]> {
  const tables = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  const found: string[] = [];
  for (const table of tables) {
    if (isTurnOver()) await ownTurn();
    signal?.throwIfAborted();
    const quoted = `'${table.replaceAll("'", "''")}'`;
    const rows = database.pragma(`quick_check(${quoted})`) as { quick_check: string }[];
    for (const { quick_check: said } of rows) if (said !== "ok") found.push(`${table}: ${said}`);
    if (found.length >= MOST_DAMAGE) break;
  }
  return found.slice(0, MOST_DAMAGE);
}
