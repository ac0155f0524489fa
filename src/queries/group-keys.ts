// The keys that sums are made by: what each is called, and where each store finds it. A key is one row.
import { SELL_OUTCOME, SELL_REASON } from "./sell/judgement.ts";

/** The local time by a format of MongoDB's `$dateToString`. */
type MongoDate = (format: string) => Record<string, unknown>;

/** A key that depends on the zone: SQLite has `text`, MongoDB formats by itself. */
interface PeriodKey {
  label: string;
  /** `local`: the local time as ISO 8601 with a `Z`; `weekday`: 1 is Monday; `offset`: +02:00. */
  text(local: string, weekday: number, offset: string): string;
  /** An expression of MongoDB; offsets have no colon there. */
  mongo(date: MongoDate): Record<string, unknown>;
}

/** Where each store finds the value of a key. */
interface KeyPlaces {
  /** An expression over the columns of SQLite's table of CDRs. */
  sql: string;
  /** An expression over a MongoDB document. */
  mongo: string | Record<string, unknown>;
}

interface StoredKey extends KeyPlaces {
  label: string;
  /** For who may not see the buy side: the `same`, `refused`, or found elsewhere. */
  withoutBuy: "same" | "refused" | KeyPlaces;
}

/** Rows that were written before the column have the number in their record alone. */
export const CALLER_NUMBER = "coalesce(caller_number, primary_fields ->> '$.callerNumber')";

const SELL_ELSE_BUY_PLAN = {
  $cond: [
    { $eq: [{ $ifNull: ["$rating.sell", null] }, null] },
    "$rating.buy.plan",
    "$rating.sell.plan",
  ],
};

const ofSell = (member: string): KeyPlaces => ({
  sql: `rating ->> '$.sell.${member}'`,
  mongo: `$rating.sell.${member}`,
});

function mongoQuarter(date: MongoDate): Record<string, unknown> {
  const isBefore = (minute: string) => ({ $lt: [date("%M"), minute] });
  const inSecondHalf = { $cond: [isBefore("45"), "30", "45"] };
  const afterFirst = { $cond: [isBefore("30"), "15", inSecondHalf] };
  const quarter = { $cond: [isBefore("15"), "00", afterFirst] };
  return { $concat: [date("%Y-%m-%dT%H:"), quarter, date("%z")] };
}

const QUARTERS = ["00", "15", "30", "45"];

export const PERIODS = {
  day: {
    label: "2026-10-25",
    text: (local) => local.slice(0, -14),
    mongo: (date) => date("%Y-%m-%d"),
  },
  hour: {
    label: "its start with the offset that holds in it, 2026-10-25T02:00+02:00",
    text: (local, _weekday, offset) => `${local.slice(0, -11)}:00${offset}`,
    mongo: (date) => date("%Y-%m-%dT%H:00%z"),
  },
  quarterHour: {
    label: "the same of a quarter of an hour, 2026-10-25T02:15+02:00",
    text(local, _weekday, offset) {
      const quarter = QUARTERS[Math.floor(Number(local.slice(-10, -8)) / 15)];
      return `${local.slice(0, -11)}:${quarter}${offset}`;
    },
    mongo: mongoQuarter,
  },
  month: {
    label: "2026-10",
    text: (local) => local.slice(0, -17),
    mongo: (date) => date("%Y-%m"),
  },
  weekday: {
    label: "1 (Monday) to 7",
    text: (_local, weekday) => String(weekday),
    mongo: (date) => date("%u"),
  },
  hourOfDay: {
    label: "00 to 23",
    text: (local) => local.slice(-13, -11),
    mongo: (date) => date("%H"),
  },
  hourOfWeek: {
    label: "1T00 (Monday) to 7T23",
    text: (local, weekday) => `${weekday}T${local.slice(-13, -11)}`,
    mongo: (date) => date("%uT%H"),
  },
} satisfies Record<string, PeriodKey>;

