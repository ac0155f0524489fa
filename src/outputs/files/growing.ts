// The file that is being written: known by its name and by how many of its bytes count. What is behind
// them was written before a crash and not kept: it is cut off, so that each line is there once.
import { open, rename, stat } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";

/** As long as it grows. */
const GROWING = ".part";
/** Files of one name, where one was there already. */
const MOST_OF_A_NAME = 10_000;

/**
 * Writes behind the bytes that count, and waits until they are on the disk. Answers how many count then.
 * `fault`: the file was shorter, or not there; `header` is written where it is empty.
 */
export async function append(
  path: string,
  { bytes, header, lines }: { bytes: number; header: string; lines: string },
): Promise<{ bytes: number; fault: string | null }> {
  const growing = path + GROWING;
  const size = await sizeOf(growing);
  const from = Math.min(bytes, size ?? 0);
  const fault =
    from === bytes
      ? null
      : `${basename(growing)} had ${bytes} bytes and now has ${size ?? "gone"}: somebody changed it`;
  const content = Buffer.from(from === 0 ? header + lines : lines, "utf8");
  const file = await open(growing, size === undefined ? "wx" : "r+");
  try {
    await file.truncate(from);
    for (let done = 0; done < content.length; ) {
      const { bytesWritten } = await file.write(content, done, content.length - done, from + done);
      done += bytesWritten;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  if (size === undefined) await syncFolder(dirname(path));
  return { bytes: from + content.length, fault };
}

/**
 * Its period is over: it gets its own name, under which it never changes. One that is there already
 * is never written over. Done again after a crash it changes nothing.
 */
export async function finish(path: string, bytes: number): Promise<void> {
  const growing = path + GROWING;
  const size = await sizeOf(growing);
  if (size === undefined) return;
  if (size > bytes) {
    const file = await open(growing, "r+");
    try {
      await file.truncate(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
  await rename(growing, await freeName(path));
  await syncFolder(dirname(path));
}

async function freeName(path: string): Promise<string> {
  const end = extname(path);
  const start = path.slice(0, path.length - end.length);
  for (let number = 1; number <= MOST_OF_A_NAME; number += 1) {
    const name = number === 1 ? path : `${start}.${number}${end}`;
    if ((await sizeOf(name)) === undefined) return name;
  }
  throw new Error(`${path} is there ${MOST_OF_A_NAME} times`);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** A new name is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
