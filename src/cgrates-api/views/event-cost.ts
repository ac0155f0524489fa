// A price as the engine's EventCost: charges that refer to tables of ratings, rates, timings and filters.
import { hash } from "node:crypto";
import type { DescriptorPrice, PricedTimespan } from "../../cgrates/semantics/descriptor.ts";
import {
  accountSummary,
  balanceId,
  type Debited,
  debitedCost,
  debitedOf,
  type Payer,
} from "./account-debit.ts";

export interface EventCost {
  CGRID: string;
  RunID: string;
  StartTime: string;
  Usage: number;
  Cost: number;
  Charges: Charge[];
  AccountSummary: ReturnType<typeof accountSummary> | null;
  Rating: Record<string, object>;
  Accounting: Record<string, object>;
  RatingFilters: Record<string, object>;
  Rates: Record<string, object>;
  Timings: Record<string, object>;
}

interface Charge {
  RatingID: string;
  Increments: Increment[] | null;
  CompressFactor: number;
}

interface Increment {
  Usage: number;
  Cost: number;
  AccountingID: string;
  CompressFactor: number;
}

interface Named {
  id?: string;
  run?: string;
  /** When the call began, as it is written. */
  startTime: string;
}

/** Whose account pays, and whether the plan's rounding is taken from it too. */
interface Debit {
  payer: Payer;
  isRounded: boolean;
}

/** What no usage costs: one charge of nothing where a plan was looked for, none where it was not. */
export function freeEventCost(
  { id = "", run = "", startTime }: Named,
  hasCharge = true,
): EventCost {
  const nothing: Charge = { RatingID: "", Increments: null, CompressFactor: 0 };
  return {
    CGRID: id,
    RunID: run,
    StartTime: startTime,
    Usage: 0,
    Cost: 0,
    Charges: hasCharge ? [nothing] : [],
    AccountSummary: null,
    ...{ Rating: {}, Accounting: {}, RatingFilters: {}, Rates: {}, Timings: {} },
  };
}

export function eventCost(price: DescriptorPrice, named: Named): EventCost {
  const spans = price.timespans();
  if (spans.length === 0) return freeEventCost(named);
  const tables = createTables();
  const charges = spans.map((span) => ({
    RatingID: tables.ratingOf(span),
    Increments: incrementsOf(span),
    CompressFactor: span.factor,
  }));
  return {
    ...freeEventCost(named),
    Usage: price.ratedUsageNs,
    Cost: Number(price.eventCost),
    Charges: charges,
    ...tables.written(),
  };
}

/** The same where an account pays: each increment names what of it paid. */
export function debitedEventCost(
  price: DescriptorPrice,
  named: Named,
  { payer, isRounded }: Debit,
): EventCost {
  const spans = price.timespans();
  if (spans.length === 0) return freeEventCost(named);
  const tables = createTables();
  const debited = spans.map((span) => ({
    span,
    steps: debitedOf(span, isRounded),
    factor: span.factor,
  }));
  const charges = debited.map(({ span, steps, factor }) => ({
    RatingID: tables.ratingOf(span),
    Increments: steps.map((step) => ({
      Usage: step.usageNs,
      Cost: step.cost,
      AccountingID: tables.accountingOf(step, payer),
      CompressFactor: step.factor,
    })),
    CompressFactor: factor,
  }));
  return {
    ...freeEventCost(named),
    Usage: price.ratedUsageNs,
    Cost: debitedCost(debited),
    Charges: charges,
    AccountSummary: accountSummary(payer, debited),
    ...tables.written(),
  };
}

/** The fee is an increment of no length, before those of the call; it is there where it is 0 too. */
function incrementsOf(span: PricedTimespan): Increment[] {
  const increments: Increment[] = [];
  if (span.hasFee) {
    const fee = Number(span.connectFee);
    increments.push({ Usage: 0, Cost: fee, AccountingID: "", CompressFactor: 1 });
  }
  if (span.increments > 0) {
    increments.push({
      Usage: span.incrementNs,
      Cost: Number(span.incrementCost),
      AccountingID: "",
      CompressFactor: span.increments,
    });
  }
  return increments;
}

/** Tables of what charges refer to: equal entries are one, under a name made of what they are. */
function createTables() {
  const tables = {
    Rating: new Map<string, object>(),
    Accounting: new Map<string, object>(),
    RatingFilters: new Map<string, object>(),
    Rates: new Map<string, object>(),
    Timings: new Map<string, object>(),
  };

  function entry(table: keyof typeof tables, value: object): string {
    const name = hash("sha1", `${table}${JSON.stringify(value)}`);
    tables[table].set(name.slice(0, 7), value);
    return name.slice(0, 7);
  }

  return {
    ratingOf(span: PricedTimespan): string {
      const { terms, rate, timing } = span.interval;
      return entry("Rating", {
        ConnectFee: rate.connectFee,
        RoundingMethod: terms.roundingMethod,
        RoundingDecimals: terms.roundingDecimals,
        MaxCost: terms.maxCost,
        MaxCostStrategy: terms.maxCostStrategy,
        TimingID: entry("Timings", timingView(timing.written)),
        RatesID: entry("Rates", ratesView(span)),
        RatingFiltersID: entry("RatingFilters", {
          DestinationID: span.destinationTag,
          DestinationPrefix: span.matchedPrefix,
          RatingPlanID: span.ratingPlan,
          Subject: span.matchedSubject,
        }),
      });
    },
    accountingOf({ cost, ratingId }: Debited, payer: Payer): string {
      return entry("Accounting", {
        AccountID: `${payer.tenant}:${payer.account}`,
        BalanceUUID: balanceId(payer),
        RatingID: ratingId,
        Units: cost,
        ExtraChargeID: "",
      });
    },
    /** Members in the order of their names, as Go writes its maps. */
    written: () =>
      Object.fromEntries(
        Object.entries(tables).map(([name, entries]) => [
          name,
          Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))),
        ]),
      ) as Pick<EventCost, keyof typeof tables>,
  };
}

type WrittenTiming = PricedTimespan["interval"]["timing"]["written"];

function timingView({ years, months, monthDays, weekDays, startText }: WrittenTiming) {
  return {
    Years: years,
    Months: months,
    MonthDays: monthDays,
    WeekDays: weekDays,
    StartTime: startText,
  };
}

/** The slots of the rate of a span. */
export function ratesView({ interval }: Pick<PricedTimespan, "interval">) {
  return interval.rate.slots.map(({ startNs, value, incrementNs, unitNs }) => ({
    GroupIntervalStart: startNs,
    Value: value,
    RateIncrement: incrementNs,
    RateUnit: unitNs,
  }));
}
