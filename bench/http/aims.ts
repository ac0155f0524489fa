// What must be true, each with its aim and what was measured: printed together at the end of a run.
import { cpus } from "node:os";
import { say } from "./measure.ts";
import { ROUNDS } from "./turns.ts";

interface Aim {
  what: string;
  aim: string;
  measured: string;
  isMet: boolean | null;
}

const aims: Aim[] = [];

export interface Expected {
  what: string;
  measured: number;
  least?: number;
  most?: number;
  digits?: number;
  unit?: string;
}

/** Notes a figure that is to be at least, or at most, another one. */
export function expectFigure({
  what,
  measured,
  least,
  most,
  digits = 2,
  unit = "",
}: Expected): void {
  const text = (value: number) => `${value.toFixed(digits)}${unit}`;
  const aim = least === undefined ? `≤ ${text(most ?? 0)}` : `≥ ${text(least)}`;
  const isMet = least === undefined ? measured <= (most ?? 0) : measured >= least;
  aims.push({ what, aim, measured: text(measured), isMet });
}

/** Notes what could not be measured here, and what it needs. */
export function notMeasured(what: string, why: string): void {
  aims.push({ what, aim: "", measured: `not measured: ${why}`, isMet: null });
}

/** Whether two figures that are to be equal differ by no more than 5 %. */
export function expectSame(what: string, ratio: number): void {
  expectFigure({ what, measured: ratio, least: 0.95 });
}

export function sayAims(): void {
  if (aims.length === 0) return;
  say(`\nWhat must be true (median of ${ROUNDS} turns, ${cpus().length} cores, load on the same):`);
  const width = Math.max(...aims.map(({ what }) => what.length));
  for (const { what, aim, measured, isMet } of aims) {
    const word = isMet === null ? "" : isMet ? "  met" : "  MISSED";
    say(`${what.padEnd(width)}  ${aim.padEnd(10)}  ${measured}${word}`);
  }
}
