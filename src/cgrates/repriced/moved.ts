// What a version of a CGRateS plan does to rates: the largest change of one, and the rise that comes first.
// Held against each other is what each prefix costs by the plans that take the place of one another.
import { compareFractions, type Fraction, fractionOf, roundedText } from "../../money/fraction.ts";
import type { MoveTimes, PriceMoves } from "../../tariffs/diff/price-moves.ts";
import { rateKey, timingKey } from "../numbers.ts";
import type { CgratesSnapshot, CompiledPlan, CompiledRate } from "../snapshot.ts";
import { codesOf, tagsOfCode } from "./codes.ts";
import { type PlanPair, plansInPlace } from "./pairs.ts";

const DAY_MS = 86_400_000;
/** Decimals of a percentage. */
const DECIMALS = 4;

interface PlanRate {
  timing: string;
  weight: number;
  rate: CompiledRate;
}

/** What a plan has for each destination, by the tag of that. */
type PlanRates = ReadonlyMap<string, readonly PlanRate[]>;

interface Compared extends Pick<PlanPair, "atMs"> {
  plan: string;
  old: PlanRates;
  new: PlanRates;
  /** Destinations whose prefixes may cost something else. */
  tags: ReadonlySet<string>;
}

/** Work in steps: between two of them others may have their turn. */
export function* cgratesPriceMoves(
  from: CgratesSnapshot,
  to: CgratesSnapshot,
  times: MoveTimes,
): Generator<void, PriceMoves> {
  const found: PriceMoves = { jump: null, notice: null };
  const compared = comparisons(from, to, times.fromMs);
  if (compared.length === 0) return found;
  for (const one of compared) {
    // What has no destination of its own.
    noteMoves(found, { ...one, prefix: "*", times }, [["*any"], ["*any"]]);
  }
  const isSameCodes = from.trie === to.trie && from.changes === to.changes;
  for (const [prefix, tags] of codesOf(to)) {
    const fresh = tags.map((tag) => to.destinationTags[tag] as string);
    const old = isSameCodes
      ? fresh
      : tagsOfCode(from, prefix).map((tag) => from.destinationTags[tag] as string);
    for (const one of compared) {
      if (![...fresh, ...old].some((tag) => one.tags.has(tag))) continue;
      noteMoves(found, { ...one, prefix, times }, [old, fresh]);
    }
    yield;
  }
  return found;
}

function comparisons(from: CgratesSnapshot, to: CgratesSnapshot, fromMs: number): Compared[] {
  const moved = movedTags(from, to);
  const ratesOf = remembered();
  return plansInPlace(from, to, fromMs).flatMap((pair) => {
    if (pair.old === pair.new && moved !== null && moved.size === 0) return [];
    const [old, fresh] = [ratesOf(from, pair.old), ratesOf(to, pair.new)];
    const tags = new Set(
      [...old.keys(), ...fresh.keys()].filter(
        (tag) => moved === null || moved.has(tag) || keyOf(old.get(tag)) !== keyOf(fresh.get(tag)),
      ),
    );
    return tags.size === 0 ? [] : [{ plan: pair.new.id, old, new: fresh, atMs: pair.atMs, tags }];
  });
}

/** Destinations that have other prefixes now; null: any may have. */
function movedTags(from: CgratesSnapshot, to: CgratesSnapshot): ReadonlySet<string> | null {
  if (from.trie !== to.trie) return null;
  if (from.changes === to.changes) return new Set();
  const changes = [from.changes, to.changes].filter((one) => one !== null);
  const tags = changes.flatMap(({ replaced, added }) => [
    ...replaced,
    ...[...added.values()].flat(),
  ]);
  return new Set(tags.map((tag) => to.destinationTags[tag] as string));
}

/** The rates of plans, each read once. */
function remembered(): (snapshot: CgratesSnapshot, plan: CompiledPlan) => PlanRates {
  const known = new Map<CompiledPlan, PlanRates>();
  return (snapshot, plan) => {
    const rates = known.get(plan) ?? planRates(snapshot, plan);
    known.set(plan, rates);
    return rates;
  };
}

