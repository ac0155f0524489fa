// Gates: what a version must pass before it is activated. Each is off unless it is named.
import { z } from "zod";

const percent = z.number().min(0).max(1_000_000);

export const gateSettings = z.strictObject({
  /** Of the answered calls of its back-test, at most this share has a margin below 0. */
  maxLossPercent: percent.max(100).optional(),
  /** The largest change of a rate against the version in force, either way. */
  maxPriceJump: percent.optional(),
  /** Days from the activation until a rate that rises holds. */
  minNoticeDays: z.number().min(0).max(3660).optional(),
  /**
   * What a warning of the lint counts as. `fault`: a version that has one is refused; `warning`: it is told, as
   * without the gate. What is a fault by itself never becomes a version.
   */
  lint: z.enum(["warning", "fault"]).optional(),
  requireBacktest: z.boolean().optional(),
  /** Who loaded a version does not activate it. */
  fourEyes: z.boolean().optional(),
});

export type Gates = z.output<typeof gateSettings>;

/** Both sides where they differ; null: they name the same. */
export function changedGates(
  old: Gates | undefined,
  fresh: Gates | undefined,
): { old: Gates; new: Gates } | null {
  const sides = { old: sorted(old ?? {}), new: sorted(fresh ?? {}) };
  return JSON.stringify(sides.old) === JSON.stringify(sides.new) ? null : sides;
}

function sorted(gates: Gates): Gates {
  return Object.fromEntries(Object.entries(gates).sort(([a], [b]) => (a < b ? -1 : 1)));
}
