// The objects of a stored tariff plan: what clients send of each kind, under which name it is kept, and the
// rows of its CSV file that say the same.
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import type { Decoded } from "../codec/go-decode.ts";
import { any, float, type GoType, int, list, struct, text, texts } from "../codec/go-type.ts";

export interface StoredKind {
  kind: string;
  /** Its file, without `.csv`: how many columns it has, and how many of them name an object. */
  file: string;
  columns: number;
  keyColumns: number;
  type: GoType;
  /** Members that must not be empty, in the order in which they are named when they are. */
  needs: readonly string[];
  nameOf(object: Decoded): string;
  /** Of the layout of 0.10. */
  rowsOf(object: Decoded): string[][];
  /** All of an object but the name of its plan; a number that its cell does not have is NaN. */
  fromRows(rows: string[][]): Record<string, unknown>;
}

const identity = { TPid: text, ID: text };
const byId = ({ ID }: Decoded): string => ID;
const textOf = (value: unknown): string => String(value ?? "");
/** NaN where the cell is no number. */
const numberOf = (cell = ""): number => (cell.trim() === "" ? 0 : Number(cell));
const listOf = (cell = ""): string[] => (cell === "" ? [] : cell.split(";"));

const TIMING_MEMBERS = ["Years", "Months", "MonthDays", "WeekDays", "Time"] as const;

export const TIMING: StoredKind = {
  kind: "Timing",
  file: "Timings",
  columns: 6,
  keyColumns: 1,
  type: struct("utils.ApierTPTiming", {
    ...identity,
    ...Object.fromEntries(TIMING_MEMBERS.map((name) => [name, text])),
  }),
  needs: ["TPid", "ID", ...TIMING_MEMBERS],
  nameOf: byId,
  rowsOf: (timing) => [[timing.ID, ...TIMING_MEMBERS.map((name) => timing[name])]],
  fromRows: (rows) => {
    const [ID, ...cells] = rows.at(-1) ?? [];
    return { ID, ...Object.fromEntries(TIMING_MEMBERS.map((name, at) => [name, cells[at]])) };
  },
};

export const DESTINATION: StoredKind = {
  kind: "Destination",
  file: "Destinations",
  columns: 2,
  keyColumns: 1,
  type: struct("utils.TPDestination", { ...identity, Prefixes: texts }),
  needs: ["TPid", "ID", "Prefixes"],
  nameOf: byId,
  rowsOf: ({ ID, Prefixes }) => Prefixes.map((prefix: string) => [ID, prefix]),
  fromRows: (rows) => ({ ID: rows[0]?.[0], Prefixes: rows.map(([, prefix]) => prefix) }),
};

const slot = struct("utils.RateSlot", {
  ConnectFee: float,
  Rate: float,
  RateUnit: text,
  RateIncrement: text,
  GroupIntervalStart: text,
});

export const RATE: StoredKind = {
  kind: "Rate",
  file: "Rates",
  columns: 6,
  keyColumns: 1,
  type: struct("utils.TPRateRALs", { ...identity, RateSlots: list(slot) }),
  needs: ["TPid", "ID", "RateSlots"],
  nameOf: byId,
  rowsOf: ({ ID, RateSlots }) =>
    RateSlots.map((one: Decoded) => [
      ...[ID, textOf(one.ConnectFee), textOf(one.Rate)],
      ...[one.RateUnit, one.RateIncrement, one.GroupIntervalStart],
    ]),
  fromRows: (rows) => ({
    ID: rows[0]?.[0],
    RateSlots: rows.map(([, fee, rate, RateUnit, RateIncrement, GroupIntervalStart]) => ({
      ...{ ConnectFee: numberOf(fee), Rate: numberOf(rate) },
      ...{ RateUnit, RateIncrement, GroupIntervalStart },
    })),
  }),
};

const destinationRate = struct("utils.DestinationRate", {
  DestinationId: text,
  RateId: text,
  Rate: any,
  RoundingMethod: text,
  RoundingDecimals: int,
  MaxCost: float,
  MaxCostStrategy: text,
});

export const DESTINATION_RATE: StoredKind = {
  kind: "DestinationRate",
  file: "DestinationRates",
  columns: 7,
  keyColumns: 1,
  type: struct("utils.TPDestinationRate", {
    ...identity,
    DestinationRates: list(destinationRate),
  }),
  needs: ["TPid", "ID", "DestinationRates"],
  nameOf: byId,
  rowsOf: ({ ID, DestinationRates }) =>
    DestinationRates.map((one: Decoded) => [
      ...[ID, one.DestinationId, one.RateId, one.RoundingMethod],
      ...[textOf(one.RoundingDecimals), textOf(one.MaxCost), one.MaxCostStrategy],
    ]),
  fromRows: (rows) => ({
    ID: rows[0]?.[0],
    DestinationRates: rows.map(
      ([, DestinationId, RateId, RoundingMethod, decimals, maxCost, MaxCostStrategy]) => ({
        ...{ DestinationId, RateId, Rate: null, RoundingMethod },
        ...{ RoundingDecimals: numberOf(decimals), MaxCost: numberOf(maxCost), MaxCostStrategy },
      }),
    ),
  }),
};

