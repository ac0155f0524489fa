// What goes out of the engine, by itself or by hand: outputs, mail, reports, files.
import type { Store } from "../../stores/store.ts";
import { createExports, type Exports } from "../exports/exports.ts";
import type { ExportSettings } from "../exports/ports.ts";
import type { Mailer } from "../mailing/mail.ts";
import { createMailing, type Mailing } from "../mailing/mailing.ts";
import { createOutputs, type OutputDesk, type Outputs } from "../outputs.ts";
import type { Clock, Log } from "../ports.ts";
import type { CdrReads } from "../records/reads.ts";
import type { Reports } from "../reports/reports.ts";
import type { Searches } from "../searches/searches.ts";
import { createDeliveries, type Deliveries } from "./deliveries.ts";
import { type DeliverySettings, NO_DELIVERIES } from "./model.ts";
import { createNotices, type Notices } from "./notices/notices.ts";
import type { PriceParts } from "./notices/prices.ts";
import { createSchedules, type Schedules } from "./schedules.ts";

export interface SendingRooms {
  readonly outputs: Outputs;
  readonly mailing: Mailing;
  readonly schedules: Schedules;
  readonly deliveries: Deliveries;
  readonly notices: Notices;
  readonly exports: Exports;
}

export interface SendingParts {
  clock: Clock;
  log: Log;
  mailer?: Mailer | null | undefined;
  deliveries?: DeliverySettings | undefined;
  exports?: ExportSettings | undefined;
  outputs(parts: { store: Store; clock: Clock; log: Log }): OutputDesk;
}

export function sendingRooms(
  { outputs, mailer = null, deliveries = NO_DELIVERIES, exports, clock, log }: SendingParts,
  told: Omit<PriceParts, "clock"> & { cdrs: CdrReads; reports: Reports; searches: Searches },
): SendingRooms {
  const { store, cdrs } = told;
  const prices = { ...told, clock };
  return {
    outputs: createOutputs(outputs({ store, clock, log })),
    mailing: createMailing({ mailer, clock }),
    schedules: createSchedules({ ...told, ...deliveries, prices, mailer, clock, log }),
    deliveries: createDeliveries(prices),
    notices: createNotices({ ...prices, mailer, deliveryDays: deliveries.deliveryDays }),
    exports: createExports({ store, clock, log, cdrs, settings: exports ?? null }),
  };
}
