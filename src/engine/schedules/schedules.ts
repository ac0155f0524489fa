// Schedules, as the scope of whoever asks may see them.
import { requireSeesBuy } from "../../access/buy-side.ts";
import { type Asking, ownerOf } from "../../access/owner.ts";
import { type Scope, scopedFilter, seesOwner } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import { occasionAfter } from "../../reports/occasions.ts";
import type { DeskEntry } from "../../stores/ports/billing/desk.ts";
import { shownPage } from "../desk-pages.ts";
import { requireMailer } from "../mailing/mail.ts";
import { seenReport } from "../reports/seen-report.ts";
import type { CarryParts } from "./carry.ts";
import { type DeliveryView, deliveryView } from "./deliveries.ts";
import { type Destination, type Schedule, scheduleOf, type Told, toBody } from "./model.ts";
import { isSeen } from "./seen.ts";
import { deliveriesOf, turn } from "./turn.ts";

export type ScheduleWanted = Pick<
  Schedule,
  "name" | "report" | "params" | "told" | "occasions" | "to" | "format" | "catchUp"
>;

export interface ScheduleView extends Schedule {
  nextAtMs: number | null;
}

export interface Schedules {
  /**
   * The same name again replaces it; its next occasion is the first one from now on. @throws `forbidden` for
   * a name of others, `not-found` for a target that the settings do not have, `invalid-params` for an address
   */
  set(wanted: ScheduleWanted, by: Asking): Promise<ScheduleView>;
  /** @throws `not-found` */
  get(name: string, by: Asking): Promise<ScheduleView>;
  /** By name. */
  list(
    page: { limit: number; after?: string | undefined },
    by: Asking,
  ): Promise<{ schedules: ScheduleView[]; next?: string }>;
  /** What was begun goes on. @throws `not-found` */
  remove(name: string, by: Asking): Promise<ScheduleView>;
  /** Its deliveries of the last whole period, made where they are not there; each is sent once. @throws `not-found` */
  run(name: string, by: Asking): Promise<DeliveryView[]>;
  /** Does what is due. Resolves with whether there is more to do at once. */
  turn(signal: AbortSignal): Promise<{ isBusy: boolean }>;
}

export function createSchedules(parts: CarryParts): Schedules {
  const { store, clock } = parts;
  const { desk } = store;

  async function found(name: string, by: Asking): Promise<DeskEntry> {
    const entry = await desk.get({ kind: "schedule", id: name });
    if (entry !== null && isSeen(scheduleOf(entry).owner, by)) return entry;
    throw engineError("not-found", `There is no schedule ${name}.`, { path: "name" });
  }

  async function set(wanted: ScheduleWanted, by: Asking): Promise<ScheduleView> {
    requireTold(wanted.told, by.scope);
    if (wanted.told.kind === "search") await requireSearch(parts, wanted.told, by);
    requireDestinations(parts, wanted.to, by.scope);
    const there = await desk.get({ kind: "schedule", id: wanted.name });
    if (there !== null && !isSeen(scheduleOf(there).owner, by)) {
      throw engineError("forbidden", "This schedule is not of these credentials.", {
        path: "name",
      });
    }
    const { tenants } = by.scope;
    const owner = { ...ownerOf(by), tenants: tenants === null ? null : [...tenants] };
    const now = clock();
    const schedule: Schedule = { ...wanted, owner, setAtMs: now, by: by.name, missed: 0 };
    const entry: DeskEntry = {
      ...{ kind: "schedule", id: wanted.name, version: (there?.version ?? 0) + 1 },
      dueMs: occasionAfter(wanted.occasions, now).atMs,
      body: toBody(schedule),
    };
    const isSet = there === null ? await desk.put(entry) : await desk.update(entry, there.version);
    if (isSet) return viewOf(entry);
    throw engineError("conflict", `Somebody set the schedule ${wanted.name} at the same time.`);
  }

  return {
    set,
    get: async (name, by) => viewOf(await found(name, by)),
    async list(page, by) {
      const isShown = (entry: DeskEntry) => isSeen(scheduleOf(entry).owner, by);
      const { shown, ...next } = await shownPage(desk, { kind: "schedule", ...page }, isShown);
      return { schedules: shown.map(viewOf), ...next };
    },
    async remove(name, by) {
      const entry = await found(name, by);
      await desk.remove(entry);
      return viewOf(entry);
    },
    async run(name, by) {
      const schedule = scheduleOf(await found(name, by));
      const now = clock();
      // The period of the next occasion is not over yet: that of the one before it is.
      const { period } = lastOccasion(schedule, now);
      const made = deliveriesOf(schedule, { period }, now);
      for (const entry of made) await desk.put(entry);
      const stored = await Promise.all(made.map((entry) => desk.get(entry)));
      return stored.flatMap((entry) => (entry === null ? [] : [deliveryView(entry)]));
    },
    turn: (signal) => turn(parts, signal),
  };
}

