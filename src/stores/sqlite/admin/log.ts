// The log of admin acts in SQLite.
import type { Database } from "better-sqlite3";
import type { Json } from "../../../cdr/json.ts";
import {
  type AdminAct,
  CHAIN_IDS,
  chainId,
  type LogPageQuery,
  type Road,
} from "../../ports/log.ts";

export interface ActRow {
  id: string;
  at_ms: number;
  by: string;
  act: string;
  subject: string;
  tenant: string | null;
  before: string;
  after: string;
  /** Those from here on are null in what was written before the chain. */
  road: Road | null;
  address: string | null;
  why: string | null;
  sequence: number | null;
  previous: string | null;
  said: string | null;
  salt: string | null;
  hash: string | null;
}

export function toAct(row: ActRow): AdminAct {
  const { at_ms: atMs, before, after, sequence, previous, said, salt, hash, ...same } = row;
  const link =
    sequence === null || previous === null || said === null || hash === null
      ? null
      : { sequence, previous, said, salt, hash };
  const texts = { before: JSON.parse(before) as Json, after: JSON.parse(after) as Json };
  return { ...same, ...texts, atMs, link };
}

export function logTable(database: Database) {
  const insert = database.prepare<[ActRow]>(
    `INSERT INTO admin_act (id, at_ms, "by", act, subject, tenant, "before", "after",
       road, address, why, sequence, previous, said, salt, hash)
     VALUES (@id, @at_ms, @by, @act, @subject, @tenant, @before, @after,
       @road, @address, @why, @sequence, @previous, @said, @salt, @hash)
     ON CONFLICT (id) DO NOTHING`,
  );
  const select = database.prepare<[number, string, number], ActRow>(
    "SELECT * FROM admin_act WHERE (at_ms, id) < (?, ?) ORDER BY at_ms DESC, id DESC LIMIT ?",
  );
  const chain = database.prepare<[string, string, number], ActRow>(
    "SELECT * FROM admin_act WHERE id > ? AND id < ? ORDER BY id LIMIT ?",
  );
  const last = database.prepare<[string, string], ActRow>(
    "SELECT * FROM admin_act WHERE id > ? AND id < ? ORDER BY id DESC LIMIT 1",
  );
  const update = database.prepare<[Pick<ActRow, "id" | "subject" | "why" | "before" | "after">]>(
    `UPDATE admin_act SET subject = @subject, why = @why, "before" = @before, "after" = @after,
       salt = NULL
     WHERE id = @id`,
  );
  const replace = database.transaction((acts: readonly AdminAct[]): void => {
    for (const { id, subject, why, before, after } of acts) {
      const texts = { before: JSON.stringify(before), after: JSON.stringify(after) };
      update.run({ id, subject, why, ...texts });
    }
  });
  return {
    replace: (acts: readonly AdminAct[]): void => replace.immediate(acts),
    append({ atMs, before, after, link, ...same }: AdminAct): boolean {
      const texts = { before: JSON.stringify(before), after: JSON.stringify(after) };
      const place = link ?? { sequence: null, previous: null, said: null, salt: null, hash: null };
      return insert.run({ ...same, ...texts, ...place, at_ms: atMs }).changes === 1;
    },
    page({ limit, before }: LogPageQuery): AdminAct[] {
      const { atMs, id } = before ?? { atMs: Number.MAX_SAFE_INTEGER, id: "" };
      return select.all(atMs, id, limit).map(toAct);
    },
    chain: ({ after, limit }: { after: number; limit: number }): AdminAct[] =>
      chain.all(chainId(after), CHAIN_IDS.to, limit).map(toAct),
    last(): AdminAct | null {
      const row = last.get(CHAIN_IDS.from, CHAIN_IDS.to);
      return row === undefined ? null : toAct(row);
    },
  };
}
