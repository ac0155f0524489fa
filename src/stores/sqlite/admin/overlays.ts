// What was changed of the sources of the settings, in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../../cdr/json.ts";
import type { SourceOverlay } from "../../ports/overlays.ts";

export interface OverlayRow {
  source: string;
  version: number;
  members: string | null;
}

export function toOverlay({ members, ...same }: OverlayRow): SourceOverlay {
  return { ...same, members: members === null ? null : (JSON.parse(members) as JsonObject) };
}

export function overlayTable(database: Database) {
  const select = database.prepare<[], OverlayRow>("SELECT * FROM source_overlay");
  const insert = database.prepare<[OverlayRow]>(
    `INSERT INTO source_overlay (source, version, members) VALUES (@source, @version, @members)
     ON CONFLICT (source) DO NOTHING`,
  );
  const update = database.prepare<[OverlayRow & { expected: number }]>(
    `UPDATE source_overlay SET version = @version, members = @members
     WHERE source = @source AND version = @expected`,
  );
  return {
    all: (): SourceOverlay[] => select.all().map(toOverlay),
    put({ members, ...same }: SourceOverlay, expected: number): boolean {
      const row = { ...same, members: members === null ? null : JSON.stringify(members) };
      const { changes } = expected === 0 ? insert.run(row) : update.run({ ...row, expected });
      return changes === 1;
    },
  };
}
