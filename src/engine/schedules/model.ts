// What a schedule and a delivery are, as the store keeps them.
import type { OwnerName } from "../../access/owner.ts";
import { EVERYTHING, type Scope } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { GroupReportName } from "../../reports/groups.ts";
import type { Occasions } from "../../reports/occasions.ts";
import type { RankOrder } from "../../reports/ranking.ts";
import type { Buckets } from "../../reports/traffic.ts";
import type { DeskEntry } from "../../stores/ports/billing/desk.ts";
import type { Receiver } from "../mailing/mailing.ts";
import type { Target } from "../mailing/target.ts";
import type { PinnedNotice } from "./notices/pinned.ts";

/** What is told; the period comes with each occasion. */
export type Told =
  | { kind: "daily"; filter: CdrFilter }
  | { kind: "traffic"; by: Buckets; filter: CdrFilter }
  | {
      kind: "group";
      report: GroupReportName;
      filter: CdrFilter;
      sort?: RankOrder | undefined;
      top: number;
    }
  | {
      kind: "statement";
      account?: string | undefined;
      carrier?: string | undefined;
      tenant?: string | undefined;
    }
  /** The CDRs of a saved search, as it is when it is told. */
  | { kind: "search"; name: string; owner: string }
  | { kind: "prices"; notice: PinnedNotice };

export const FORMATS = ["csv", "xlsx", "html", "json"] as const;
export type Format = (typeof FORMATS)[number];

/** Whom it goes to: exactly one of these. */
export type Destination =
  | { kind: "mail"; to: Receiver }
  | { kind: "folder"; name: string }
  | { kind: "webhook"; name: string };

/** Whose it is: it tells no more than they may see when it is told. */
export interface Owner extends OwnerName {
  /** Its tenants when it was set; null: every one. */
  tenants: string[] | null;
}

export interface Schedule {
  name: string;
  /** As `report.NAME` names it. */
  report: string;
  /** As they were given, to be shown. */
  params: JsonObject;
  told: Told;
  occasions: Occasions;
  to: Destination[];
  format: Format;
  /** Occasions that are made up for after the service was away; older ones are counted as missed. */
  catchUp: number;
  owner: Owner;
  setAtMs: number;
  by: string;
  /** Occasions that went by without a delivery. */
  missed: number;
}

/**
 * `waiting` to be sent, or sent again; `sending`: under way; `sent`; `refused` for good; `failed`: given up
 * after the last try; `unknown`: it may have been taken.
 */
export const DELIVERY_STATES = [
  "waiting",
  "sending",
  "sent",
  "refused",
  "failed",
  "unknown",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One report of one period for one receiver. */
export interface Delivery {
  schedule: string;
  report: string;
  told: Told;
  format: Format;
  zone: string;
  every: Occasions["every"];
  period: { fromMs: number; toMs: number };
  to: Destination;
  owner: Owner;
  state: DeliveryState;
  /** Tries that were begun. */
  tries: number;
  createdAtMs: number;
  /** When the last try began. */
  triedAtMs: number | null;
  sentAtMs: number | null;
  messageId: string | null;
  /** What the receiver said of it. */
  answer: string | null;
  /** Why it is not sent. */
  fault: string | null;
}

/** The scope that a credential of the settings has now; null: it is gone, or may not send any more. */
export type ScopeOf = (credential: string | null) => Scope | null;

/** What the settings say of deliveries. */
export interface DeliverySettings {
  targets: readonly Target[];
  scopeOf: ScopeOf;
  /** Names of the extra fields that customers see; none when not said. */
  customerFields?: readonly string[];
  /** Tries of one delivery before it is given up. */
  tries: number;
  /** Whether a mail that may have been taken is sent again, with the same Message-ID. */
  resendUnknown: boolean;
  /** Days that deliveries are listed. */
  deliveryDays: number;
}

/** Of an engine without settings. */
export const NO_DELIVERIES: DeliverySettings = {
  ...{ targets: [], tries: 24, resendUnknown: false, deliveryDays: 400 },
  scopeOf: () => EVERYTHING,
};

export function toBody(value: Schedule | Delivery): JsonObject {
  // Members that are undefined are left out, as in every JSON.
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

export function scheduleOf({ body }: DeskEntry): Schedule {
  return body as unknown as Schedule;
}

export function deliveryOf({ body }: DeskEntry): Delivery {
  return body as unknown as Delivery;
}
