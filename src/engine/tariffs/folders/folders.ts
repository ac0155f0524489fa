// Tariff folders on disk: read whole, and never outside the tariff root.
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { type EngineError, engineError } from "../../../errors.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { namedDecks } from "../../../tariffs/decks/named.ts";
import { TARIFF_LIMITS } from "../../../tariffs/limits.ts";
import { deckText } from "./texts.ts";

/** Files of a tariff: text by name relative to its folder, with `/` between parts. */
export type TariffFiles = Record<string, string>;

export interface TariffFolders {
  /**
   * Reads every .csv, .yaml, .yml file under `path` (relative to the root, or absolute inside it), and
   * the decks that tariff.yaml names, whatever they are.
   * @throws EngineError `path-outside-root`, `not-found`, `too-large`, `invalid-params`
   */
  read(path: string): Promise<{ name: string; files: TariffFiles }>;
}

const SETTINGS_FILE = "tariff.yaml";
const TARIFF_FILE = /\.(csv|ya?ml)$/i;
const { files: LIMIT_FILES, bytes: LIMIT_BYTES } = TARIFF_LIMITS;

export function createTariffFolders(root: string): TariffFolders {
  return {
    async read(path) {
      const folder = await insideRoot(root, path);
      return { name: basename(folder), files: await readTariffFiles(folder, path) };
    },
  };
}

/** A folder that is not there, or not for whoever asks. */
export function noFolder(path: string, cause?: unknown): EngineError {
  return engineError("not-found", `There is no folder ${path} under the tariff root.`, {
    path: "path",
    cause,
  });
}

/** Resolves symbolic links first, so that a link cannot lead out of the root either. */
async function insideRoot(root: string, path: string): Promise<string> {
  const missing = (cause: unknown) => noFolder(path, cause);
  const target = resolve(root, path);
  assertInside(resolve(root), target);
  const realRoot = await realpath(root).catch((cause: unknown) => {
    throw missing(cause);
  });
  const realTarget = await realpath(target).catch((cause: unknown) => {
    throw missing(cause);
  });
  assertInside(realRoot, realTarget);
  return realTarget;
}

function assertInside(root: string, target: string): void {
  if (target !== root && !target.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw engineError("path-outside-root", undefined, { path: "path" });
  }
}

/** @throws EngineError `not-found`, naming what the process may not read or what went away meanwhile. */
async function readable<T>(shown: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    const isCoded = cause instanceof Error && "code" in cause;
    const why = isCoded ? String(cause.code) : "it failed";
    throw engineError("not-found", `${shown} cannot be read: ${why}`, { path: "path", cause });
  }
}

/**
 * Reads a folder wherever it is: for the command line, whose user may read it anyway.
 * @param shown what faults call it: a caller learns no path but the one it sent
 */
export async function readTariffFiles(folder: string, shown = folder): Promise<TariffFiles> {
  const info = await stat(folder).catch((cause: unknown) => {
    throw engineError("not-found", `There is no folder ${shown}.`, { path: "path", cause });
  });
  if (!info.isDirectory()) {
    throw engineError("not-found", `${shown} is not a folder.`, { path: "path" });
  }
  const entries = await readable(shown, readdir(folder, { recursive: true, withFileTypes: true }));
  const decks = await decksOf(folder, shown);
  const nameOf = (path: string) => relative(folder, path).split(sep).join("/");
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => TARIFF_FILE.test(path) || decks.has(nameOf(path)))
    .sort();
  if (paths.length > LIMIT_FILES) {
    throw engineError("too-large", `${shown} has over ${LIMIT_FILES} files.`, { path: "path" });
  }
  const files: TariffFiles = {};
  let bytes = 0;
  for (const path of paths) {
    const content = await readable(join(shown, relative(folder, path)), readFile(path));
    bytes += content.length;
    if (bytes > LIMIT_BYTES) {
      throw engineError("too-large", `${shown} is over ${LIMIT_BYTES} bytes.`, { path: "path" });
    }
    const name = nameOf(path);
    const dialect = decks.get(name);
    files[name] =
      dialect === undefined
        ? content.toString("utf8")
        : await deckText(content, dialect, { file: name, most: LIMIT_BYTES });
  }
  return files;
}

/** Decks that tariff.yaml names with the dialects that they are written in. */
async function decksOf(folder: string, shown: string): Promise<Map<string, Dialect | null>> {
  const path = join(folder, SETTINGS_FILE);
  const isThere = await stat(path).then(
    (found) => found.isFile() && found.size <= TARIFF_LIMITS.settingsCharacters * 4,
    () => false,
  );
  if (!isThere) return new Map();
  const settings = await readable(join(shown, SETTINGS_FILE), readFile(path, "utf8"));
  return namedDecks(settings);
}