const binding = struct("utils.TPRatingPlanBinding", {
  DestinationRatesId: text,
  TimingId: text,
  Weight: float,
});

export const RATING_PLAN: StoredKind = {
  kind: "RatingPlan",
  file: "RatingPlans",
  columns: 4,
  keyColumns: 1,
  type: struct("utils.TPRatingPlan", { ...identity, RatingPlanBindings: list(binding) }),
  needs: ["TPid", "ID", "RatingPlanBindings"],
  nameOf: byId,
  rowsOf: ({ ID, RatingPlanBindings }) =>
    RatingPlanBindings.map((one: Decoded) => [
      ...[ID, one.DestinationRatesId, one.TimingId, textOf(one.Weight)],
    ]),
  fromRows: (rows) => ({
    ID: rows[0]?.[0],
    RatingPlanBindings: rows.map(([, DestinationRatesId, TimingId, weight]) => {
      return { DestinationRatesId, TimingId, Weight: numberOf(weight) };
    }),
  }),
};

export const activation: GoType = struct("utils.TPRatingActivation", {
  ActivationTime: text,
  RatingPlanId: text,
  FallbackSubjects: text,
});

/** The load that profiles of a folder are of. */
const CSV_LOAD = "CSVLOAD";

export const RATING_PROFILE: StoredKind = {
  kind: "RatingProfile",
  file: "RatingProfiles",
  columns: 6,
  keyColumns: 3,
  type: struct("utils.TPRatingProfile", {
    TPid: text,
    LoadId: text,
    Tenant: text,
    Category: text,
    Subject: text,
    RatingPlanActivations: list(activation),
  }),
  needs: ["TPid", "LoadId", "Category", "Subject", "RatingPlanActivations"],
  nameOf: ({ LoadId, Tenant, Category, Subject }) => `${LoadId}:${Tenant}:${Category}:${Subject}`,
  rowsOf: ({ Tenant, Category, Subject, RatingPlanActivations }) =>
    RatingPlanActivations.map((one: Decoded) => [
      ...[Tenant, Category, Subject],
      ...[one.ActivationTime, one.RatingPlanId, one.FallbackSubjects],
    ]),
  fromRows: (rows) => {
    const [Tenant, Category, Subject] = rows[0] ?? [];
    return {
      ...{ LoadId: CSV_LOAD, Tenant, Category, Subject },
      RatingPlanActivations: rows.map(([, , , ActivationTime, RatingPlanId, FallbackSubjects]) => ({
        ...{ ActivationTime, RatingPlanId, FallbackSubjects },
      })),
    };
  },
};

const interval = struct("utils.TPActivationInterval", { ActivationTime: text, ExpiryTime: text });

export const CHARGER: StoredKind = {
  kind: "Charger",
  file: "Chargers",
  columns: 7,
  keyColumns: 2,
  type: struct("utils.TPChargerProfile", {
    TPid: text,
    Tenant: text,
    ID: text,
    FilterIDs: texts,
    ActivationInterval: { ...interval, isPointer: true },
    RunID: text,
    AttributeIDs: texts,
    Weight: float,
  }),
  needs: ["TPid", "ID"],
  nameOf: ({ Tenant, ID }) => `${Tenant}:${ID}`,
  rowsOf: ({ Tenant, ID, FilterIDs, ActivationInterval, RunID, AttributeIDs, Weight }) => {
    const { ActivationTime = "", ExpiryTime = "" } = ActivationInterval ?? {};
    const times = ExpiryTime === "" ? ActivationTime : `${ActivationTime};${ExpiryTime}`;
    const attributes = (AttributeIDs ?? []).join(";");
    return [[Tenant, ID, (FilterIDs ?? []).join(";"), times, RunID, attributes, textOf(Weight)]];
  },
  fromRows: (rows) => {
    const [Tenant, ID] = rows[0] ?? [];
    const last = (column: number) =>
      rows.map((row) => row[column] ?? "").findLast((cell) => cell !== "") ?? "";
    const [ActivationTime = "", ExpiryTime = ""] = last(3).split(";");
    return {
      ...{ Tenant, ID, FilterIDs: rows.flatMap((row) => listOf(row[2])) },
      ActivationInterval: ActivationTime === "" ? null : { ActivationTime, ExpiryTime },
      RunID: last(4),
      AttributeIDs: rows.flatMap((row) => listOf(row[5])),
      Weight: numberOf(last(6)),
    };
  },
};

/** In the order of a load. */
export const STORED_KINDS: readonly StoredKind[] = [
  TIMING,
  DESTINATION,
  RATE,
  DESTINATION_RATE,
  RATING_PLAN,
  RATING_PROFILE,
  CHARGER,
];

/** An object whose type has a tenant, with the one of those that name none. */
export function withTenant(object: Decoded): Decoded {
  return object.Tenant === "" ? { ...object, Tenant: DEFAULT_TENANT } : object;
}
