// The files that a rotation leaves beside the one that is followed.
import { opendir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileOf } from "./place.ts";

export interface Sibling {
  path: string;
  /** Device and number. */
  file: string;
  size: number;
  changedNs: bigint;
}

/** Names in a folder that are looked at, and siblings that are taken. */
const MOST_NAMES = 100_000;
const MOST_SIBLINGS = 1000;
const PACKED = /\.(?:gz|bz2|xz|zst|lz4|Z|zip)$/;

/** `Master.csv.1`, `Master.csv-20260302`, `Master.csv.20260302-1000`: what logrotate names them. */
const ROTATED = /^[.-]\d[\dTZ_:.-]*$/;

/** Files whose names begin as the followed one's, packed ones apart, the one longest unchanged first. */
export async function siblingsOf(path: string): Promise<Sibling[]> {
  const folder = dirname(path);
  const name = basename(path);
  const names: string[] = [];
  let seen = 0;
  for await (const entry of await opendir(folder)) {
    seen += 1;
    if (seen > MOST_NAMES || names.length >= MOST_SIBLINGS) break;
    const isOne = entry.name !== name && entry.name.startsWith(name) && !PACKED.test(entry.name);
    if (isOne && entry.isFile()) names.push(entry.name);
  }
  const siblings = await Promise.all(names.map((one) => siblingAt(join(folder, one))));
  return siblings
    .filter((one) => one !== null)
    .sort((left, right) => Number(left.changedNs - right.changedNs));
}

/** Whether a rotation of the followed file has such a name. */
export function isRotationOf(path: string, sibling: Sibling): boolean {
  return ROTATED.test(basename(sibling.path).slice(basename(path).length));
}

/** Null: it is not there, or no longer. */
export async function siblingAt(path: string): Promise<Sibling | null> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) return null;
    return { path, file: fileOf(stats), size: Number(stats.size), changedNs: stats.mtimeNs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
