// An independent price of a call, for tests: the words of the design, second by second, in exact
// fractions, straight from the rows of the tariff. Written to be read, not to be fast.
import { IANAZone } from "luxon";
import type { Call } from "../../src/cdr/rating.ts";
import type { QualityFigures } from "../../src/rating/routing/strategies/quality.ts";
import type {
  Band,
  CarrierPlan,
  Deck,
  PricingRules,
  RateRow,
  Rounding,
  Tariff,
} from "../../src/tariffs/tariff.ts";

interface Fraction {
  top: bigint;
  bottom: bigint;
}

export function fraction(text: string): Fraction {
  const [whole = "0", decimals = ""] = text.split(".");
  return { top: BigInt(whole + decimals), bottom: 10n ** BigInt(decimals.length) };
}

const plus = (a: Fraction, b: Fraction): Fraction =>
  a.bottom === b.bottom
    ? { top: a.top + b.top, bottom: a.bottom }
    : { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom };
const times = (a: Fraction, b: Fraction): Fraction => ({
  top: a.top * b.top,
  bottom: a.bottom * b.bottom,
});
const isLess = (a: Fraction, b: Fraction) => a.top * b.bottom < b.top * a.bottom;
const compare = (a: Fraction, b: Fraction) => (isLess(a, b) ? -1 : isLess(b, a) ? 1 : 0);
const whole = (count: number): Fraction => ({ top: BigInt(count), bottom: 1n });

/** Rounds once, away from or towards 0 as the mode says, to text with all decimals. */
function roundedText(value: Fraction, { decimals, mode }: Rounding): string {
  const scaled = (value.top < 0n ? -value.top : value.top) * 10n ** BigInt(decimals);
  const units = scaled / value.bottom;
  const twice = 2n * (scaled % value.bottom);
  const up = {
    up: twice > 0n,
    down: false,
    "half-up": twice >= value.bottom,
    "half-down": twice > value.bottom,
    "half-even": twice > value.bottom || (twice === value.bottom && units % 2n === 1n),
  }[mode];
  const rounded = units + (up ? 1n : 0n);
  const digits = String(rounded).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return value.top < 0n && rounded > 0n ? `-${text}` : text;
}

// Offsets change on quarters of an hour only, in the years that tests use.
const offsets = new Map<string, Map<number, number>>();
function localTime(zone: string, atMs: number): Date {
  const ofZone = offsets.get(zone) ?? new Map<number, number>();
  offsets.set(zone, ofZone);
  const quarter = Math.floor(atMs / 900_000) * 900_000;
  let minutes = ofZone.get(quarter);
  if (minutes === undefined) {
    minutes = IANAZone.create(zone).offset(quarter);
    ofZone.set(quarter, minutes);
  }
  return new Date(atMs + minutes * 60_000);
}

function dayFits(band: Band, day: Date): boolean {
  const isNamed = (dates: string[]) => {
    const text = day.toISOString().slice(0, 10);
    return dates.includes(text) || dates.includes(text.slice(5));
  };
  const weekday = day.getUTCDay() === 0 ? 7 : day.getUTCDay();
  return (
    (band.days?.includes(weekday) ?? true) &&
    (band.monthDays?.includes(day.getUTCDate()) ?? true) &&
    (band.months?.includes(day.getUTCMonth() + 1) ?? true) &&
    (band.dates === undefined || isNamed(band.dates)) &&
    !(band.exceptDates !== undefined && isNamed(band.exceptDates))
  );
}

function bandHolds(band: Band, planZone: string, atMs: number): boolean {
  const local = localTime(band.timeZone ?? planZone, atMs);
  const yesterday = new Date(local.getTime() - 86_400_000);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  if (band.fromMinute < band.toMinute) {
    return minute >= band.fromMinute && minute < band.toMinute && dayFits(band, local);
  }
  return (
    (minute >= band.fromMinute && dayFits(band, local)) ||
    (minute < band.toMinute && dayFits(band, yesterday))
  );
}

