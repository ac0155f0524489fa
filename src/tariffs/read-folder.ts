// Reads a native tariff folder and finds all its faults at once.

import { quoted } from "./csv/field-values.ts";
import { plainLines } from "./csv/plain-lines.ts";
import { type CellsOfDecks, readDecks } from "./decks/folder.ts";
import { createFaultList, type FaultList } from "./fault-list.ts";
import { lintTariff } from "./lint/lint.ts";
import { readAccounts } from "./read-accounts.ts";
import { readExchange } from "./read-exchange.ts";
import { bandFrom } from "./settings/bands.ts";
import { checkSettings, type TariffSettings } from "./settings/members.ts";
import { checkReferences, type NamedFile, namedFile, zoneOf } from "./settings/plans.ts";
import { checkSelection } from "./settings/selection.ts";
import { countsOf, type TariffTables, tariffFrom } from "./settings/to-tariff.ts";
import { readYaml, type YamlSettings } from "./settings/yaml.ts";
import type { Band, DeckReport, Tariff, TariffRead } from "./tariff.ts";

const SETTINGS_FILE = "tariff.yaml";
const FAULTS_MAX = 1000;

export interface TariffReading {
  /** False: faults alone are looked for, as of a folder that was checked before. */
  lint?: boolean;
  /** Files of the tariff that it will follow, whose prices are held against its own. */
  inForce?: Record<string, string> | null;
  /** Time of the check; null: what depends on it is not told. */
  nowMs?: number | null;
}

/**
 * The tariff of files that passed their check, for who asks for the rows of each deck once: those of large
 * decks are never in memory together. Null: it has faults; `onFault`: one of its decks has, found when asked.
 */
export function tariffByDecks(files: Record<string, string>, onFault: () => never): Tariff | null {
  const read = readFolder(files, { lint: false, onLateFault: onFault });
  return read.ok ? read.tariff : null;
}

/**
 * Reads the files of a folder (names relative to it, with `/`). Faults come all at once, sorted by
 * file and place: up to 1000 of each severity, then one that counts the rest.
 */
export function readTariff(files: Record<string, string>, reading: TariffReading = {}): TariffRead {
  return readFolder(files, reading);
}

interface FolderReading extends TariffReading {
  onLateFault?: () => never;
}

function readFolder(
  files: Record<string, string>,
  { lint = true, inForce = null, nowMs = null, onLateFault }: FolderReading,
): TariffRead {
  const faults = createFaultList(FAULTS_MAX);
  checkEncoding(files, faults);
  const text = fileText(files, SETTINGS_FILE);
  if (text === null) {
    faults.add(SETTINGS_FILE, { line: 1, column: 1 }, "missing-file", SETTINGS_FILE);
    return { ok: false, faults: faults.list(), decks: [] };
  }
  const yaml = readYaml(SETTINGS_FILE, text, faults);
  if (yaml === null) return { ok: false, faults: faults.list(), decks: [] };

  const settings = checkSettings(SETTINGS_FILE, yaml, faults);
  checkReferences(SETTINGS_FILE, yaml, faults);
  if (settings !== null) checkSelection(SETTINGS_FILE, { yaml, settings }, faults);
  const bands =
    settings === null
      ? null
      : yaml.keys(["bands"]).flatMap((name) => {
          const band = settings.bands?.[name];
          return band === undefined ? [] : [bandFrom(name, band)];
        });
  const { tables, decks, cells } = readTables(
    { files, yaml, settings, bands, onLateFault },
    faults,
  );
  const found = faults.list();
  if (settings === null || bands === null || found.some((fault) => fault.severity === "error")) {
    return { ok: false, faults: found, decks };
  }
  const tariff = tariffFrom(settings, bands, zoneOf(yaml), tables);
  if (lint) {
    const before = inForce === null ? null : readTariff(inForce, { lint: false });
    const old = before?.ok === true ? before.tariff : null;
    lintTariff(
      { settingsFile: SETTINGS_FILE, yaml, settings, tariff, cells, before: old, nowMs },
      faults,
    );
  }
  const counts = onLateFault === undefined ? countsOf(tariff) : {};
  return { ok: true, tariff, counts, warnings: faults.list(), decks };
}

interface FolderParts {
  files: Record<string, string>;
  yaml: YamlSettings;
  settings: TariffSettings | null;
  bands: Band[] | null;
  onLateFault: (() => never) | undefined;
}

function readTables(
  { files, yaml, settings, bands, onLateFault }: FolderParts,
  faults: FaultList,
): { tables: TariffTables; decks: DeckReport[]; cells: CellsOfDecks } {
  const used = new Set([SETTINGS_FILE]);
  const open = (named: NamedFile | null): { file: string; text: string } | null => {
    if (named === null) return null;
    const file = folderPath(named.name);
    const place = yaml.place(named.path);
    if (file === null) {
      faults.add(SETTINGS_FILE, place, "path-outside-folder", quoted(named.name));
      return null;
    }
    used.add(file);
    const text = fileText(files, file);
    if (text === null) faults.add(SETTINGS_FILE, place, "missing-file", quoted(file));
    return text === null ? null : { file, text };
  };

  const source = { yaml, settingsFile: SETTINGS_FILE, settings, bands, open, onLateFault };
  const { decks, reports, cells } = readDecks(source, faults);
  const tables: TariffTables = { decks, accounts: [], exchange: [] };
  const timeZone = zoneOf(yaml);
  const accounts = open(namedFile(yaml, ["accounts"]));
  if (accounts !== null) {
    const context = {
      timeZone,
      voipPlans: new Set(yaml.keys(["voipPlans"])),
      ruleSets: new Set(yaml.keys(["numbering"])),
    };
    tables.accounts = readAccounts(accounts.file, accounts.text, context, faults);
  }
  const exchange = open(namedFile(yaml, ["exchange"]));
  if (exchange !== null) {
    tables.exchange = readExchange(exchange.file, exchange.text, timeZone, faults);
  }
  reportUnused(files, used, faults);
  return { tables, decks: reports, cells };
}

/** Tables and settings that nothing names are likely forgotten; other files are notes. */
function reportUnused(
  files: Record<string, string>,
  used: ReadonlySet<string>,
  faults: FaultList,
): void {
  for (const file of Object.keys(files)) {
    const isData = /\.(csv|tsv|ya?ml)$/i.test(file);
    if (isData && !used.has(file)) faults.add(file, { line: 1, column: 1 }, "unused-file");
  }
}

/** Bytes that are not UTF-8 were decoded to U+FFFD: the text is not what was written. */
function checkEncoding(files: Record<string, string>, faults: FaultList): void {
  for (const [file, text] of Object.entries(files)) {
    if (!/\.(csv|ya?ml)$/i.test(file)) continue;
    const at = firstOf(text, ["\uFFFD", "\0"]);
    if (at === -1) continue;
    const before = plainLines(text.slice(0, at)).split("\n");
    const column = (before.at(-1) ?? "").length + 1;
    faults.add(file, { line: before.length, column }, "bad-encoding");
  }
}

/** A search for one sign is quicker than for one of several. */
function firstOf(text: string, signs: readonly string[]): number {
  const found = signs.map((sign) => text.indexOf(sign)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

function fileText(files: Record<string, string>, file: string): string | null {
  return Object.hasOwn(files, file) ? (files[file] ?? null) : null;
}

/** The name with `.` and repeated slashes taken out, or null where it could leave the folder. */
function folderPath(name: string): string | null {
  const outside = /^[/~]|^[A-Za-z]:|\\|\0/.test(name);
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (outside || parts.includes("..") || parts.length === 0) return null;
  return parts.join("/");
}