export const STORED_KEYS = {
  account: {
    label: "who is charged",
    sql: "account",
    mongo: "$primary.account",
    withoutBuy: "same",
  },
  tenant: { label: "whose call it is", sql: "tenant", mongo: "$tenant", withoutBuy: "same" },
  destination: {
    label: "name of the row that the sell side matched, else the buy side",
    sql: "destination_name",
    mongo: "$keys.destination",
    withoutBuy: ofSell("destination"),
  },
  country: {
    label: "ISO 3166 code of the destination",
    sql: "country",
    mongo: "$rating.normalized.destination.country",
    withoutBuy: "same",
  },
  prefix: {
    label: "of the row that the sell side matched, else the buy side",
    sql: "prefix",
    mongo: "$keys.prefix",
    withoutBuy: ofSell("prefix"),
  },
  carrier: {
    label: "of the buy side",
    sql: "carrier",
    mongo: "$rating.buy.carrier",
    withoutBuy: "refused",
  },
  gateway: {
    label: "of the buy side",
    sql: "rating ->> '$.buy.gateway'",
    mongo: "$rating.buy.gateway",
    withoutBuy: "refused",
  },
  plan: {
    label: "of the row that the sell side matched, else the buy side",
    sql: "iif(rating ->> '$.sell' IS NULL, rating ->> '$.buy.plan', rating ->> '$.sell.plan')",
    mongo: SELL_ELSE_BUY_PLAN,
    withoutBuy: ofSell("plan"),
  },
  outcome: {
    label: "rated, partial, unrated or voided",
    sql: "outcome",
    mongo: "$rating.outcome",
    withoutBuy: SELL_OUTCOME,
  },
  reason: {
    label: "why it has no price",
    sql: "reason",
    mongo: "$rating.reason",
    withoutBuy: SELL_REASON,
  },
  source: { label: "the configured one", sql: "source", mongo: "$source", withoutBuy: "same" },
  category: {
    label: "as the record says",
    sql: "category",
    mongo: "$primary.category",
    withoutBuy: "same",
  },
  disconnectCause: {
    label: "as the record says",
    sql: "disconnect_cause",
    mongo: "$primary.disconnectCause",
    withoutBuy: "same",
  },
  callDirection: {
    label: "inbound, outbound, internal or external",
    sql: "call_direction",
    mongo: "$primary.callDirection",
    withoutBuy: "same",
  },
  callerNumber: {
    label: "as the record says",
    sql: CALLER_NUMBER,
    mongo: "$primary.callerNumber",
    withoutBuy: "same",
  },
  queue: {
    label: "as the record says",
    sql: "queue",
    mongo: "$primary.queue",
    withoutBuy: "same",
  },
  agent: {
    label: "as the record says",
    sql: "agent",
    mongo: "$primary.agent",
    withoutBuy: "same",
  },
  trunk: {
    label: "as the record says",
    sql: "trunk",
    mongo: "$primary.trunk",
    withoutBuy: "refused",
  },
} satisfies Record<string, StoredKey>;

export type Period = keyof typeof PERIODS;
export type StoredKeyName = keyof typeof STORED_KEYS;
/** The field of this name beside the primary ones. */
export type ExtraKey = `extra.${string}`;
export type GroupKey = Period | StoredKeyName | ExtraKey;

/** An extra field keeps its JSON type: 7 and "7" are two groups. Null: none, or no scalar. */
export type GroupValue = string | number | boolean | null;

export function isPeriod(key: GroupKey): key is Period {
  return Object.hasOwn(PERIODS, key);
}

const EXTRA = "extra.";

export function isExtraKey(key: GroupKey): key is ExtraKey {
  return key.startsWith(EXTRA);
}

export function extraNameOf(key: ExtraKey): string {
  return key.slice(EXTRA.length);
}

/** Extra fields too: what a switch sends of its trunks and gateways stands there. */
export function isBuyKey(key: GroupKey): boolean {
  if (isExtraKey(key)) return true;
  return !isPeriod(key) && STORED_KEYS[key].withoutBuy === "refused";
}

/** Where the value of a stored key is, of both sides or of the sell side alone. */
export function placesOf(key: StoredKeyName, side: "sell" | undefined): KeyPlaces {
  const { withoutBuy, ...places }: StoredKey = STORED_KEYS[key];
  return side === undefined || typeof withoutBuy === "string" ? places : withoutBuy;
}

/** Key → what its values are; null in a row: the CDR has none. */
export const GROUP_KEY_LABELS = Object.fromEntries(
  Object.entries({ ...PERIODS, ...STORED_KEYS }).map(([key, { label }]) => [key, label]),
) as Record<Period | StoredKeyName, string>;

export const GROUP_KEYS = Object.keys(GROUP_KEY_LABELS) as (Period | StoredKeyName)[];
