// Lines on their way to a file or pipe: gathered, and written a few at a time while the process works
// on. pino's own destination is not used for that: where the disk is full, its last write at the end of
// the process is tried for ever.

export interface LogLinesParts {
  /** Writes, at once or beside the work; answers how many bytes were taken. */
  write(bytes: Buffer, done: (error: unknown, taken: number) => void): void;
  /** The same at once, at the end of the process. */
  writeSync(bytes: Buffer): number;
  /** Runs something some milliseconds later. */
  later(run: () => void): void;
  /** For the line that tells of lost ones. */
  nowMs(): number;
  /** Bytes of lines that go out together; one line alone may have more. `PIPE_BYTES` when not said. */
  togetherBytes?: number;
}

export interface LogLines {
  add(line: string): void;
  /** Begins to write what was gathered. */
  flush(): void;
  /** Writes what is there, and waits for it. */
  end(): void;
}

/**
 * Several processes write to one pipe, and what has no more bytes than this is never mixed with what
 * another one writes (PIPE_BUF of Linux).
 */
const PIPE_BYTES = 4096;
/** What waits for a reader that does not read; what comes then is lost. */
const MOST_BYTES = 8_000_000;
/** For a pipe that is full: between two tries, and tries at the end of the process. */
const PAUSE_MS = 10;
const LAST_TRIES = 100;

export function createLogLines({
  write,
  writeSync,
  later,
  nowMs,
  togetherBytes = PIPE_BYTES,
}: LogLinesParts): LogLines {
  /** Full groups of lines, in their order, and the one that is being gathered. */
  const waiting: Buffer[] = [];
  let gathered = "";
  let gatheredBytes = 0;
  let bytes = 0;
  let lost = 0;
  let isWriting = false;
  let isPlanned = false;
  /** The pipe was full just now. */
  let isPausing = false;

  function close(): void {
    if (gathered === "") return;
    waiting.push(Buffer.from(gathered, "utf8"));
    gathered = "";
    gatheredBytes = 0;
  }

  function put(line: string, size: number): void {
    if (gatheredBytes + size > togetherBytes) close();
    gathered += line;
    gatheredBytes += size;
    bytes += size;
  }

  function tellLost(): void {
    if (lost === 0) return;
    const msg = `${lost} lines of this log could not be written and are lost`;
    lost = 0;
    const line = `${JSON.stringify({ level: 40, time: nowMs(), msg })}\n`;
    put(line, Buffer.byteLength(line));
  }

  function writeNext(): void {
    while (!isWriting && !isPausing && waiting[0] !== undefined) begin(waiting[0]);
  }

  function begin(next: Buffer): void {
    let isBeside = false;
    isWriting = true;
    write(next, (error, taken) => {
      isWriting = false;
      if (isFull(error)) return pause();
      take(next, error === null ? taken : next.length);
      if (isBeside) writeNext();
    });
    isBeside = true;
  }

  function pause(): void {
    isPausing = true;
    later(() => {
      isPausing = false;
      writeNext();
    });
  }

  /** What could not be written is lost, like what was written. */
  function take(first: Buffer, taken: number): void {
    bytes -= taken;
    if (taken >= first.length) waiting.shift();
    else waiting[0] = first.subarray(taken);
    if (waiting.length === 0) tellLost();
  }

  function flush(): void {
    close();
    writeNext();
  }

  return {
    add(line) {
      const size = Buffer.byteLength(line);
      if (bytes + size > MOST_BYTES) {
        lost += 1;
        return;
      }
      put(line, size);
      if (waiting.length > 0) writeNext();
      if (isPlanned) return;
      isPlanned = true;
      later(() => {
        isPlanned = false;
        flush();
      });
    },
    flush,
    end() {
      tellLost();
      close();
      // What is being written beside the work goes out whole before the process is over.
      if (isWriting) waiting.shift();
      for (let tries = LAST_TRIES; waiting[0] !== undefined && tries > 0; ) {
        const taken = takenNow(waiting[0], writeSync);
        if (taken !== null) take(waiting[0], taken);
        else tries -= 1;
      }
    },
  };
}

/** Bytes that were taken, or are lost; null: the pipe is full, and a moment has passed. */
function takenNow(bytes: Buffer, writeSync: LogLinesParts["writeSync"]): number | null {
  try {
    return writeSync(bytes);
  } catch (error) {
    if (!isFull(error)) return bytes.length;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    return null;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