/** What the scope may not be told is refused when it is asked for, not at the first occasion. */
function requireTold(told: Told, scope: Scope): void {
  // Notices are sent by themselves, not by day, week or month.
  if (told.kind === "prices") throw new TypeError("a notice has no occasions");
  if (told.kind === "statement") {
    if (told.carrier !== undefined) requireSeesBuy(scope);
    return;
  }
  if (told.kind === "search") return;
  scopedFilter(told.filter, scope);
  if (told.kind === "group") seenReport(told.report, scope);
}

/** @throws `not-found` for a search that is not there for them, `forbidden` for what they may not see */
async function requireSearch(
  { searches, cdrs }: CarryParts,
  { name, owner }: Extract<Told, { kind: "search" }>,
  by: Asking,
): Promise<void> {
  const { filter, columns } = await searches.get({ name, owner }, by);
  cdrs.exportColumns({ filter, columns: columns ?? undefined }, by.scope);
}

function requireDestinations(
  { mailer, targets }: CarryParts,
  to: readonly Destination[],
  scope: Scope,
): void {
  const seen = new Set<string>();
  for (const [index, one] of to.entries()) {
    const path = `to[${index}]`;
    const key =
      one.kind === "mail"
        ? requireMailer(mailer).addressOf(one.to.address, `${path}.address`).toLowerCase()
        : `${one.kind} ${one.name}`;
    if (seen.has(key)) {
      throw engineError("invalid-params", `${path} is a receiver that is named before.`, { path });
    }
    seen.add(key);
    if (one.kind === "mail") continue;
    const target = targets.find(({ kind, name }) => kind === one.kind && name === one.name);
    const isOpen =
      target !== undefined &&
      (target.tenants === null ? seesOwner(scope, null) : ownsSome(scope, target.tenants));
    if (isOpen) continue;
    throw engineError(
      "invalid-params",
      `${path} is no ${one.kind} that these credentials may name.`,
      {
        path,
        hint: "`schedules` of the settings has them.",
      },
    );
  }
}

/** Whoever has one tenant that it is not for may not send that one's reports there. */
function ownsSome({ tenants }: Scope, open: readonly string[]): boolean {
  return tenants?.every((tenant) => open.includes(tenant)) ?? true;
}

const LONGEST_PERIOD_MS = 70 * 86_400_000;

/** The last occasion that has come; of a schedule that is new, the one before. */
function lastOccasion({ occasions }: Schedule, nowMs: number) {
  let last = occasionAfter(occasions, nowMs - LONGEST_PERIOD_MS);
  for (;;) {
    const next = occasionAfter(occasions, last.atMs);
    if (next.atMs > nowMs) return last;
    last = next;
  }
}

function viewOf(entry: DeskEntry): ScheduleView {
  return { ...scheduleOf(entry), nextAtMs: entry.dueMs };
}
