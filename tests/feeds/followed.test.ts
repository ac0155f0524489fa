// A file is followed through growth, rotation, cutting, replacement and crashes: whatever was written
// is handed over, in full, and what a crash repeats is only what was not kept yet.
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { afterAll, describe, expect, it } from "vitest";
import { createFollowed, type Followed } from "../../src/feeds/follow/followed.ts";
import { type KeptPlace, placeFrom } from "../../src/feeds/follow/place.ts";

const root = mkdtempSync(join(tmpdir(), "cdrate-follow-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;

/** A file, who follows it, and what came of it. */
function follower({ isNumbered = false } = {}) {
  folders += 1;
  const folder = mkdtempSync(join(root, `${folders}-`));
  const path = join(folder, "Master.csv");
  const seen = { records: [] as string[], halves: [] as string[], gaps: [] as string[] };
  const numbers: string[] = [];
  let kept: KeptPlace | null = null;
  let fault: string | null = null;
  let isFailing = false;
  let lines = 0;
  let followed = begin();

  function begin(): Followed {
    return createFollowed(
      {
        path,
        rules: { isWhole: () => true, mostBytes: 1000, mostRecords: 3 },
        isNumbered,
        async deliver(records) {
          for (const { bytes, fault: broken, occurrence } of records) {
            const text = Buffer.from(bytes).toString();
            (broken === undefined ? seen.records : seen.halves).push(text);
            if (occurrence !== undefined) numbers.push(`${text.trim()} ${occurrence}`);
          }
          if (isFailing) throw new Error("the store is away");
        },
        async keep(place) {
          kept = placeFrom(JSON.parse(JSON.stringify(place)));
        },
        connected: (told) => {
          fault = told;
        },
        missed: (reason) => seen.gaps.push(reason),
      },
      kept,
    );
  }

  return {
    path,
    seen,
    /** Each line that came, with its number. */
    numbers,
    line: () => {
      lines += 1;
      return `record ${lines} of this file\n`;
    },
    fault: () => fault,
    /** Until there is nothing more to do for several looks on end. */
    async settle() {
      for (let quiet = 0; quiet < 4; ) quiet = (await followed.step()) ? 0 : quiet + 1;
    },
    step: () => followed.step(),
    fail: (fails: boolean) => {
      isFailing = fails;
    },
    /** What the process knew is gone; what was kept is not. */
    async crash() {
      await followed.close();
      followed = begin();
    },
    close: () => followed.close(),
  };
}

describe("equal lines of a followed file", () => {
  property.prop([
    fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 12 }),
    fc.array(fc.constantFrom("settle", "crash", "fail", "rotate"), { maxLength: 12 }),
  ])(
    "have their numbers in it, through faults, crashes and a rename",
    async (lines, happenings) => {
      const { path, numbers, settle, step, fail, crash, close } = follower({ isNumbered: true });
      const seen = new Map<string, number>();
      const expected: string[] = [];
      for (const [index, line] of lines.entries()) {
        const happening = happenings[index];
        if (happening === "rotate" && index > 0) {
          await settle();
          renameSync(path, `${path}.${1000 - index}`);
          seen.clear();
        }
        appendFileSync(path, `${line}\n`);
        seen.set(line, (seen.get(line) ?? 0) + 1);
        expected.push(`${line} ${seen.get(line)}`);
        if (happening === "settle") await settle();
        if (happening === "crash") await crash();
        if (happening === "fail") {
          fail(true);
          await step().catch((error: Error) => expect(error.message).toBe("the store is away"));
          fail(false);
        }
      }
      await settle();
      // What a fault repeats has the number that it had.
      const repeated = numbers.filter(
        (one, at) => numbers.indexOf(one) < at && !expected.includes(one),
      );
      expect(repeated).toEqual([]);
      expect([...new Set(numbers)]).toEqual([...new Set(expected)]);
      await close();
    },
  );
});

