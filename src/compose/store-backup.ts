// Backing up the store of the settings, with the settings file; and the way back.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { PACKAGE_VERSION } from "../engine/system-status.ts";
import { engineError } from "../errors.ts";
import { type BackupFacts, backUp } from "../stores/sqlite/backup/backup.ts";
import { type RestoredFacts, restore } from "../stores/sqlite/backup/restore.ts";

export type { BackupFacts };

const SQLITE = "sqlite:";

/** @throws `not-supported` for what is no file */
function sqliteFile(store: string, remedy: string): string {
  const path = store.startsWith(SQLITE) ? store.slice(SQLITE.length) : ":memory:";
  if (path !== ":memory:") return path;
  const what = store.startsWith(SQLITE) ? "A store in memory" : "A store in MongoDB";
  throw engineError("not-supported", `${what} is not copied by this command.`, { hint: remedy });
}

export interface Backup {
  /** The setting `store`. */
  store: string;
  /** Path of the settings file, where one was named. */
  settingsPath?: string | undefined;
  to: string;
  clock?: () => number;
}

/** @throws as `backUp`, and `not-supported` where the store is no SQLite file */
export async function backUpStore({
  store,
  settingsPath,
  to,
  clock = Date.now,
}: Backup): Promise<BackupFacts> {
  const from = sqliteFile(
    store,
    "With MongoDB: mongodump --uri URL --archive=FILE (docs/mongodb.md).",
  );
  const settings =
    settingsPath === undefined
      ? {}
      : { settings: { name: basename(settingsPath), text: readFileSync(settingsPath, "utf8") } };
  return await backUp({
    from,
    to,
    note: { takenAtMs: clock(), build: PACKAGE_VERSION, ...settings },
  });
}

export interface Restore {
  from: string;
  /** The setting `store`. */
  store: string;
  /** Where the settings file of the backup is to be written; it stays in the backup when not said. */
  settingsTo?: string | undefined;
}

export interface RestoredStore extends Omit<RestoredFacts, "note"> {
  takenAtMs: number;
  build: string;
  /** Name of the settings file in the backup; null: there is none. */
  settings: string | null;
}

/** @throws as `restore`; `conflict` where a settings file is already, `not-found` where the backup has none */
export async function restoreStore({ from, store, settingsTo }: Restore): Promise<RestoredStore> {
  const to = sqliteFile(store, "With MongoDB: mongorestore --uri URL --archive=FILE.");
  if (settingsTo !== undefined && existsSync(settingsTo)) {
    throw engineError("conflict", "There is a settings file already.", {
      place: settingsTo,
      hint: "Name a path that is free, or leave --settings-to out.",
    });
  }
  const { note, ...facts } = await restore({ from, to });
  const { takenAtMs, build, settings } = note;
  if (settingsTo !== undefined) {
    if (settings === undefined) {
      throw engineError("not-found", "The store is there again, but the backup has no settings.", {
        place: from,
      });
    }
    writeFileSync(settingsTo, settings.text, { mode: 0o600, flag: "wx" });
  }
  return { ...facts, takenAtMs, build, settings: settings?.name ?? null };
}
