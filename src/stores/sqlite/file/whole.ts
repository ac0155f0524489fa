// Files that come into being whole: written beside their place, synced, then moved there.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { EngineError, engineError } from "../../../errors.ts";
import { codeOf } from "../faults.ts";

/** Where this process writes a file until it is whole. */
export function partOf(path: string): string {
  return `${path}.part-${process.pid}`;
}

/** Moves what was written to its place; both survive a loss of power. */
export function keepWhole(part: string, path: string): void {
  sync(part, "r+");
  renameSync(part, path);
  syncFolder(dirname(path));
}

/** A new name is durable once its folder is. */
export function syncFolder(folder: string): void {
  sync(folder, "r");
}

function sync(path: string, flags: "r" | "r+"): void {
  const opened = openSync(path, flags);
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Takes away the parts of files whose path begins so, left by processes that were killed. */
export function removeDeadParts(beginning: string): void {
  const folder = dirname(beginning);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(basename(beginning))) continue;
    const pid = /\.part-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/**
 * A copy of a store, with its folder: `make` writes the part. Where it fails nothing is left.
 * @throws `store-unavailable` for a fault of the disk, and what `make` throws as a fault of the engine
 */
export async function madeWhole<Facts>(
  path: string,
  make: (part: string) => Promise<Facts>,
): Promise<Facts> {
  const place = resolve(path);
  const part = partOf(place);
  try {
    mkdirSync(dirname(place), { recursive: true });
    removeDeadParts(place);
  } catch (error) {
    throw notMade(path, error);
  }
  try {
    const facts = await make(part);
    keepWhole(part, place);
    return facts;
  } catch (error) {
    rmSync(part, { force: true });
    throw error instanceof EngineError ? error : notMade(path, error);
  }
}

function notMade(place: string, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return engineError("store-unavailable", `The copy could not be made: ${reason}.`, {
    place,
    cause,
    hint: "Check that the disk has room for the whole store, and that the folder can be written.",
  });
}
