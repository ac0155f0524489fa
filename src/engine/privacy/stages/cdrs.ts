// CDRs: their facts, ratings and history.
import type { StoredCdr } from "../../../cdr/cdr.ts";
import type { Json } from "../../../cdr/json.ts";
import { maskedCdr } from "../../../cdr/masking/record.ts";
import { OUTCOMES } from "../../../cdr/rating.ts";
import { callTimeMs } from "../../../stores/sort-keys.ts";
import { PAGE } from "../../jobs/pages.ts";
import { jobHolds, outputHold } from "../../retention/holds.ts";
import { cdrMentions } from "../sought.ts";
import type { Masker, Stage, StageParts, Wanted } from "./stage.ts";

export const cdrStage: Stage<StoredCdr> = {
  async read({ store, wanted }, cursor) {
    const { beforeMs, receivedBeforeMs, tenants } = wanted;
    const toMs = Math.min(receivedBeforeMs, beforeMs ?? receivedBeforeMs);
    const { cdrs, nextCursor = null } = await store.cdrs.find({
      filter: {
        ...{ outcomes: [...OUTCOMES], receivedAt: { toMs } },
        ...(beforeMs !== null && { callTime: { toMs: beforeMs } }),
        ...(tenants && { tenants: [...tenants] }),
      },
      sort: { by: "callTime", descending: false },
      limit: PAGE,
      ...(cursor !== null && { cursor }),
    });
    const found = cdrs.filter((cdr) => cdr.maskedAtMs === undefined && isWanted(cdr, wanted));
    return { found, looked: cdrs.length, next: nextCursor };
  },
  async mask(masker, found) {
    const { store, wanted, markMs } = masker;
    const free = await withoutHeld(masker, found);
    const terms = { atMs: markMs, fields: wanted.fields };
    const outcomes = await store.cdrs.mask(free.map((cdr) => maskedCdr(cdr, terms)));
    const missed = outcomes.filter((outcome) => outcome === "changed-meanwhile").length;
    if (missed > 0) masker.hold("they were changed meanwhile");
    return found.length - free.length + missed;
  },
  told: (cdr) => ({
    ...{ kind: "cdr", id: cdr.id, tenant: cdr.tenant },
    atMs: callTimeMs(cdr.primary, cdr.receivedAtMs),
    content: cdr as unknown as Json,
  }),
};

/** Whether its numbers are to be masked, as far as it says so itself. */
export function isWanted(cdr: StoredCdr, { sought, beforeMs, receivedBeforeMs }: Wanted): boolean {
  if (cdr.receivedAtMs >= receivedBeforeMs) return false;
  if (sought !== null) return cdrMentions(cdr, sought);
  const toMs = beforeMs ?? 0;
  return callTimeMs(cdr.primary, cdr.receivedAtMs) < toMs && cdr.receivedAtMs < toMs;
}

/** Open rerate jobs and rollbacks hold CDRs, and outputs that have not sent them on. */
async function withoutHeld(masker: Masker, found: StoredCdr[]): Promise<StoredCdr[]> {
  const holds = await jobHolds(masker.store);
  const free: StoredCdr[] = [];
  for (const cdr of found) {
    const callMs = callTimeMs(cdr.primary, cdr.receivedAtMs);
    const held = holds.find(
      ({ callTime, tenants }) =>
        callMs >= callTime.fromMs &&
        callMs < callTime.toMs &&
        (tenants?.includes(cdr.tenant) ?? true),
    );
    if (held === undefined) free.push(cdr);
    else masker.hold(held.reason);
  }
  return free.length === 0 || !(await isUnsent(masker, free)) ? free : [];
}

async function isUnsent(masker: Masker & StageParts, cdrs: StoredCdr[]): Promise<boolean> {
  const times = cdrs.map(({ primary, receivedAtMs }) => callTimeMs(primary, receivedAtMs));
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const reason = await outputHold(masker, {
    callTime: { fromMs: first, toMs: last + 1 },
    tenants: masker.wanted.tenants,
  });
  if (reason !== null) masker.hold(reason);
  return reason !== null;
}