/** Numbers of 5 to 15 digits have a prefix; for all others there is the word `invalid`. */
function callerFits(callerPrefix: string, number: string): boolean {
  const isNumber = number.length >= 5 && number.length <= 15;
  if (callerPrefix === "invalid") return !isNumber;
  return callerPrefix === "" || (isNumber && number.startsWith(callerPrefix));
}

/** The rows that exist for the call: one prefix, one caller prefix, one effective_from. */
function existingRows(deck: Deck, call: Call): RateRow[] {
  const at = call.callTime!.atMs;
  const fitting = deck.rows.filter(
    (row) =>
      row.tor === call.tor &&
      call.destination.startsWith(row.prefix) &&
      callerFits(row.callerPrefix, call.callerNumber ?? "") &&
      (row.effectiveFromMs === null || row.effectiveFromMs <= at) &&
      (row.effectiveToMs === null || at < row.effectiveToMs),
  );
  const best = (rows: RateRow[], score: (row: RateRow) => number) => {
    const most = Math.max(...rows.map(score));
    return rows.filter((row) => score(row) === most);
  };
  const longest = best(fitting, (row) => row.prefix.length);
  const byCaller = best(longest, (row) => row.callerPrefix.length);
  return best(byCaller, (row) => row.effectiveFromMs ?? Number.NEGATIVE_INFINITY);
}

interface OraclePrice {
  reason?: string;
  prefix: string | null;
  billed: number;
  exact: Fraction;
}

function pricePlan(
  tariff: Tariff,
  plan: { deck: Deck; rules: PricingRules },
  call: Call,
): OraclePrice {
  const rows = existingRows(plan.deck, call);
  const isTime = call.tor === "*voice";
  const prefix = rows[0]?.prefix ?? null;
  const without = (reason: string) => ({ reason, prefix, billed: 0, exact: whole(0) });
  if (rows.length === 0) return without("no-rate");

  const bands = tariff.bands.filter(({ name }) => rows.some((row) => row.band === name));
  // A band begins and ends with a minute: what is in force is looked up once for each.
  let known: { minute: number; rows: RateRow[] } | undefined;
  function rowsAt(atMs: number): RateRow[] {
    const minute = Math.floor(atMs / 60_000);
    if (known?.minute === minute) return known.rows;
    const band = bands.find((candidate) => bandHolds(candidate, plan.rules.timeZone, atMs));
    const ofBand = rows.filter((row) => row.band === (band?.name ?? null));
    known = { minute, rows: ofBand.sort((a, b) => b.fromSecond - a.fromSecond) };
    return known.rows;
  }
  function rowAt(second: number): RateRow | undefined {
    const at = call.callTime!.atMs + (isTime ? second * 1000 : 0);
    return rowsAt(at).find((row) => row.fromSecond <= second);
  }

  const first = rowAt(0);
  if (first === undefined) return without("no-rate-in-band");
  if (first.status === "blocked") return without("blocked");
  // In thousandths of a second (units), so that milliseconds stay whole.
  const rounding = isTime ? plan.rules.usageRounding : "none";
  const exactUsage = isTime ? call.usage : call.usage * 1000;
  const usage = {
    none: exactUsage,
    up: Math.ceil(exactUsage / 1000) * 1000,
    "half-up": Math.round(exactUsage / 1000) * 1000,
    // A half stays below: the whole seconds under it, unless more than a half is left.
    "half-down": (Math.floor(exactUsage / 1000) + (exactUsage % 1000 > 500 ? 1 : 0)) * 1000,
    down: Math.floor(exactUsage / 1000) * 1000,
  }[rounding];
  if (usage === 0 || usage <= first.graceSeconds * 1000) {
    return { prefix, billed: 0, exact: whole(0) };
  }
  let billed = 0;
  const secondsOf = new Map<RateRow, number>();
  while (billed * 1000 < usage || billed < first.minimumSeconds) {
    const starting = rowAt(billed);
    if (starting === undefined) return without("no-rate-in-band");
    const interval = billed === 0 ? starting.firstInterval : starting.nextInterval;
    const isPricedAtStart = (starting.intervalPrice ?? plan.rules.intervalPrice) === "start";
    for (let second = billed; second < billed + interval; second++) {
      const row = isPricedAtStart ? starting : rowAt(second);
      if (row === undefined) return without("no-rate-in-band");
      secondsOf.set(row, (secondsOf.get(row) ?? 0) + 1);
    }
    billed += interval;
  }
  let exact = fraction(first.connectFee);
  for (const [row, seconds] of secondsOf) {
    const perUnit = times(fraction(row.rate), { top: 1n, bottom: BigInt(row.unitSeconds) });
    exact = plus(exact, times(perUnit, whole(seconds)));
  }
  if (first.maximumAmount !== null && isLess(fraction(first.maximumAmount), exact)) {
    exact = fraction(first.maximumAmount);
  }
  if (first.minimumAmount !== null && isLess(exact, fraction(first.minimumAmount))) {
    exact = fraction(first.minimumAmount);
  }
  return { prefix, billed, exact };
}

