// One call under two tariffs: which sides differ, and by which rule.
import type { Edition } from "../../cdr/edition.ts";
import type { Call, Priced, Side } from "../../cdr/rating.ts";
import { differenceOfCall, priceCgratesDescriptor } from "../../cgrates/price-call.ts";
import { compareSemantics, DIFFERENCE_RULES } from "../../cgrates/semantics/compare.ts";
import type { CgratesSnapshot } from "../../cgrates/snapshot.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import type { Snapshot } from "../ports.ts";
import { descriptorOf } from "../pricing/descriptor-parameters.ts";
import { callToPrice, type PriceParameters } from "../pricing/parameters.ts";
import { priceWith } from "../pricing/price-by-snapshot.ts";
import type { ComparedVersions } from "./compared-versions.ts";
import { EDITION_RULES, editionRule } from "./edition-rules.ts";
import { differs, VERSION_RULES, versionRule } from "./version-rules.ts";

/** What each rule means, in one sentence. */
export const COMPARISON_RULES: Record<string, string> = {
  ...VERSION_RULES,
  ...EDITION_RULES,
  ...DIFFERENCE_RULES,
};

export interface SideComparison {
  side: "sell" | "buy";
  before: Side | null;
  after: Side | null;
  /** Null: no difference. */
  rule: string | null;
}

const SIDES = ["sell", "buy"] as const;

/** Prices a call record by both. */
export function compareCall(
  call: Call,
  versions: ComparedVersions,
  figures: { before?: QualityFigures; after?: QualityFigures } = {},
): SideComparison[] {
  const { editions } = versions;
  const by = (snapshot: Snapshot, quality: QualityFigures | undefined) => {
    const figure = quality === undefined ? {} : { quality };
    return (edition: Edition, basis: boolean) =>
      priceWith(call, snapshot, { basis, edition, ...figure });
  };
  const priceBefore = by(versions.before, figures.before);
  const priceAfter = by(versions.after, figures.after);
  const both = (basis: boolean) => ({
    before: priceBefore(editions.before, basis),
    after: priceAfter(editions.after, basis),
  });
  const plain = both(false);
  if (!SIDES.some((side) => differs(plain.before[side], plain.after[side]))) {
    return sidesOf(plain, () => null);
  }
  const snapshots = versions.isOnePlan ? semanticsPair(versions) : null;
  if (snapshots !== null) return sidesOf(plain, () => differenceOfCall(call, snapshots));
  const full = both(true);
  const price = (edition: Edition) => priceBefore(edition, false);
  return sidesOf(full, (side) => {
    const rule = versions.isOneTariff ? editionRule(side, full.before, { editions, price }) : null;
    return rule ?? versionRule(full.before, full.after, side);
  });
}

/** Prices a call as `cdrate price --tariff` does: by its descriptor where both are CGRateS's. */
export function compareParameters(
  parameters: PriceParameters,
  versions: ComparedVersions,
  nowMs: number,
): SideComparison[] {
  const { before, after } = versions;
  if (before.kind === "native" || after.kind === "native") {
    return compareCall(callToPrice(parameters, nowMs), versions);
  }
  const { descriptor, options } = descriptorOf(parameters, nowMs);
  const { editions } = versions;
  const priced = (snapshot: CgratesSnapshot, edition: Edition, basis: boolean) =>
    priceCgratesDescriptor(descriptor, snapshot, { ...options, edition, basis });
  const both = (basis: boolean) => ({
    before: priced(before.cgrates, editions.before, basis),
    after: priced(after.cgrates, editions.after, basis),
  });
  const plain = both(false);
  if (!differs(plain.before.sell, plain.after.sell)) return sidesOf(plain, () => null);
  if (versions.isOnePlan) {
    const { rule } = compareSemantics(descriptor, semanticsPair(versions), options);
    return sidesOf(plain, () => rule);
  }
  const full = both(true);
  const price = (edition: Edition) => priced(before.cgrates, edition, false);
  return sidesOf(full, (side) => {
    const rule = versions.isOneTariff ? editionRule(side, full.before, { editions, price }) : null;
    return rule ?? versionRule(full.before, full.after, side);
  });
}

type PricedSides = Pick<Priced, "sell" | "buy">;

function sidesOf(
  { before, after }: { before: PricedSides; after: PricedSides },
  ruleOf: (side: "sell" | "buy") => string | null,
): SideComparison[] {
  return SIDES.map((side) => {
    const sides = { before: before[side], after: after[side] };
    const rule = differs(sides.before, sides.after) ? ruleOf(side) : null;
    return { side, ...sides, rule };
  });
}

function semanticsPair({ before, after }: ComparedVersions): {
  cgrates: CgratesSnapshot;
  exact: CgratesSnapshot;
} {
  if (before.kind === "native" || after.kind === "native") throw new Error("no CGRateS plan");
  return before.cgrates.semantics === "cgrates"
    ? { cgrates: before.cgrates, exact: after.cgrates }
    : { cgrates: after.cgrates, exact: before.cgrates };
}
