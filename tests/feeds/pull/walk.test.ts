// However rows come — late, below what was read, with clocks that jump, in a table that is emptied — and
// whatever breaks while they are read: each is handed over, and none is known that was not.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { BY_NUMBER, byTime, type PulledRow } from "../../../src/feeds/pull/order.ts";
import {
  BEGINNING,
  type Position,
  positionFrom,
  positionJson,
} from "../../../src/feeds/pull/position.ts";
import { createWalk, type Walk } from "../../../src/feeds/pull/walk.ts";

interface Row extends PulledRow {
  name: string;
}

const HOUR_MS = 3_600_000;
const START_MS = Date.parse("2026-03-02T10:00:00Z");

/** A table of somebody, and who reads it. */
function reader(
  kind: "number" | "time",
  { overlapMs = 300_000, overlapRows = 20, batchRows = 3 } = {},
) {
  const order = kind === "number" ? BY_NUMBER : byTime("UTC");
  let nowMs = START_MS;
  let rows: Row[] = [];
  const taken: string[] = [];
  const notes: string[] = [];
  let kept: Position = BEGINNING;
  let [names, failures] = [0, 0];
  const fail = () => {
    if (failures === 0) return;
    failures -= 1;
    throw new Error("away");
  };
  const unfinished = new Set<string>();
  let walk = begin();

  function begin(): Walk {
    return createWalk<Row>(
      {
        pulled: {
          order,
          async rows(from, limit) {
            fail();
            const isBehind = ({ key }: Row) =>
              from === null || order.compare(key, from) > (order.isUnique ? 0 : -1);
            const sorted = rows
              .filter(isBehind)
              .sort((one, other) => order.compare(one.key, other.key));
            return sorted.slice(0, limit);
          },
          ...(order.isUnique
            ? { at: async (keys) => rows.filter(({ key }) => keys.includes(key)) }
            : {
                before: async (key) => rows.filter((row) => order.compare(row.key, key) < 0).length,
              }),
        },
        clock: () => nowMs,
        ...{ batchRows, overlapMs, overlapRows },
        unfinishedMs: 12 * HOUR_MS,
        isWhole: ({ name }) => !unfinished.has(name),
        async take(some) {
          fail();
          taken.push(...some.map(({ name }) => name));
          fail();
        },
        async keep(position) {
          fail();
          const json = positionJson(position);
          kept = positionFrom(JSON.parse(JSON.stringify(json)));
        },
        note: (what) => void notes.push(what),
      },
      kept,
    );
  }

  return {
    taken,
    notes,
    unfinished,
    kept: () => kept,
    now: () => nowMs,
    pass(ms: number) {
      nowMs += ms;
    },
    write(key: string): string {
      names += 1;
      const name = `${key}#${names}`;
      rows.push({ key, hash: name, name });
      return name;
    },
    empty() {
      rows = [];
    },
    breakNext(times: number) {
      failures = times;
    },
    crash() {
      walk = begin();
    },
    /** Until there is nothing more. */
    async read() {
      for (let step = 0; step < 500; step += 1) {
        try {
          if (!(await walk.step())) return;
        } catch (error) {
          if (!(error instanceof Error && error.message === "away")) throw error;
        }
      }
      throw new Error("it never ends");
    },
  };
}

const text = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

describe("rows by their numbers", () => {
  it("each once, and a late one below what was read", async () => {
    const table = reader("number");
    for (const key of ["1", "2", "3", "5", "6", "7", "8", "9"]) table.write(key);
    await table.read();
    table.pass(1000);
    table.write("4");
    await table.read();
    expect(table.taken.map((name) => name.split("#")[0])).toEqual([
      "1",
      "2",
      "3",
      "5",
      "6",
      "7",
      "8",
      "9",
      "4",
    ]);
    table.pass(1000);
    await table.read();
    expect(table.taken).toHaveLength(9);
  });

  it("a table that was emptied is begun anew, be it filled further than before or not", async () => {
    for (const more of [2, 30]) {
      const table = reader("number");
      for (let key = 1; key <= 12; key += 1) table.write(String(key));
      await table.read();
      table.empty();
      const next = Array.from({ length: more }, (_none, key) => table.write(String(key + 1)));
      table.pass(60_000);
      await table.read();
      table.pass(60_000);
      await table.read();
      expect(table.taken.slice(12).toSorted()).toEqual(next.toSorted());
      expect(table.notes).toHaveLength(1);
    }
  });

  it("a row without its end is looked at again until it has one, however far the others are", async () => {
    const table = reader("number");
    const name = table.write("1");
    table.unfinished.add(name);
    for (let key = 2; key < 100; key += 1) table.write(String(key));
    await table.read();
    expect(table.taken).toHaveLength(98);
    table.pass(HOUR_MS);
    table.crash();
    await table.read();
    table.unfinished.delete(name);
    table.pass(HOUR_MS);
    await table.read();
    expect(table.taken).toContain(name);
    expect(table.kept().key).toBe("99");
  });

  it("one that never has an end is handed over as it is", async () => {
    const table = reader("number");
    const name = table.write("1");
    table.unfinished.add(name);
    await table.read();
    table.pass(12 * HOUR_MS);
    await table.read();
    expect(table.taken).toEqual([name]);
  });
});