function exchangeRate(tariff: Tariff, from: string, to: string, atMs: number): Fraction | null {
  if (from === to) return whole(1);
  const rows = tariff.exchange.filter(
    (row) => row.from === from && row.to === to && (row.effectiveFromMs ?? -Infinity) <= atMs,
  );
  const latest = Math.max(...rows.map((row) => row.effectiveFromMs ?? -Infinity));
  const row = rows.find((dated) => (dated.effectiveFromMs ?? -Infinity) === latest);
  return row === undefined ? null : fraction(row.rate);
}

interface Offer extends OraclePrice {
  plan: CarrierPlan;
  order: number;
  /** In the sell currency; null: not convertible. */
  comparable: Fraction | null;
}

type Score = (offer: Offer) => number;

function strategyOrder(tariff: Tariff, figures: QualityFigures | undefined) {
  const byAmount = (a: Offer, b: Offer) => compare(a.comparable!, b.comparable!);
  const byPriority = (a: Offer, b: Offer) => a.plan.priority - b.plan.priority;
  const byOrder = (a: Offer, b: Offer) => a.order - b.order;
  const quality = (offer: Offer) => figures?.carriers[offer.plan.carrier];
  const higher = (score: Score) => (a: Offer, b: Offer) => score(b) - score(a);
  const criteria = {
    "lowest-cost": [byAmount],
    priority: [byPriority, byAmount],
    quality: [
      higher((offer) => (quality(offer) === undefined ? 0 : 1)),
      higher((offer) => quality(offer)?.asr ?? 0),
      higher((offer) => quality(offer)?.acdSeconds ?? 0),
      higher((offer) => -(quality(offer)?.pddMs ?? 0)),
      byAmount,
    ],
    weight: [],
  }[tariff.voipPlans[0]!.routing];
  return (a: Offer, b: Offer) => {
    for (const criterion of [...criteria, byPriority, byOrder]) {
      const order = criterion(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

export interface OracleSide {
  amount: string | null;
  plan: string | null;
  prefix: string | null;
  billedSeconds: number;
  reason?: string;
}

export interface OracleResult {
  sell: OracleSide;
  buy: OracleSide;
  cheapest?: string;
  margin: string | null;
}

/** Both sides of a call under the tariff's only VoIP plan, which has retail and carrier plans. */
export function oraclePrice(tariff: Tariff, call: Call, figures?: QualityFigures): OracleResult {
  const voipPlan = tariff.voipPlans[0]!;
  const at = call.callTime!.atMs;
  const banned = voipPlan.ban.some((name) =>
    tariff.banPlans[name]!.some((prefix) => call.destination.startsWith(prefix)),
  );
  const nothing = (reason: string) => ({
    amount: null,
    plan: null,
    prefix: null,
    billedSeconds: 0,
    reason,
  });
  const sideOf = (plan: { name: string; rules: PricingRules }, price: OraclePrice): OracleSide => ({
    amount: price.reason === undefined ? roundedText(price.exact, plan.rules.rounding) : null,
    plan: plan.name,
    prefix: price.prefix === "" ? "*" : price.prefix,
    billedSeconds: price.billed,
    ...(price.reason === undefined ? {} : { reason: price.reason }),
  });

  const retail = voipPlan.retail
    .map((name) => tariff.retailPlans.find((plan) => plan.name === name)!)
    .map((plan) => ({ plan, length: existingRows(plan.deck, call)[0]?.prefix.length ?? -1 }))
    .sort((a, b) => b.length - a.length)[0];
  const sellPlan = retail === undefined || retail.length < 0 ? null : retail.plan;
  let sell: OracleSide = nothing(banned ? "banned" : "no-rate");
  if (sellPlan !== null && !banned) sell = sideOf(sellPlan, pricePlan(tariff, sellPlan, call));
  const sellRules = sellPlan === null || banned ? tariff.rules : sellPlan.rules;

  const offers = voipPlan.carriers.map((name, order): Offer => {
    const plan = tariff.carrierPlans.find((carrier) => carrier.name === name)!;
    const price = pricePlan(tariff, plan, call);
    const rate = exchangeRate(tariff, plan.rules.currency, sellRules.currency, at);
    return { ...price, plan, order, comparable: rate === null ? null : times(price.exact, rate) };
  });
  const able = (list: Offer[]) =>
    list.filter((offer) => offer.reason === undefined && offer.comparable !== null);
  const byStrategy = strategyOrder(tariff, figures);
  const wanted = call.supplier?.toLowerCase();
  const isNamed = ({ plan }: Offer) =>
    [plan.carrier, plan.name, plan.gateway].some((name) => name?.toLowerCase() === wanted);
  const asked = wanted === undefined ? offers : offers.filter(isNamed);
  const priced = asked.filter((offer) => offer.reason === undefined);
  const chosen =
    able(asked).sort(byStrategy)[0] ??
    (wanted === undefined
      ? undefined
      : priced.sort((a, b) => a.plan.priority - b.plan.priority || a.order - b.order)[0]);

  let buy: OracleSide;
  if (banned && wanted === undefined) buy = nothing("banned");
  else if (asked.length === 0) buy = nothing("carrier-not-in-plan");
  else if (chosen !== undefined) buy = sideOf(chosen.plan, chosen);
  else if (wanted !== undefined && asked.length === 1) buy = sideOf(asked[0]!.plan, asked[0]!);
  else {
    const reasons = [...new Set(asked.map((offer) => offer.reason ?? "no-exchange-rate"))];
    buy = nothing(reasons.length === 1 ? reasons[0]! : "no-carrier");
  }
  const rival = able(offers.filter((offer) => !asked.includes(offer))).sort(
    (a, b) => compare(a.comparable!, b.comparable!) || a.plan.priority - b.plan.priority,
  )[0];
  const isLeak =
    !banned && chosen?.comparable && rival && isLess(rival.comparable!, chosen.comparable);
  return {
    sell,
    buy,
    ...(isLeak ? { cheapest: roundedText(rival.exact, rival.plan.rules.rounding) } : {}),
    margin: marginText(tariff, { sell, buy, at, sellRules, chosen }),
  };
}

function marginText(
  tariff: Tariff,
  sides: {
    sell: OracleSide;
    buy: OracleSide;
    at: number;
    sellRules: PricingRules;
    chosen: Offer | undefined;
  },
): string | null {
  const { sell, buy, sellRules, chosen } = sides;
  if (sell.amount === null || buy.amount === null || chosen === undefined) return null;
  const from = chosen.plan.rules.currency;
  const rate = exchangeRate(tariff, from, sellRules.currency, sides.at);
  if (rate === null) return null;
  const cost =
    from === sellRules.currency
      ? buy.amount
      : roundedText(times(fraction(buy.amount), rate), sellRules.rounding);
  const decimals = Math.max(...[sell.amount, cost].map((text) => text.split(".")[1]?.length ?? 0));
  const minus = times(fraction(cost), whole(-1));
  return roundedText(plus(fraction(sell.amount), minus), { decimals, mode: "down" });
}
