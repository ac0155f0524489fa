// Folders of a few bands, and figures of the real engine beside those of `exact`, as tests.
import { describe, expect, it } from "vitest";
import type { CgratesSemantics } from "../../src/cgrates/snapshot.ts";
import { cost, type FolderRows, folderOf, snapshotOf, type TestCall } from "./pricing.ts";

const snapshots = new Map<string, ReturnType<typeof snapshotOf>>();

/** The snapshot of a folder, compiled once. */
export function snapshot(rows: FolderRows, semantics: CgratesSemantics) {
  const key = semantics + JSON.stringify(rows);
  const known = snapshots.get(key) ?? snapshotOf(folderOf(rows), semantics);
  snapshots.set(key, known);
  return known;
}

/** [what, call, CGRateS's figure, exact figure]. */
type Figure = [string, TestCall, number | string, (number | string)?];

/** One test for each figure; without an exact one only CGRateS's is compared. */
export function figures(title: string, rows: FolderRows, list: Figure[]) {
  describe(title, () => {
    for (const [what, call, cgrates, exact] of list) {
      it(`${what}: ${cgrates}${exact === undefined ? "" : `, exact ${exact}`}`, () => {
        expect(cost(snapshot(rows, "cgrates"), call)).toBe(cgrates);
        if (exact !== undefined) expect(cost(snapshot(rows, "exact"), call)).toBe(exact);
      });
    }
  });
}

const ANY = "A,*any,*any,*any,*any,00:00:00";
const MORNING = "M,*any,*any,*any,*any,08:00:00";
const WEEKDAY = "WD,*any,*any,*any,1;2;3;4;5,00:00:00";
const WEEKEND = "WE,*any,*any,*any,6;7,00:00:00";

/** One rate for every row of a plan: [rates rows of tag, timing, weight]. */
export function bands(...list: { slots: string[]; timing: string; weight?: number }[]): FolderRows {
  return {
    timings: [ANY, MORNING, "E,*any,*any,*any,*any,20:00:00", WEEKDAY, WEEKEND],
    rates: list.flatMap(({ slots }, i) => slots.map((slot) => `R${i},${slot}`)),
    destinationRates: list.map((_, i) => `DR${i},D,R${i},*up,4,0,`),
    plans: list.map(({ timing, weight = 10 }, i) => `P,DR${i},${timing},${weight}`),
  };
}

/** A plan of one rate for all times. */
export const flat = (...slots: string[]) => bands({ slots, timing: "A" });
