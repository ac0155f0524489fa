// Schedules over a store, a mail server and a clock that a test moves.
import { EVERYTHING } from "../../src/access/scope.ts";
import type { Mailer } from "../../src/engine/mailing/mail.ts";
import type { Target } from "../../src/engine/mailing/target.ts";
import { createCdrReads } from "../../src/engine/records/reads.ts";
import { createReports } from "../../src/engine/reports/reports.ts";
import { createDeliveries } from "../../src/engine/schedules/deliveries.ts";
import { type DeliverySettings, NO_DELIVERIES } from "../../src/engine/schedules/model.ts";
import type { PriceParts } from "../../src/engine/schedules/notices/prices.ts";
import { createSchedules, type ScheduleWanted } from "../../src/engine/schedules/schedules.ts";
import { createSearches } from "../../src/engine/searches/searches.ts";
import type { Snapshots } from "../../src/engine/tariffs/snapshots.ts";
import type { Store } from "../../src/stores/store.ts";
import { SILENT } from "../end-to-end/test-service.ts";

export const BY = { credential: null, name: "test", scope: EVERYTHING };
export const NOW_MS = Date.parse("2026-03-03T00:00:00Z");

export function deskOver(
  store: Store,
  parts: {
    mailer?: Mailer | null;
    targets?: readonly Target[];
    clock?: () => number;
    settings?: Partial<DeliverySettings>;
  } = {},
) {
  const { mailer = null, targets = [], clock = () => NOW_MS, settings = {} } = parts;
  const snapshots = {} as Snapshots;
  const cdrs = createCdrReads({ store, snapshots });
  const searches = createSearches({ store, clock, cdrs });
  const given = { ...NO_DELIVERIES, targets, ...settings };
  const schedules = createSchedules({
    ...{ store, mailer, clock, log: SILENT, ...given },
    ...{ cdrs, searches },
    reports: createReports({ store, clock }),
    // Of notices alone.
    prices: {} as PriceParts,
  });
  const deliveries = createDeliveries({ store, clock });
  return {
    schedules,
    deliveries,
    searches,
    turn: () => schedules.turn(new AbortController().signal),
    states: async () =>
      (await deliveries.list({ limit: 100 }, BY)).deliveries.map(({ state }) => state),
    all: async () => (await deliveries.list({ limit: 100 }, BY)).deliveries,
  };
}

/** The daily report at 06:00 UTC. */
export function daily(changes: Partial<ScheduleWanted> = {}): ScheduleWanted {
  return {
    ...{ name: "daily", report: "daily", params: {}, format: "csv" as const, catchUp: 31 },
    told: { kind: "daily", filter: {} },
    occasions: { every: "day", at: "06:00", zone: "UTC" },
    to: [mailTo("billing@example.com")],
    ...changes,
  };
}

export function mailTo(address: string, language: "en" | "es" | "de" | "fr" | "pt" = "en") {
  return { kind: "mail" as const, to: { address, language, zone: "UTC" } };
}
