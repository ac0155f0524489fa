// What is older than a plan says: counts and sums, before anything goes.
import { isDeepStrictEqual } from "node:util";
import { OUTCOMES } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import { ATTEMPTS } from "../reports/sums.ts";
import type { RetentionFigures, RetentionRequest } from "./job.ts";

export async function figuresOf(
  store: Store,
  { kinds, beforeMs, tenants }: RetentionRequest,
): Promise<RetentionFigures> {
  const figures: RetentionFigures = {
    ...{ cdrs: 0, sums: [], suspense: 0, suspenseLeft: 0, queueEvents: 0 },
  };
  if (kinds.includes("cdrs")) {
    const { rows } = await store.rollups.summarize({
      filter: {
        callTime: { fromMs: 0, toMs: beforeMs },
        outcomes: [...OUTCOMES],
        ...(tenants && { tenants }),
      },
      groupBy: ["tenant", "outcome"],
      ...{ timeZone: "UTC", time: "answer", attempts: ATTEMPTS },
    });
    figures.sums = rows;
    figures.cdrs = rows.reduce((sum, { calls }) => sum + calls, 0);
  }
  if (kinds.includes("suspense")) {
    const { closed, others } = await store.suspense.countOld({
      beforeMs,
      ...(tenants && { tenants }),
    });
    Object.assign(figures, { suspense: closed, suspenseLeft: others });
  }
  if (kinds.includes("queueEvents")) {
    figures.queueEvents = await store.queueEvents.countBefore(beforeMs);
  }
  return figures;
}

/**
 * What was planned has to be what is there, but for so many records.
 * @throws `conflict` with both figures
 */
export function requireSame(
  planned: RetentionFigures,
  now: RetentionFigures,
  within: number,
): void {
  const names = ["cdrs", "suspense", "queueEvents"] as const;
  const moved = names.find((name) => Math.abs(planned[name] - now[name]) > within);
  const isMoved = within === 0 && !isDeepStrictEqual(planned.sums, now.sums);
  if (moved === undefined && !isMoved) return;
  const what = moved ?? "sums";
  const text =
    moved === undefined
      ? "the sums of the CDRs are other ones"
      : `${moved}: ${planned[moved]} were planned, and ${now[moved]} are there`;
  throw engineError("conflict", `The plan does not hold any more: ${text}.`, {
    path: "job",
    hint: "Plan again, or say with `within` by how many records it may differ.",
    data: { what, planned, now },
  });
}
