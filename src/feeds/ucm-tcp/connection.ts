// One connection of a UCM: read, cut into records, and read on only when these are durable. Nothing is
// sent back.
import type { Socket } from "node:net";
import { FeedLost, type FeedParts } from "../contract.ts";
import { createFramer } from "./framer.ts";

export interface Connection {
  /** Of the peer. */
  address: string;
  /**
   * To be called every second: ends it where a record is unfinished for too long, and where it may not
   * send any more.
   */
  tick(): void;
  /** Reads what has come, and ends it. */
  close(): Promise<void>;
  closed: Promise<void>;
}

export interface ConnectionLimits {
  /** Of one record. */
  recordBytes: number;
  /** Without a byte while a record is unfinished. */
  idleSeconds: number;
  /** Of one record, from its first byte to its last. */
  recordSeconds: number;
}

/** Records that are handed over at once. */
const AT_ONCE = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Turns of the event loop in which what the system holds of a connection is read at its end. */
const LAST_TURNS = 10;

type Parts = Pick<FeedParts, "deliver" | "pause" | "count" | "refusal" | "name" | "log">;

export function serveConnection(
  socket: Socket,
  address: string,
  { parts, limits }: { parts: Parts; limits: ConnectionLimits },
): Connection {
  const framer = createFramer(limits.recordBytes);
  const { deliver, pause, count, refusal, name, log } = parts;
  let quietSeconds = 0;
  let recordSeconds = 0;
  /** For the store: nothing is read meanwhile, so nothing can be late. */
  let isWaiting = false;
  let isClosing = false;
  let why = "the connection ended within it";

  /** Until all of it is durable: the sender waits, for nobody takes what it writes meanwhile. */
  async function deliverAll(pieces: ReturnType<typeof framer.push>): Promise<void> {
    for (let from = 0; from < pieces.length; from += AT_ONCE) {
      const slice = pieces.slice(from, from + AT_ONCE);
      for (let faults = 1; ; faults += 1) {
        try {
          await deliver(slice);
          break;
        } catch (error) {
          const fault = error instanceof Error ? error.message : String(error);
          if (isClosing || error instanceof FeedLost) {
            const lost = pieces.length - from;
            log.error({ feed: name, address, lost, fault }, "records of a connection were lost");
            throw error;
          }
          log.warn({ feed: name, address, faults, fault }, "the feed waits, and tries again");
          await pause(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** Math.min(faults, 8)));
        }
      }
    }
  }

  async function run(): Promise<void> {
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        count({ bytes: chunk.length });
        quietSeconds = 0;
        const before = framer.unfinished();
        const pieces = framer.push(chunk);
        if (pieces.length > 0 || before === 0) recordSeconds = 0;
        isWaiting = true;
        await deliverAll(pieces);
        isWaiting = false;
        if (framer.isOver()) break;
      }
    } catch (error) {
      // A connection that was reset ends as any other; a record that is not durable was told.
      log.info({ feed: name, address, err: error }, "a connection broke");
    }
    socket.destroy();
    const left = framer.end(why);
    if (left.length > 0 || framer.isOver()) count({ cut: 1 });
    await deliverAll(left).catch(() => undefined);
  }

  const closed = run();
  return {
    address,
    closed,
    tick() {
      if (refusal(address) !== null) socket.destroy();
      if (isWaiting || framer.unfinished() === 0) return;
      quietSeconds += 1;
      recordSeconds += 1;
      if (quietSeconds > limits.idleSeconds) {
        why = `nothing came for ${limits.idleSeconds} s`;
        socket.destroy();
      } else if (recordSeconds > limits.recordSeconds) {
        why = `it was not whole after ${limits.recordSeconds} s`;
        socket.destroy();
      }
    },
    async close() {
      isClosing = true;
      for (let turn = 0; turn < LAST_TURNS && !socket.destroyed; turn += 1) {
        await new Promise((done) => setImmediate(done));
      }
      why = "the feed was stopped";
      socket.destroy();
      await closed;
    },
  };
}