describe("a followed file", () => {
  it("is read as it grows, half a line when it is whole", async () => {
    const { path, seen, settle, close } = follower();
    writeFileSync(path, "one\ntw");
    await settle();
    expect(seen.records).toEqual(["one\n"]);
    appendFileSync(path, "o\nthree\n");
    await settle();
    expect(seen.records).toEqual(["one\n", "two\n", "three\n"]);
    await close();
  });

  it("that is not there yet is waited for, and says so", async () => {
    const { path, seen, settle, fault, close } = follower();
    await settle();
    expect(fault()).toBe(`${path} is not there.`);
    writeFileSync(path, "one\n");
    await settle();
    expect(fault()).toBeNull();
    expect(seen).toEqual({ records: ["one\n"], halves: [], gaps: [] });
    await close();
  });

  it("that is renamed is read to its end first; half a line at that end is kept as such", async () => {
    const { path, seen, settle, close } = follower();
    writeFileSync(path, "one\n");
    await settle();
    appendFileSync(path, "two\nhal");
    renameSync(path, `${path}.1`);
    writeFileSync(path, "three\n");
    await settle();
    expect(seen).toEqual({ records: ["one\n", "two\n", "three\n"], halves: ["hal"], gaps: [] });
    await close();
  });

  it("that is copied and cut goes on in the copy, then at its new beginning", async () => {
    const { path, seen, settle, close } = follower();
    writeFileSync(path, "first one\n");
    await settle();
    appendFileSync(path, "two\n");
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    // Longer than before already: its size tells nothing.
    appendFileSync(path, "three, which is long enough\n");
    await settle();
    expect(seen.records).toEqual(["first one\n", "two\n", "three, which is long enough\n"]);
    expect(seen.gaps).toEqual([]);
    await close();
  });

  it("that was cut and has as many bytes again, before anybody looked, is read anew", async () => {
    const { path, seen, settle, close } = follower();
    writeFileSync(path, "one\n");
    await settle();
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, "two\n");
    await settle();
    expect(seen).toEqual({ records: ["one\n", "two\n"], halves: [], gaps: [] });
    await close();
  });

  it("that was rotated several times while nobody looked is read in the order of writing", async () => {
    const { path, seen, settle, crash, close } = follower();
    writeFileSync(path, "one\n");
    await settle();
    appendFileSync(path, "two\n");
    renameSync(path, `${path}.2`);
    writeFileSync(path, "three\n");
    renameSync(path, `${path}.1`);
    writeFileSync(path, "four\n");
    await crash();
    await settle();
    expect(seen.records).toEqual(["one\n", "two\n", "three\n", "four\n"]);
    expect(seen.gaps).toEqual([]);
    await close();
  });

  it("whose rest is gone has a gap, and goes on with what is there", async () => {
    const { path, seen, settle, crash, close } = follower();
    writeFileSync(path, "one\n");
    await settle();
    await crash();
    appendFileSync(path, "lost\n");
    unlinkSync(path);
    writeFileSync(path, "two\n");
    await settle();
    expect(seen.records).toEqual(["one\n", "two\n"]);
    expect(seen.gaps).toEqual([expect.stringContaining("byte 4")]);
    await close();
  });

  it("that an editor wrote anew goes on where it was", async () => {
    const { path, seen, settle, close } = follower();
    writeFileSync(path, "one\ntwo\n");
    await settle();
    writeFileSync(`${path}.new`, "one\ntwo\nthree\n");
    renameSync(`${path}.new`, path);
    await settle();
    expect(seen).toEqual({ records: ["one\n", "two\n", "three\n"], halves: [], gaps: [] });
    await close();
  });

  it("is not moved on in before its records are durable", async () => {
    const { path, seen, settle, step, fail, crash, close } = follower();
    writeFileSync(path, "one\ntwo\n");
    await step();
    fail(true);
    await expect(step()).rejects.toThrow("the store is away");
    await expect(step()).rejects.toThrow("the store is away");
    await crash();
    fail(false);
    await settle();
    expect(seen.records.slice(-2)).toEqual(["one\n", "two\n"]);
    await close();
  });

  const op = fc.constantFrom(
    "line",
    "line",
    "half",
    "step",
    "settle",
    "rename",
    "copy",
    "replace",
    "crash",
  );
  property.prop([fc.array(op, { maxLength: 40 })], { numRuns: 150 })(
    "hands over every line and every half, whatever happens to it",
    async (ops) => {
      const { path, seen, line, settle, step, crash, close } = follower();
      writeFileSync(path, "");
      await settle();
      const written = { lines: [] as string[], halves: [] as string[] };
      let half = "";
      let rotations = 0;
      const rotated = () => {
        rotations += 1;
        return `${path}-${rotations}`;
      };
      const endOfFile = () => {
        if (half !== "") written.halves.push(half);
        half = "";
      };
      for (const one of ops) {
        if (one === "line") {
          const text = line();
          appendFileSync(path, text);
          written.lines.push(half + text);
          half = "";
        } else if (one === "half") {
          const text = line().trim();
          appendFileSync(path, text);
          half += text;
        } else if (one === "rename") {
          renameSync(path, rotated());
          writeFileSync(path, "");
          endOfFile();
        } else if (one === "copy") {
          copyFileSync(path, rotated());
          truncateSync(path);
          endOfFile();
        } else if (one === "replace") {
          writeFileSync(`${path}~`, "");
          renameSync(path, rotated());
          renameSync(`${path}~`, path);
          endOfFile();
        } else if (one === "crash") await crash();
        else if (one === "settle") await settle();
        else await step();
      }
      await settle();
      expect(existsSync(path)).toBe(true);
      expect(written.lines.filter((text) => !seen.records.includes(text))).toEqual([]);
      expect(written.halves.filter((text) => !seen.halves.includes(text))).toEqual([]);
      expect(seen.records.filter((text) => !written.lines.includes(text))).toEqual([]);
      expect(seen.gaps).toEqual([]);
      await close();
    },
  );
});
