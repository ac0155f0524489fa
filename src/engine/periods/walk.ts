// The way of a closing, or of a correction: what statements named is compared with what is there, what is
// there and was not named is read, and each CDR leaves a row of its own. A page that is done twice writes
// the same rows over the first ones.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import { type Calendar, createCalendar } from "../../reports/calendar.ts";
import {
  type Billed,
  type BilledChange,
  billedOf,
  billsTheSame,
  type CorrectionCause,
} from "../../reports/closing/billed.ts";
import type { PeriodCdr } from "../../stores/ports/billing/periods.ts";
import type { Store } from "../../stores/store.ts";
import { PAGE } from "../jobs/pages.ts";
import type { PeriodBody, PeriodJob } from "./job.ts";

export type WalkStore = Pick<Store, "cdrs" | "periods">;

/** The CDRs of the period, as they are now: those that `report.statement` adds up. */
export function filterOf(body: PeriodBody): CdrFilter {
  const { tenant, side, party, fromMs, toMs } = body;
  return {
    tenants: [tenant],
    ...(side === "sell" ? { accounts: [party] } : { carriers: [party] }),
    callTime: { fromMs, toMs },
  };
}

interface Way {
  store: WalkStore;
  id: string;
  body: PeriodBody;
  calendar: Calendar;
}

/** One page of the way, until the step of the job says that all is to be added up. */
export function createWalk(store: WalkStore, { id, body }: PeriodJob) {
  const way: Way = { store, id, body, calendar: createCalendar(body.timeZone) };
  return { page: () => (body.step === "comparing" ? comparePage(way) : readPage(way)) };
}

/** Of one statement before: those of whose CDRs it says the last word are compared with what is there. */
async function comparePage(way: Way): Promise<void> {
  const { body, store } = way;
  const { place, corrects } = body;
  const statement = corrects[place.statement];
  if (statement === undefined) {
    Object.assign(body, { step: "reading", place: { statement: 0 } });
    return;
  }
  const after = place.after === undefined ? {} : { after: place.after };
  const rows = await store.periods.pageCdrs(statement, { ...after, limit: PAGE });
  const said = await lastSaid(
    way,
    rows.map(({ cdr }) => cdr),
  );
  const own = [...said].filter(([, row]) => row.statement === statement);
  await compareRows(
    way,
    new Map(own.map(([cdr, { text }]) => [cdr, (JSON.parse(text) as BilledChange).now])),
  );
  const last = rows.at(-1)?.cdr;
  body.progress.done += rows.length;
  body.place =
    rows.length < PAGE || last === undefined
      ? { statement: place.statement + 1 }
      : { statement: place.statement, after: last };
}

/** What the latest of the statements before that names it says of each. */
async function lastSaid(
  { store, body: { corrects } }: Way,
  ids: readonly string[],
): Promise<Map<string, PeriodCdr>> {
  const last = new Map<string, PeriodCdr>();
  if (corrects.length === 0 || ids.length === 0) return last;
  for (const row of await store.periods.cdrsOf(corrects, ids)) {
    const before = last.get(row.cdr);
    const isLater =
      before === undefined || corrects.indexOf(row.statement) > corrects.indexOf(before.statement);
    if (isLater) last.set(row.cdr, row);
  }
  return last;
}

async function compareRows(way: Way, said: ReadonlyMap<string, Billed | null>): Promise<void> {
  const { body, store } = way;
  const members = await readAll(way, { ...filterOf(body), ids: [...said.keys()] });
  const ids = [...said.keys()].filter((id) => !members.has(id));
  const others = { tenants: [body.tenant], ids, outcomes: [...OUTCOMES] };
  const elsewhere = await readAll(way, others);
  const rows: PeriodCdr[] = [];
  for (const [id, was] of said) {
    const cdr = members.get(id) ?? elsewhere.get(id);
    // Erased since: what was billed of it stays billed.
    if (cdr === undefined) continue;
    const now = members.has(id) ? billed(way, cdr) : null;
    if (isSame(was, now)) continue;
    rows.push(rowOf(way, id, { was, now, why: causeOf(cdr, { was, now }) }));
  }
  await store.periods.putCdrs(rows);
}

function isSame(was: Billed | null, now: Billed | null): boolean {
  return was === null || now === null ? was === now : billsTheSame(was, now);
}

async function readAll({ store }: Way, filter: CdrFilter): Promise<Map<string, StoredCdr>> {
  const found = new Map<string, StoredCdr>();
  if (filter.ids?.length === 0) return found;
  for await (const page of store.cdrs.scan(filter, PAGE)) {
    for (const cdr of page) found.set(cdr.id, cdr);
  }
  return found;
}

/** Of what is there now: what no statement before named. */
async function readPage(way: Way): Promise<void> {
  const { body, store } = way;
  const { cursor } = body.place;
  const { cdrs: page, nextCursor } = await store.cdrs.find({
    filter: filterOf(body),
    sort: { by: "callTime", descending: false },
    limit: PAGE,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const said = await lastSaid(
    way,
    page.map(({ id }) => id),
  );
  const fresh = page.filter(({ id }) => !said.has(id));
  await store.periods.putCdrs(fresh.map((cdr) => newRow(way, cdr)));
  body.progress.done += page.length;
  if (nextCursor === undefined) Object.assign(body, { step: "adding-up", place: { statement: 0 } });
  else body.place = { statement: 0, cursor: nextCursor };
}

function newRow(way: Way, cdr: StoredCdr): PeriodCdr {
  const now = billed(way, cdr);
  if (way.body.kind === "closing") return rowOf(way, cdr.id, { now });
  return rowOf(way, cdr.id, { was: null, now, why: causeOf(cdr, { was: null, now }) });
}

function billed({ body, calendar }: Way, cdr: StoredCdr): Billed {
  return billedOf(cdr, body.side, calendar);
}

function rowOf({ id: statement }: Way, cdr: string, change: BilledChange): PeriodCdr {
  return { statement, cdr, text: JSON.stringify(change) };
}

function causeOf(
  { rating }: StoredCdr,
  { was, now }: { was: Billed | null; now: Billed | null },
): CorrectionCause {
  if (now === null) return rating.outcome === "voided" ? "voided" : "moved-away";
  if (was !== null) return rating.job === undefined ? "corrected" : "rerated";
  return rating.revision === 1 ? "late" : "moved-here";
}
