// Calls as a device's interface for CDRs tells them: without its serial number.
import { ucmLeg } from "../ucm-legs.ts";
import type { Group } from "./device.ts";

const TEN_MS = Date.UTC(2026, 2, 2, 10);

/** A call of one leg, which is told by itself. */
export function groupOf(call: number, changes: object = {}): Group {
  const leg = { ...ucmLeg(call), sn: undefined, ...changes };
  return { startMs: TEN_MS + (call % 3600) * 1000, text: JSON.stringify(leg) };
}

/** A call with its legs, and the sum of them. */
export function sumOf(call: number, legs: readonly number[]): Group {
  const main = { ...ucmLeg(call), sn: undefined, AcctId: `main-${call}` };
  const parts = legs.map((leg, index) => [`sub_cdr_${index + 1}`, JSON.parse(groupOf(leg).text)]);
  const group = { cdr: `group-${call}`, main_cdr: main, ...Object.fromEntries(parts) };
  return { startMs: groupOf(call).startMs, text: JSON.stringify(group) };
}

export function groupsOf(from: number, to: number): Group[] {
  return Array.from({ length: to - from }, (_, index) => groupOf(from + index));
}