function planRates({ rates, destinationTags }: CgratesSnapshot, plan: CompiledPlan): PlanRates {
  const byTag = new Map<string, PlanRate[]>();
  for (const { timing, weight, table, from, to } of plan.rows) {
    const key = timingKey(timing.written);
    for (let row = from; row < to; row++) {
      const tag = destinationTags[table.destination[row] as number] as string;
      const rate = rates[table.rate[row] as number] as CompiledRate;
      const own = byTag.get(tag);
      if (own === undefined) byTag.set(tag, [{ timing: key, weight, rate }]);
      else own.push({ timing: key, weight, rate });
    }
  }
  return byTag;
}

function keyOf(rates: readonly PlanRate[] = []): string {
  return rates.map(({ timing, weight, rate }) => `${timing} ${weight} ${rateKey(rate)}`).join("|");
}

type Place = Omit<Compared, "tags"> & { prefix: string; times: MoveTimes };

function noteMoves(
  found: PriceMoves,
  place: Place,
  [oldTags, newTags]: [readonly string[], readonly string[]],
): void {
  const old = heaviest(place.old, oldTags);
  // A prefix that is new has no rate that changes.
  if (old.length === 0) return;
  for (const { timing, rate } of heaviest(place.new, newTags)) {
    // At times of its own it takes the place of what weighed most before.
    const was = old.find((one) => one.timing === timing) ?? (old[0] as PlanRate);
    for (const { startNs } of rate.slots) note(found, place, { was: was.rate, is: rate, startNs });
    for (const { startNs } of was.rate.slots) {
      note(found, place, { was: was.rate, is: rate, startNs });
    }
  }
}

/** Of each timing what weighs most, the first of equals; the heaviest timing first. */
function heaviest(rates: PlanRates, tags: readonly string[]): PlanRate[] {
  const byTiming = new Map<string, PlanRate>();
  for (const rate of tags.flatMap((tag) => rates.get(tag) ?? [])) {
    const other = byTiming.get(rate.timing);
    if (other === undefined || rate.weight > other.weight) byTiming.set(rate.timing, rate);
  }
  return [...byTiming.values()].sort((a, b) => b.weight - a.weight);
}

/** Money a nanosecond (unit), exactly, and as it is told. */
interface Price {
  each: Fraction;
  text: string;
  unitNs: number;
}

function priceAt({ slots }: CompiledRate, startNs: number): Price | null {
  const slot = slots.findLast((one) => one.startNs <= startNs);
  if (slot === undefined) return null;
  const { numerator, denominator } = fractionOf(slot.valueText);
  const { unitNs, valueText: text } = slot;
  return { each: { numerator, denominator: denominator * BigInt(unitNs) }, text, unitNs };
}

function note(
  found: PriceMoves,
  { plan, prefix, atMs, times }: Place,
  { was, is, startNs }: { was: CompiledRate; is: CompiledRate; startNs: number },
): void {
  const [old, fresh] = [priceAt(was, startNs), priceAt(is, startNs)];
  if (old === null || fresh === null) return;
  const order = compareFractions(old.each, fresh.each);
  if (order === 0) return;
  const isSameUnit = old.unitNs === fresh.unitNs;
  const told = ({ text, unitNs }: Price) => (isSameUnit ? text : `${text} per ${unitNs} ns`);
  const rate = { plan, side: "sell" as const, prefix, old: told(old), new: told(fresh) };
  const percent = percentOf(old.each, fresh.each);
  if (found.jump === null || sizeOf(percent) > sizeOf(found.jump.percent)) {
    found.jump = { ...rate, percent };
  }
  const days = (atMs - times.nowMs) / DAY_MS;
  if (order < 0 && (found.notice === null || days < found.notice.days)) {
    found.notice = { ...rate, days };
  }
}

/** (new − old) ⁄ old in per cent; null where the old price is 0 or below. */
function percentOf(old: Fraction, fresh: Fraction): string | null {
  if (old.numerator <= 0n) return null;
  const top = (fresh.numerator * old.denominator - old.numerator * fresh.denominator) * 100n;
  const percent = { numerator: top, denominator: old.numerator * fresh.denominator };
  return roundedText(percent, DECIMALS, "*middle");
}

function sizeOf(percent: string | null): number {
  return percent === null ? Number.POSITIVE_INFINITY : Math.abs(Number(percent));
}
