// One look at a device: the calls that began since then, page by page, each durable before the next.
import { EVERYTHING } from "../../access/scope.ts";
import { readArrival } from "../../engine/intake/record-formats.ts";
import { mediate } from "../../mediation/mediate.ts";
import type { FeedBytes, FeedParts } from "../contract.ts";
import type { Device } from "./device.ts";
import { DeviceFault } from "./fault.ts";
import type { Known } from "./known.ts";
import { type Page, pageOf } from "./page.ts";

/** Groups of records that one answer has at most; devices take up to 1000. */
const PAGE = 500;
/** Pages of one look: over it the device has no end. */
const MOST_PAGES = 2000;
/** Records that are handed over at once. */
const AT_ONCE = 500;

type Parts = Pick<FeedParts, "deliver" | "count" | "clock" | "source">;

export interface LookParts {
  device: Device;
  parts: Parts;
  /** What was handed over before. */
  known: Known;
  /** When a call began that is durable now; not those of the future of this clock. */
  heard(startMs: number): void;
  isStopped(): boolean;
}

/** `stopped`: before its end. @throws DeviceFault, and what `deliver` throws */
export async function look(
  looking: LookParts,
  sinceMs: number,
): Promise<"found" | "nothing" | "stopped"> {
  const { device, parts, isStopped } = looking;
  let before: { body: Buffer; offset: number } | null = null;
  let size = PAGE;
  let offset = 0;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const asked = {
      numRecords: String(size),
      offset: String(offset),
      startTime: timeText(sinceMs),
    };
    const body = await device.cdrs({ format: "json", ...asked });
    parts.count({ pages: 1, bytes: body.length });
    if (isStopped()) return "stopped";
    const isAlone = size === 1;
    const answered = pageOf(body);
    const page = isAlone ? answered : soundPart(answered, looking);
    const { groups, rest } = page;
    if (groups.length === 0 && rest === null) return before === null ? "nothing" : "found";
    if (before !== null && before.offset < offset && body.equals(before.body)) {
      throw new DeviceFault(`the device answers the same from offset ${offset} on as before it`);
    }
    before = { body, offset };
    await handOver(looking, { page, isAlone });
    // Groups are counted, whatever the device counts: so some may come twice, and none is passed over.
    offset += groups.length === 0 && isAlone ? 1 : groups.length;
    // What cannot be read is asked for by itself, and what stands behind it again.
    size = groups.length === 0 && !isAlone ? 1 : PAGE;
  }
  throw new DeviceFault(`the device has no end of calls after ${MOST_PAGES} pages`);
}

/** A text that is never closed makes one group of it and those behind it: those are asked for again. */
function soundPart(page: Page, { known, parts }: LookParts): Page {
  const isBroken = ({ bytes }: FeedBytes) => {
    if (known.has(bytes)) return false;
    const read = readRecord(bytes, parts);
    return !read.ok && read.reason === "broken-json";
  };
  const at = page.groups.findIndex((group) => group.some(isBroken));
  if (at < 0) return page;
  return { groups: page.groups.slice(0, at), rest: page.rest ?? Buffer.alloc(0) };
}

/** What is cut is a record only where nothing else was asked for. */
async function handOver(
  { parts, known, heard }: LookParts,
  { page, isAlone }: { page: Page; isAlone: boolean },
): Promise<void> {
  const pieces: FeedBytes[] = page.groups.flat();
  if (isAlone && page.groups.length === 0 && page.rest !== null) {
    const detail = "The device's answer has no whole record here.";
    const fault = { reason: "broken-json" as const, detail };
    pieces.push({ bytes: page.rest, format: "ucm-json", fault });
  }
  const fresh = pieces.filter(({ bytes }) => !known.has(bytes));
  for (let from = 0; from < fresh.length; from += AT_ONCE) {
    const slice = fresh.slice(from, from + AT_ONCE);
    await parts.deliver(slice);
    for (const record of slice) {
      known.add(record.bytes);
      const startMs = record.fault === undefined ? startOf(record, parts) : null;
      if (startMs !== null) heard(startMs);
    }
  }
}

/** When the call began; null: it cannot be read, or began in the future of this clock. */
function startOf({ bytes }: FeedBytes, parts: Parts): number | null {
  const { source, clock } = parts;
  const read = readRecord(bytes, parts);
  const mediated = read.ok ? mediate(read.raw, source, clock()) : null;
  const start = mediated?.ok === true ? mediated.cdr.primary.setupTime : undefined;
  return start === undefined || start.atMs > clock() ? null : start.atMs;
}

function readRecord(bytes: Uint8Array, { source }: Parts) {
  return readArrival({ source, format: "ucm-json", bytes, scope: EVERYTHING });
}

/** The device's answers to what it does not understand are empty, as where there is nothing. */
const LONG_AGO_MS = Date.UTC(2000, 0, 1);

/**
 * After a look that found nothing: whether that can be believed. `hasFound`: since then it has told a call
 * before. @throws DeviceFault
 */
export async function requireSense(
  device: Device,
  { sinceMs, hasFound }: { sinceMs: number; hasFound: boolean },
): Promise<void> {
  const isAny = async (more: Record<string, string>) => {
    const body = await device.cdrs({ format: "json", numRecords: "1", offset: "0", ...more });
    const { groups, rest } = pageOf(body);
    return groups.length > 0 || rest !== null;
  };
  // All of it was deleted, or there never was anything.
  if (!(await isAny({}))) return;
  if (!hasFound && (await isAny({ startTime: timeText(LONG_AGO_MS) }))) return;
  throw new DeviceFault(
    hasFound
      ? `the device has calls, but tells none since ${timeText(sinceMs)}, not even those that it told before: was its clock set back, or calls deleted there?`
      : "the device has calls, but tells none by their time: it does not understand startTime",
  );
}

/** With its offset: the zone of the device does not matter. */
function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}+00:00`;
}
