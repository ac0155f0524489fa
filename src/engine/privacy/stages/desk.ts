// What people asked and did: the log of admin acts, and what the billing desk keeps by name.
import type { JsonObject } from "../../../cdr/json.ts";
import { maskJson } from "../../../cdr/masking/record.ts";
import { maskForms, maskRuns } from "../../../cdr/masking/text.ts";
import { OUTCOMES } from "../../../cdr/rating.ts";
import type { DeskEntry, DeskKind } from "../../../stores/ports/billing/desk.ts";
import type { AdminAct } from "../../../stores/ports/log.ts";
import { decodeListCursor, encodeListCursor } from "../../../stores/sort-keys.ts";
import type { Store } from "../../../stores/store.ts";
import { NOTHING, type Stage, type StageParts, type Wanted } from "./stage.ts";
import { hidden } from "./work.ts";

const ACTS = 500;
const ID = /^[0-9a-f]{40}$/;
/** Shorter runs of digits are amounts, seconds, parts of dates. */
const LEAST_DIGITS = 5;

/** By age, what was done to CDRs whose numbers are masked; of one number, whatever names it. */
export const actStage: Stage<AdminAct> = {
  async read({ store, wanted }, cursor) {
    const place = cursor === null ? null : decodeListCursor(cursor, 1);
    const acts = await store.log.page({
      limit: ACTS,
      ...(place && { before: { atMs: Number(place[0]), id: String(place[1]) } }),
    });
    const last = acts.at(-1);
    const own = acts.filter(({ tenant }) => isOwn(tenant, wanted));
    const masked = wanted.sought === null ? await maskedAmong(store, own) : null;
    const found = own.filter(
      (act) => (masked?.has(act.subject) ?? true) && isChanged(act, maskedAct(act, wanted)),
    );
    const isMore = last !== undefined && acts.length === ACTS;
    return {
      ...{ found, looked: acts.length },
      next: isMore ? encodeListCursor(last.atMs, [last.id]) : null,
    };
  },
  async mask({ store, wanted }, found) {
    await store.log.replace(found.map((act) => maskedAct(act, wanted)));
    return 0;
  },
  told: (act) => ({
    ...{ kind: "act", id: act.id, tenant: act.tenant, atMs: act.atMs },
    content: { ...(act as unknown as JsonObject) },
  }),
};

function isOwn(tenant: string | null, { tenants }: Wanted): boolean {
  return tenants === undefined || (tenant !== null && tenants.includes(tenant));
}

/** Ids of the CDRs among the subjects that have no numbers any more. */
async function maskedAmong({ cdrs }: Store, acts: readonly AdminAct[]): Promise<Set<string>> {
  const ids = [...new Set(acts.map(({ subject }) => subject).filter((id) => ID.test(id)))];
  const masked = new Set<string>();
  if (ids.length === 0) return masked;
  for await (const page of cdrs.scan({ ids, outcomes: [...OUTCOMES] }, ACTS)) {
    for (const { id, maskedAtMs } of page) if (maskedAtMs !== undefined) masked.add(id);
  }
  return masked;
}

function maskedAct(act: AdminAct, { sought }: Wanted): AdminAct {
  if (sought === null) {
    const hide = (text: string) => maskRuns(text, LEAST_DIGITS);
    const texts = { before: maskJson(act.before, hide), after: maskJson(act.after, hide) };
    return { ...act, ...texts, why: act.why === null ? null : hide(act.why) };
  }
  const { forms } = sought;
  const texts = { before: hidden(act.before, forms), after: hidden(act.after, forms) };
  const why = act.why === null ? null : maskForms(act.why, forms);
  return { ...act, ...texts, why, subject: maskForms(act.subject, forms) };
}

function isChanged(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

const KINDS: readonly DeskKind[] = ["search", "schedule", "delivery"];

/** Saved searches, schedules and deliveries that name the number. */
export const deskStage: Stage<DeskEntry> = {
  async read({ store, wanted }: StageParts, cursor) {
    const { sought, tenants } = wanted;
    if (sought === null || tenants !== undefined) return NOTHING;
    const [at, after] = JSON.parse(cursor ?? '[0,""]') as [number, string];
    const kind = KINDS[at];
    if (kind === undefined) return NOTHING;
    const entries = await store.desk.page({ kind, limit: ACTS, ...(after !== "" && { after }) });
    const isMore = entries.length === ACTS;
    const next = isMore ? [at, entries.at(-1)?.id] : at + 1 < KINDS.length && [at + 1, ""];
    return {
      found: entries.filter(({ body }) => isChanged(body, hidden(body, sought.forms))),
      looked: entries.length + 1,
      next: next ? JSON.stringify(next) : null,
    };
  },
  async mask({ store, wanted }, found) {
    let left = 0;
    for (const entry of found) {
      const body = hidden(entry.body, wanted.sought?.forms ?? new Set()) as JsonObject;
      const next = { ...entry, body, version: entry.version + 1 };
      if (!(await store.desk.update(next, entry.version))) left += 1;
    }
    return left;
  },
  told: ({ kind, id, body }) => ({ kind, id, tenant: null, atMs: null, content: body }),
};
