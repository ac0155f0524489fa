// Which files of a folder are whole: an unfinished one grows, or was written a moment ago.
import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface FoundFile {
  name: string;
  path: string;
  bytes: number;
  /** Changes whenever the file is another one, or is written to. */
  mark: string;
  changedNs: bigint;
}

/** Names of one look; the others wait for the next. */
const MOST_NAMES = 10_000;
/** How programs call what they are sending still. */
const UNFINISHED = /\.(?:part|partial|tmp|temp|filepart|crdownload|swp)$/i;

/** Regular files, the one longest unchanged first; those with a dot in front are left out. */
export async function filesIn(folder: string): Promise<FoundFile[]> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) {
    if (names.length >= MOST_NAMES) break;
    const isHidden = entry.name.startsWith(".") || UNFINISHED.test(entry.name);
    if (entry.isFile() && !isHidden) names.push(entry.name);
  }
  const found = await Promise.all(names.map((name) => fileAt(folder, name)));
  return found
    .filter((file) => file !== null)
    .sort((left, right) => Number(left.changedNs - right.changedNs) || byName(left, right));
}

function byName(left: FoundFile, right: FoundFile): number {
  return left.name < right.name ? -1 : 1;
}

/** Null: it is not there, or no longer. */
export async function fileAt(folder: string, name: string): Promise<FoundFile | null> {
  const path = join(folder, name);
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) return null;
    const { dev, ino, size, mtimeNs } = stats;
    const mark = `${dev}:${ino}:${size}:${mtimeNs}`;
    return { name, path, bytes: Number(size), mark, changedNs: mtimeNs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

export interface Settling {
  /** Those that have not changed for long enough, each look after the other. */
  whole(files: readonly FoundFile[], nowMs: number): FoundFile[];
}

/** Times are those of this machine's looks: the clock of whoever wrote the file may be another one. */
export function createSettling(settleMs: number): Settling {
  let seen = new Map<string, { mark: string; sinceMs: number }>();
  return {
    whole(files, nowMs) {
      const now = new Map<string, { mark: string; sinceMs: number }>();
      for (const { name, mark } of files) {
        const before = seen.get(name);
        now.set(name, before?.mark === mark ? before : { mark, sinceMs: nowMs });
      }
      seen = now;
      return files.filter(({ name }) => nowMs - (seen.get(name)?.sinceMs ?? nowMs) >= settleMs);
    },
  };
}
