// The log of a process: lines of JSON to standard error, since standard output is for answers.
import { write, writeSync } from "node:fs";
import { pino } from "pino";
import type { Log } from "../engine/ports.ts";
import { createLogLines, type LogLines } from "./log-lines.ts";

const STANDARD_ERROR = 2;
/** Longer than the system needs for what it writes at once, and no eye sees it. */
const LATER_MS = 50;

/** One a process: whoever makes a log writes to the same place. */
let lines: LogLines | undefined;

function standardError(): LogLines {
  if (lines !== undefined) return lines;
  const opened = createLogLines({
    write: (text, done) => write(STANDARD_ERROR, text, (error, bytes) => done(error, bytes)),
    writeSync: (bytes) => writeSync(STANDARD_ERROR, bytes),
    later: (run) => void setTimeout(run, LATER_MS).unref(),
    nowMs: Date.now,
  });
  // At the end of the process, also of one that an error ends.
  process.on("exit", opened.end);
  lines = opened;
  return opened;
}

/**
 * Lines are gathered and written beside the work, errors at once. Where they cannot be written (a
 * full disk, a reader that is gone) they are lost, and the work goes on.
 */
export function createLog(level: string): Log {
  const destination = standardError();
  const logger = pino({ level }, { write: destination.add });
  return {
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error(facts, message) {
      logger.error(facts, message);
      destination.flush();
    },
  };
}