describe("rows by their times", () => {
  it("many at one time, and a clock that goes back an hour", async () => {
    const table = reader("time", { overlapMs: 2 * HOUR_MS, overlapRows: 200 });
    const names = Array.from({ length: 40 }, () => table.write(text(START_MS)));
    await table.read();
    names.push(table.write(text(START_MS + 60_000)));
    table.pass(60_000);
    await table.read();
    names.push(table.write(text(START_MS - HOUR_MS + 61_000)));
    table.pass(1000);
    await table.read();
    expect(table.taken.toSorted()).toEqual(names.toSorted());
  });

  it("a clock that was years ahead moves no place, one that falls far back is found by the count", async () => {
    const table = reader("time", { overlapMs: 2 * HOUR_MS });
    const names: string[] = [];
    const add = (ms: number) => names.push(table.write(text(ms)));
    for (let hour = 0; hour < 48; hour += 1) add(START_MS - 48 * HOUR_MS + hour * HOUR_MS);
    await table.read();
    add(START_MS + 400 * 24 * HOUR_MS);
    table.pass(1000);
    await table.read();
    table.pass(60_000);
    add(table.now());
    await table.read();
    table.pass(700_000);
    await table.read();
    add(Date.parse("1999-12-31T23:00:00Z"));
    add(START_MS - 30 * HOUR_MS);
    table.pass(700_000);
    await table.read();
    expect(new Set(table.taken)).toEqual(new Set(names));
    expect(table.notes).toHaveLength(1);
  });

  it("more rows at one time than can be asked for is a fault with a name", async () => {
    const table = reader("time", { batchRows: 40_000 });
    for (let row = 0; row < 70_000; row += 1) table.write(text(START_MS));
    await expect(table.read()).rejects.toThrow("over 65536 rows have the time");
  });
});

type Action =
  | { kind: "write"; back: number }
  | { kind: "pass"; ms: number }
  | { kind: "break"; times: number }
  | { kind: "crash" }
  | { kind: "read" };

const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("write" as const), back: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 100_000 }) }),
    fc.record({ kind: fc.constant("break" as const), times: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("crash" as const) }),
    fc.record({ kind: fc.constant("read" as const) }),
  ),
  { maxLength: 60 },
);

describe("whatever happens", () => {
  property.prop([actions, fc.constantFrom("number" as const, "time" as const)], { numRuns: 150 })(
    "every row is handed over, and without a crash or a fault once",
    async (happened: Action[], kind) => {
      const table = reader(kind, { overlapMs: 2 * HOUR_MS, overlapRows: 100 });
      const names: string[] = [];
      const free = new Set<number>();
      let top = 0;
      let isBroken = false;
      for (const one of happened) {
        if (one.kind === "pass") table.pass(one.ms);
        else if (one.kind === "break") table.breakNext(one.times);
        else if (one.kind === "crash") table.crash();
        else if (one.kind === "read") await table.read();
        else if (kind === "time") {
          // Up to an hour and a half back, as clock changes are.
          names.push(table.write(text(table.now() - one.back * 600_000)));
        } else {
          // A number that was given, and is written later than higher ones.
          const late = [...free].find((number) => top - number >= one.back);
          if (late !== undefined && one.back > 4) {
            free.delete(late);
            names.push(table.write(String(late)));
          } else {
            top += 1;
            if (one.back === 0) free.add(top);
            else names.push(table.write(String(top)));
          }
        }
        isBroken ||= one.kind === "break" || one.kind === "crash";
      }
      table.breakNext(0);
      table.pass(100_000);
      await table.read();
      expect(new Set(table.taken)).toEqual(new Set(names));
      if (!isBroken) expect(table.taken).toHaveLength(names.length);
    },
  );
});
