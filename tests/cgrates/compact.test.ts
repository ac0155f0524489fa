// Goal: layers that were put together price every call as before, and leave the same objects, in few layers.
// Method: random layers over few names, so that they take the place of one another and are taken away.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compacted } from "../../src/cgrates/layers/compact.ts";
import {
  CHARGERS,
  DESTINATIONS,
  layeredObjects,
  layerTables,
  type ObjectTable,
  RATING_PLANS,
  RATING_PROFILES,
  TIMINGS,
} from "../../src/cgrates/layers/objects.ts";
import { layersOf } from "../../src/cgrates/layers/read.ts";
import { runs } from "../runs.ts";
import { BASE, type Files, filesOf, layer, pricesOf, whole } from "./random-layers.ts";

const begin = () => filesOf(0, { removed: [], files: BASE });

/** The objects of a table, in their order where that decides anything. */
function objectsOf(files: Files, table: ObjectTable): unknown[] {
  const layers = layersOf(files).map(([, own]) => layerTables(own));
  const objects = [...layeredObjects(layers, table)];
  const isOrdered = table === DESTINATIONS || table === CHARGERS;
  return isOrdered ? objects : objects.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Lines of profiles are those of another file now; they only say where something stands. */
function priced(files: Files): string[] {
  const read = whole(files);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return pricesOf(read.snapshot);
}

describe("layers that are put together", () => {
  test.prop([fc.array(layer, { minLength: 1, maxLength: 8 })], { numRuns: runs(60) })(
    "price as they did, and leave the same objects",
    (layers) => {
      let files = begin();
      let number = 1;
      for (const added of layers) {
        const next = { ...files, ...filesOf(number, added) };
        if (!whole(next).ok) continue;
        files = next;
        number += 1;
      }
      const few = compacted(files);
      if (few === null) throw new Error("they are not put together");
      expect(priced(few)).toEqual(priced(files));
      for (const table of [DESTINATIONS, RATING_PLANS, RATING_PROFILES, CHARGERS, TIMINGS]) {
        expect(objectsOf(few, table)).toEqual(objectsOf(files, table));
      }
      const [before, after] = [whole(files), whole(few)];
      if (!before.ok || !after.ok) throw new Error("they were read");
      expect(after.snapshot.hasChargers).toBe(before.snapshot.hasChargers);
      expect(after.snapshot.chargers.map(({ line: _line, file: _file, ...one }) => one)).toEqual(
        before.snapshot.chargers.map(({ line: _line, file: _file, ...one }) => one),
      );
      // The base, destinations, a layer for each plan, other objects, and what is gone at the end.
      expect(layersOf(few).length).toBeLessThanOrEqual(6);
      expect(compacted(few)).toEqual(few);
    },
  );

  it("keep the tables that nothing here knows, each in its place", () => {
    const accounts = (number: number) => ({
      [`layer-00000${number}/AccountActions.csv`]: `cgrates.org,100${number},,,,\n`,
    });
    const files = { ...begin(), ...accounts(1), ...accounts(2) };
    expect(compacted(files)).toEqual(files);
  });

  it("stay as they are where one is of a form that is not put together", () => {
    const profiles = "layer-000001/RatingProfiles.csv";
    const old = "*out,cgrates.org,call,1001,2020-01-01T00:00:00Z,P,,\n";
    expect(compacted({ ...begin(), [profiles]: old })).toBeNull();
  });
});
