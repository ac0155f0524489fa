// The feed kind `queue-log`: Asterisk's log of its queues, read as it grows; its lines become events of
// queues, and no CDRs.
import type { JsonObject } from "../../cdr/json.ts";
import type { QueueEvent } from "../../stores/ports/queue-events.ts";
import { type FeedBytes, type FeedKind, type FeedParts, wholeNumber } from "../contract.ts";
import { createFileFeed, type FileReading } from "../follow/follow.ts";
import type { QueueLogSettings } from "../settings.ts";
import { readQueueLogLine } from "./line.ts";

/** Lines that are handed over at once; a crash repeats at most these. */
const MOST_LINES = 500;
/** Bytes without a line end that are no line. */
const MOST_LINE_BYTES = 65_536;

export const QUEUE_LOG: FeedKind<QueueLogSettings> = {
  listens: false,
  format: "queue-log",
  create: (settings, parts) =>
    createFileFeed(settings, parts, (position) => linesFrom(position, parts)),
};

/** Its place is that of the file, with the number of lines before it. */
function linesFrom(position: JsonObject | null, parts: FeedParts): FileReading {
  let lines = wholeNumber(position?.["lines"]);
  let handed = 0;
  return {
    rules: { isWhole: () => true, mostBytes: MOST_LINE_BYTES, mostRecords: MOST_LINES },
    isNumbered: true,
    async deliver(records) {
      const { events, faults } = readLines(records, {
        first: lines + 1,
        source: parts.source.name,
      });
      if (events.length > 0) await parts.tellQueues(events);
      if (faults.length > 0) await parts.deliver(faults);
      const lastCallMs = events.at(-1)?.atMs ?? null;
      const read = records.length - faults.length;
      if (read > 0) parts.brought({ lines: read, outcomes: {}, firstCallMs: null, lastCallMs });
      handed = records.length;
    },
    async keep(place) {
      const isBeginning = place.offset === 0;
      const before = isBeginning ? 0 : lines + handed;
      await parts.keep({ ...place, lines: before });
      lines = before;
      handed = 0;
    },
  };
}

function readLines(
  records: readonly FeedBytes[],
  { first, source }: { first: number; source: string },
): { events: QueueEvent[]; faults: FeedBytes[] } {
  const events: QueueEvent[] = [];
  const faults: FeedBytes[] = [];
  for (const [index, record] of records.entries()) {
    const { bytes, fault, occurrence } = record;
    const at = `Line ${first + index}: `;
    if (fault !== undefined) {
      faults.push({ bytes, fault: { ...fault, detail: `${at}${fault.detail}` } });
      continue;
    }
    const read = readQueueLogLine(Buffer.from(bytes).toString("utf8"), { source, occurrence });
    if (read.ok) events.push(...read.events);
    else faults.push({ bytes, fault: { reason: "broken-csv", detail: `${at}${read.detail}.` } });
  }
  return { events, faults };
}
