// A file that grows, is rotated (renamed, or copied and cut) and replaced: its records in order, from
// the place that is kept, none left out.
import { type FileHandle, open } from "node:fs/promises";
import { type CutRules, cutRecords } from "../../formats/lines/cut.ts";
import type { Numbering } from "../../formats/lines/numbering.ts";
import type { FeedBytes } from "../contract.ts";
import { numberingFrom } from "./numbering.ts";
import {
  type Before,
  beginningOf,
  fileOf,
  isStillAt,
  type KeptPlace,
  keptPlace,
  type Place,
  placeAfter,
  placeIn,
  readAt,
} from "./place.ts";
import { isRotationOf, type Sibling, siblingAt, siblingsOf } from "./siblings.ts";

export interface FollowedParts {
  path: string;
  rules: CutRules;
  /** Whether its records need their numbers among equal lines. */
  isNumbered?: boolean;
  deliver(records: readonly FeedBytes[]): Promise<void>;
  keep(place: KeptPlace): Promise<void>;
  /** The file is open, or why it is not. */
  connected(fault: string | null): void;
  missed(reason: string): void;
}

export interface Followed {
  /**
   * Does the next piece of work; false: there is none now. What it throws changes nothing: the same
   * piece is done again by the next call.
   */
  step(): Promise<boolean>;
  close(): Promise<void>;
}

interface Opened {
  handle: FileHandle;
  place: Place;
  numbering?: Numbering;
}

/** Looks that must find nothing more in a file before the next one is begun: its writer may be late. */
const QUIET_LOOKS = 2;
/** Files that were left and are known: one of the same moment as the last is not begun again. */
const MOST_LEFT = 1000;

/** One file that is being followed. */
interface Following {
  parts: FollowedParts;
  kept: KeptPlace | null;
  at: Opened | null;
  /** Looks since the path has another file, without anything new in this one. */
  quiet: number;
  /** Files that were left, the latest. */
  visited: Set<string>;
}

export function createFollowed(parts: FollowedParts, from: KeptPlace | null): Followed {
  const following: Following = { parts, kept: from, at: null, quiet: 0, visited: new Set() };
  return {
    step: () => step(following),
    async close() {
      await following.at?.handle.close();
      following.at = null;
    },
  };
}

async function step(following: Following): Promise<boolean> {
  const { at: opened, parts } = following;
  if (opened === null) return findPlace(following);
  if (await goBack(following, opened)) return true;
  const bytes = await readMore(opened, parts.rules);
  if (bytes === null) {
    await opened.handle.close();
    following.at = null;
    return true;
  }
  const { records, used } = cutRecords(bytes, parts.rules);
  if (used > 0) {
    await parts.deliver(opened.numbering?.numbered(records) ?? records);
    await advance(following, opened, bytes.subarray(0, used));
    opened.numbering?.count(records);
    return true;
  }
  const here = await hasMovedOn(following, opened);
  if (here === null) return false;
  await moveOn(following, opened, { here, rest: bytes });
  return true;
}

/** A file that was filled and cut again between two looks is read in its copy first. */
async function goBack(following: Following, { place }: Opened): Promise<boolean> {
  if (place.offset > 0) return false;
  const next = nextAfter(following, await siblingsOf(following.parts.path), place);
  if (next === null || next.file === place.file) return false;
  return beginAt(following, next, place);
}

async function begin(following: Following, opened: Opened): Promise<void> {
  const { kept, at, parts } = following;
  const next = keptPlace(opened.place);
  try {
    if (parts.isNumbered) {
      const { handle, place } = opened;
      opened.numbering = await numberingFrom(handle, place.offset, parts.rules);
    }
    if (kept?.file !== next.file || kept.offset !== next.offset) await parts.keep(next);
  } catch (error) {
    await opened.handle.close();
    throw error;
  }
  await at?.handle.close();
  Object.assign(following, { at: opened, kept: next, quiet: 0 });
  parts.connected(null);
}

/** Finds the kept place again: in the file, or in what a rotation made of it. */
async function findPlace(following: Following): Promise<boolean> {
  const { kept, parts } = following;
  const { path } = parts;
  const here = await siblingAt(path);
  const siblings = await siblingsOf(path);
  if (kept === null) {
    // What is rotated already at the very first start is left alone.
    const ns = siblings.at(-1)?.changedNs;
    const before = { afterFile: "", afterNs: String(ns === undefined ? 0n : ns + 1n) };
    return beginAt(following, here, before);
  }
  if (kept.offset === 0) {
    const next = nextAfter(following, siblings, kept) ?? here;
    if (next !== null && next === here && here.file !== kept.file) {
      parts.missed(`The file that was to be read is neither ${path} nor a rotated file beside it.`);
    }
    return beginAt(following, next, kept);
  }
  for (const one of [...(here === null ? [] : [here]), ...siblings.reverse()]) {
    const found = await openAt(one.path, kept);
    if (found === null) continue;
    await begin(following, found);
    return true;
  }
  if (here !== null) {
    const place = `byte ${kept.offset} of the file before it`;
    parts.missed(
      `What was read up to ${place} is neither in ${path} nor in a rotated file beside it.`,
    );
  }
  return beginAt(following, here, { afterFile: kept.file, afterNs: kept.afterNs });
}

