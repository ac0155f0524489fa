// Moves a file into another folder so that none is ever lost or written over, whenever the process dies.
import { copyFile, link, mkdir, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is done to files; a test lets it end anywhere. */
export const FILE_STEPS = { copyFile, link, mkdir, rename, stat, unlink, writeFile };
export type FileSteps = typeof FILE_STEPS;

/** Names that are tried where one is taken: `calls.csv`, `calls.csv-2` … */
const MOST_NAMES = 100_000;
/** A file system that has no second name for a file, or another one than that of the folder. */
const NO_LINKS = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * Answers the name that it has there. A file that has its new name already, as after a crash, only loses
 * the old one.
 * @param reason is written beside it first, where there is one
 */
export async function moveFile(
  steps: FileSteps,
  { path, name, folder }: { path: string; name: string; folder: string },
  reason?: string,
): Promise<string> {
  await steps.mkdir(folder, { recursive: true });
  const moved = await secondName(steps, { path, name, folder });
  if (reason !== undefined)
    await steps.writeFile(join(folder, `${moved}.reason.txt`), `${reason}\n`);
  await steps.unlink(path);
  return moved;
}

async function secondName(
  steps: FileSteps,
  { path, name, folder }: { path: string; name: string; folder: string },
): Promise<string> {
  for (let again = 1; again <= MOST_NAMES; again += 1) {
    const own = again === 1 ? name : `${name}-${again}`;
    const to = join(folder, own);
    try {
      await steps.link(path, to);
      return own;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (NO_LINKS.has(code)) return copied(steps, { path, name, folder });
      if (code !== "EEXIST") throw error;
      if (await isSameFile(steps, path, to)) return own;
    }
  }
  throw new Error(`${folder} has ${MOST_NAMES} files of the name ${name}.`);
}

/** Under a hidden name until it is whole. A crash behind that leaves a copy more, never one less. */
async function copied(
  steps: FileSteps,
  { path, name, folder }: { path: string; name: string; folder: string },
): Promise<string> {
  const hidden = join(folder, `.${name}.part`);
  await steps.copyFile(path, hidden);
  let own = name;
  // Nobody else moves files there: a feed is run by one process.
  for (let again = 2; await isThere(steps, join(folder, own)); again += 1) own = `${name}-${again}`;
  await steps.rename(hidden, join(folder, own));
  return own;
}

async function isThere({ stat: look }: FileSteps, path: string): Promise<boolean> {
  try {
    await look(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function isSameFile({ stat: look }: FileSteps, left: string, right: string) {
  const [one, other] = await Promise.all([look(left), look(right)]);
  return one.ino === other.ino && one.dev === other.dev;
}
