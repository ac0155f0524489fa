// The log of a process: lines of JSON to standard error, since standard output is for answers.
import { fstatSync, write, writeSync } from "node:fs";
import { pino } from "pino";
import type { Log } from "../engine/ports.ts";
import { createLogLines, type LogLines, type LogLinesParts } from "./log-lines.ts";

const STANDARD_ERROR = 2;
/** Longer than the system needs for what it writes at once, and no eye sees it. */
const LATER_MS = 50;

/** One a process: whoever makes a log writes to the same place. */
let lines: LogLines | undefined;

/** A file takes a write whole, however long: hundreds of lines go out at the cost of one. */
const FILE_BYTES = 65_536;

type Write = LogLinesParts["write"];

/** A disk may be slow, and takes the whole: the end of the process waits for what is under way. */
const writeBeside: Write = (bytes, done) => {
  write(STANDARD_ERROR, bytes, (error, taken) => done(error, taken));
};

/**
 * A pipe takes what it has room for, or says that it is full. Beside the work nobody would know at the
 * end of the process whether what is under way was taken.
 */
function writeAtOnce(): Write {
  // Node opens it so that it never waits for a reader.
  void process.stderr;
  return (bytes, done) => {
    let taken: number;
    try {
      taken = writeSync(STANDARD_ERROR, bytes);
    } catch (error) {
      return done(error, 0);
    }
    done(null, taken);
  };
}

function standardError(): LogLines {
  if (lines !== undefined) return lines;
  const kind = fstatSync(STANDARD_ERROR);
  const opened = createLogLines({
    write: kind.isFIFO() || kind.isSocket() ? writeAtOnce() : writeBeside,
    ...(kind.isFile() ? { togetherBytes: FILE_BYTES } : {}),
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
