// Goal: every line goes out whole and in its order, whatever the file or pipe does: slow, full, gone;
// what cannot is counted, and nothing waits for it. Method: a writer of our own, turn by turn.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLogLines } from "../../src/compose/log-lines.ts";

function full(): Error {
  return Object.assign(new Error("full"), { code: "EAGAIN" });
}

/** A place to write to that does nothing by itself. */
function place(more: { togetherBytes?: number } = {}) {
  const written: string[] = [];
  const begun: { bytes: Buffer; done: (error: unknown, taken: number) => void }[] = [];
  const planned: (() => void)[] = [];
  let atOnce: (bytes: Buffer) => number = (bytes) => bytes.length;
  const lines = createLogLines({
    write: (bytes, done) => begun.push({ bytes, done }),
    writeSync(bytes) {
      const taken = atOnce(bytes);
      written.push(bytes.subarray(0, taken).toString("utf8"));
      return taken;
    },
    later: (run) => planned.push(run),
    nowMs: () => 1_700_000_000_000,
    ...more,
  });
  return {
    lines,
    begun,
    text: () => written.join(""),
    writes: () => written.length,
    runPlanned: () => {
      for (const run of planned.splice(0)) run();
    },
    /** Ends the write under way, after so many of its bytes. */
    take(bytes = Number.POSITIVE_INFINITY) {
      const one = begun.shift();
      if (one === undefined) throw new Error("nothing is being written");
      const taken = Math.min(bytes, one.bytes.length);
      written.push(one.bytes.subarray(0, taken).toString("utf8"));
      one.done(null, taken);
    },
    fail(error: unknown) {
      begun.shift()?.done(error, 0);
    },
    whenEnding(write: (bytes: Buffer) => number) {
      atOnce = write;
    },
  };
}

describe("lines of a log", () => {
  it("are gathered, and written later as one", () => {
    const at = place();
    for (const line of ["a\n", "b\n", "c\n"]) at.lines.add(line);
    expect(at.begun).toHaveLength(0);
    at.runPlanned();
    expect(at.begun).toHaveLength(1);
    at.take();
    expect(at.text()).toBe("a\nb\nc\n");
  });

  it("go out at once where somebody asks for it", () => {
    const at = place();
    at.lines.add("error\n");
    at.lines.flush();
    at.take();
    expect(at.text()).toBe("error\n");
  });

  it("to a file go out together up to its own bound", () => {
    const line = `${"x".repeat(999)}\n`;
    const [pipe, file] = [place(), place({ togetherBytes: 20_000 })];
    for (let n = 0; n < 40; n += 1) {
      pipe.lines.add(line);
      file.lines.add(line);
    }
    for (const at of [pipe, file]) {
      at.runPlanned();
      while (at.begun.length > 0) at.take();
      expect(at.text()).toBe(line.repeat(40));
    }
    expect([pipe.writes(), file.writes()]).toEqual([10, 2]);
  });

  it("keep their order and are never cut between two writes of other processes", () => {
    const line = fc
      .string({ minLength: 1, maxLength: 900 })
      .map((text) => `${JSON.stringify(text)}\n`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (all) => {
        const at = place();
        const groups: Buffer[] = [];
        for (const one of all) at.lines.add(one);
        at.runPlanned();
        while (at.begun[0] !== undefined) {
          groups.push(at.begun[0].bytes);
          at.take();
        }
        expect(at.text()).toBe(all.join(""));
        for (const group of groups) {
          expect(group.length).toBeLessThanOrEqual(4096);
          expect(group.at(-1)).toBe(0x0a);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("are written on from where a write ended", () => {
    const at = place();
    at.lines.add("0123456789\n");
    at.lines.flush();
    at.take(4);
    at.take();
    expect(at.text()).toBe("0123456789\n");
  });

  it("wait for a pipe that is full, and go out later", () => {
    const at = place();
    at.lines.add("first\n");
    at.lines.flush();
    at.fail(full());
    expect(at.begun).toHaveLength(0);
    at.runPlanned();
    at.take();
    expect(at.text()).toBe("first\n");
  });

  it("go out one after the other where each write is taken at once, however many", () => {
    const [written, planned]: [string[], (() => void)[]] = [[], []];
    let room = 0;
    const lines = createLogLines({
      write(bytes, done) {
        if (room === 0) return done(full(), 0);
        room -= 1;
        written.push(bytes.toString("utf8"));
        done(null, bytes.length);
      },
      writeSync: () => expect.fail("not at the end yet"),
      later: (run) => planned.push(run),
      nowMs: () => 0,
    });
    const all = Array.from({ length: 7000 }, (_, n) => `${String(n).padStart(999, " ")}\n`);
    for (const line of all) lines.add(line);
    const again = () => {
      for (const run of planned.splice(0)) run();
    };
    again();
    expect(written).toEqual([]);
    room = Number.POSITIVE_INFINITY;
    again();
    expect(written.join("")).toBe(all.join(""));
  });

  it("are lost where the disk is full, and those after it go out", () => {
    const at = place();
    at.lines.add("lost\n");
    at.lines.flush();
    at.fail(new Error("ENOSPC"));
    at.lines.add("kept\n");
    at.lines.flush();
    at.take();
    expect(at.text()).toBe("kept\n");
  });

  it("are counted when nobody reads for long, and the count is told", () => {
    const at = place();
    const long = `${"x".repeat(999)}\n`;
    for (let n = 0; n < 8010; n += 1) at.lines.add(long);
    at.lines.end();
    const all = at.text();
    expect(all.match(/x\n/g)).toHaveLength(8000 - 4);
    expect(all).toContain("10 lines of this log could not be written");
  });
});

describe("the end of the process", () => {
  it("writes what was gathered and what waits, but not again what is being written", () => {
    const at = place();
    at.lines.add("under way\n");
    at.lines.flush();
    at.lines.add("gathered\n");
    at.lines.end();
    expect(at.text()).toBe("gathered\n");
    at.take();
    expect(at.text()).toBe("gathered\nunder way\n");
  });

  it("does not last for ever where nothing can be written", () => {
    const at = place();
    at.whenEnding(() => {
      throw new Error("ENOSPC");
    });
    at.lines.add("lost\n");
    at.lines.end();
    expect(at.text()).toBe("");
    const pipe = place();
    let tries = 0;
    pipe.whenEnding(() => {
      tries += 1;
      throw full();
    });
    pipe.lines.add("lost too\n");
    const startMs = performance.now();
    pipe.lines.end();
    expect(tries).toBeGreaterThan(1);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });
});
