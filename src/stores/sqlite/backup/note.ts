// What a backup says of itself, in a table that only backups have.
import type { Database } from "better-sqlite3";
import { hasTable } from "../migrations/processes.ts";

export interface BackupNote {
  takenAtMs: number;
  /** Of the program that took it. */
  build: string;
  /** The settings file that the command was given, as it was. */
  settings?: { name: string; text: string };
}

interface NoteRow {
  takenAtMs: number;
  build: string;
  name: string | null;
  text: string | null;
}

export function writeNote(database: Database, { takenAtMs, build, settings }: BackupNote): void {
  // A restored store may be backed up before anybody has opened it.
  database.exec(`DROP TABLE IF EXISTS store_backup;
    CREATE TABLE store_backup (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      taken_ms INTEGER NOT NULL,
      build TEXT NOT NULL,
      settings_name TEXT,
      settings_text TEXT
    ) STRICT`);
  database
    .prepare("INSERT INTO store_backup VALUES (1, ?, ?, ?, ?)")
    .run(takenAtMs, build, settings?.name ?? null, settings?.text ?? null);
}

/** Null: the file is no backup of `cdrate store backup`. */
export function readNote(database: Database): BackupNote | null {
  if (!hasTable(database, "store_backup")) return null;
  const row = database
    .prepare<[], NoteRow>(
      `SELECT taken_ms AS takenAtMs, build, settings_name AS name, settings_text AS text
       FROM store_backup`,
    )
    .get();
  if (row === undefined) return null;
  const { takenAtMs, build, name, text } = row;
  return { takenAtMs, build, ...(name !== null && text !== null && { settings: { name, text } }) };
}

/** A store that is used is no backup any more. */
export function removeNote(database: Database): void {
  database.exec("DROP TABLE store_backup");
}
