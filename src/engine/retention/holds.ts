// What keeps CDRs from being erased though they are old enough: work that still needs them.
import { OUTCOMES } from "../../cdr/rating.ts";
import type { CdrFilter, TimeRange } from "../../queries/cdr-query.ts";
import type { Hold } from "../../stores/ports/cdrs.ts";
import type { Store } from "../../stores/store.ts";
import type { OutputView } from "../outputs.ts";

/** A hold with its reason in words. */
export interface NamedHold extends Hold {
  reason: string;
}

export interface HoldParts {
  store: Store;
  outputs(): Promise<OutputView[]>;
}

/** States of rerate jobs and rollbacks in which they have not done with their CDRs. */
const OPEN = {
  rerate: ["planning", "planned", "applying", "undoing"],
  rollback: ["rolling-back", "restoring"],
} as const;
const PAGE = 100;
const EVER: Required<TimeRange> = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** Open rerate jobs hold the CDRs of their filter by time and tenant; rollbacks under way hold all. */
export async function jobHolds({ jobs }: Pick<Store, "jobs">): Promise<NamedHold[]> {
  const holds: NamedHold[] = [];
  for (const kind of ["rerate", "rollback"] as const) {
    let cursor: string | undefined;
    do {
      const query = { kinds: [kind], states: [...OPEN[kind]], limit: PAGE };
      const page = await jobs.list({ ...query, ...(cursor && { cursor }) });
      for (const { id, state, body } of page.jobs) {
        const { filter = {} } = (body["request"] ?? {}) as { filter?: CdrFilter };
        holds.push({
          callTime: { ...EVER, ...filter.callTime },
          ...(filter.tenants && { tenants: filter.tenants }),
          reason: `the ${kind === "rerate" ? "rerate job" : "rollback"} ${id} is ${state}`,
        });
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  return holds;
}

/** Outputs that have not sent on how CDRs of these times are now; null: none. */
export async function outputHold(
  { store, outputs }: HoldParts,
  { callTime, tenants }: { callTime: Required<TimeRange>; tenants?: readonly string[] | undefined },
): Promise<string | null> {
  const filter: CdrFilter = {
    ...{ callTime, outcomes: [...OUTCOMES] },
    ...(tenants && { tenants: [...tenants] }),
  };
  for (const { name, state } of await outputs()) {
    const after = state.position?.["after"];
    const place = typeof after === "string" ? { after } : {};
    const { cdrs } = await store.cdrs.changes({ filter, limit: 1, ...place });
    if (cdrs.length > 0) return `the output ${name} has not sent them on`;
  }
  return null;
}