/** Begins a file at its first byte; false: it is not there. */
async function beginAt(
  following: Following,
  next: Sibling | null,
  before: Before,
): Promise<boolean> {
  const opened = next === null ? null : await openNew(next.path, before);
  if (opened === null) {
    const { connected, path } = following.parts;
    connected(`${path} is not there.`);
    return false;
  }
  await begin(following, opened);
  return true;
}

/** A file as it was left: numbers of files are given again, and a late writer is read again. */
function leftAs(file: string, changedNs: bigint): string {
  return `${file}@${changedNs}`;
}

/** The rotated file that was written next after what was read; null: none was. */
function nextAfter(
  { parts, visited }: Following,
  siblings: readonly Sibling[],
  { afterFile, afterNs }: Before,
): Sibling | null {
  const isNext = (one: Sibling) =>
    isRotationOf(parts.path, one) &&
    one.changedNs >= BigInt(afterNs) &&
    !(one.file === afterFile && String(one.changedNs) === afterNs) &&
    !visited.has(leftAs(one.file, one.changedNs));
  return siblings.find(isNext) ?? null;
}

/** Bytes behind the place; null: the file was cut, and what was read is gone from it. */
async function readMore(
  { handle, place }: Opened,
  { mostBytes }: CutRules,
): Promise<Buffer | null> {
  const { size } = await handle.stat();
  if (size < place.offset) return null;
  const bytes = await readAt(handle, place.offset, Math.min(size - place.offset, mostBytes));
  // Looked at after the read: it may have been cut and written anew between, to the same length too.
  return (await isStillAt(handle, place)) ? bytes : null;
}

async function advance(following: Following, opened: Opened, bytes: Buffer): Promise<void> {
  const place = placeAfter(opened.place, bytes);
  const kept = keptPlace(place);
  await following.parts.keep(kept);
  opened.place = place;
  Object.assign(following, { kept, quiet: 0 });
}

/** What the path has by now, where that is another file and this one was quiet for long enough. */
async function hasMovedOn(following: Following, { place }: Opened): Promise<Sibling | null> {
  const here = await siblingAt(following.parts.path);
  if (here === null || here.file === place.file) {
    following.quiet = 0;
    return null;
  }
  following.quiet += 1;
  return following.quiet < QUIET_LOOKS ? null : here;
}

/** Leaves a file that is at its end for the one that was written after it. */
async function moveOn(
  following: Following,
  opened: Opened,
  { here, rest }: { here: Sibling; rest: Buffer },
): Promise<void> {
  const { path, deliver } = following.parts;
  // The same content under another number: it was written anew, as editors do.
  const { place } = opened;
  const same = place.offset === 0 ? null : await openAt(path, keptPlace(place));
  if (same !== null) return begin(following, same);
  if (rest.length > 0) {
    const detail = "The file ended in the middle of this line.";
    await deliver([{ bytes: rest, fault: { reason: "broken-csv", detail } }]);
    await advance(following, opened, rest);
  }
  const { mtimeNs } = await opened.handle.stat({ bigint: true });
  const before = { afterFile: opened.place.file, afterNs: String(mtimeNs) };
  const { visited } = following;
  visited.add(leftAs(opened.place.file, mtimeNs));
  const [oldest] = visited;
  if (visited.size > MOST_LEFT && oldest !== undefined) visited.delete(oldest);
  const between = nextAfter(following, await siblingsOf(path), before);
  const next = await openNew((between ?? here).path, before);
  // It was renamed or removed at this moment: the next look sees what is there then.
  if (next !== null) await begin(following, next);
}

/** The file open at its first byte; null: it is not there. */
function openNew(path: string, before: Before): Promise<Opened | null> {
  return openWith(path, async (_handle, file) => beginningOf(file, before));
}

/** The file open at the kept place; null: it is not there, or has no such place. */
function openAt(path: string, kept: KeptPlace): Promise<Opened | null> {
  return openWith(path, (handle, file) => placeIn(handle, file, kept));
}

async function openWith(
  path: string,
  placeOf: (handle: FileHandle, file: string) => Promise<Place | null>,
): Promise<Opened | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const place = await placeOf(handle, fileOf(await handle.stat({ bigint: true })));
    if (place !== null) return { handle, place };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}
