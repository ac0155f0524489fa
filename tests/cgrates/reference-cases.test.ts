// The costs that CGRateS's own tests assert, each to the last digit.
import { describe, expect, it } from "vitest";
import { priceDescriptor } from "../../src/cgrates/semantics/price-descriptor.ts";
import { momentOf, nanoseconds, snapshotOf } from "./pricing.ts";
import { hasReference, referenceFolder, referenceText } from "./reference-folder.ts";

interface ReferenceCase {
  id: string;
  plan: string;
  engine: string;
  api: string;
  config: { rounding_decimals: number; fallback_depth?: number };
  call: {
    tenant: string;
    category?: string;
    account?: string;
    subject?: string;
    destination: string;
    timeStart: string;
    timeEnd?: string;
    usage?: string;
    tor?: string;
    ratingPlanIDs?: string[];
  };
  expected: {
    cost?: number;
    error?: string;
    connectFee?: number;
    timespans?: number;
    ratedUsage?: string;
    matchedSubject?: string;
    ratingPlanID?: string;
  };
}

/** Why a case is not compared; null: it is. */
function skipReason({ engine }: ReferenceCase): string | null {
  return engine === "0.9.1rc7" ? "the semantics cgrates-0.9.1 are not built" : null;
}

/** These answer the sum of the increments, all others the rounded call cost. */
const EVENT_COST_APIS = new Set([
  "APIerSv1.GetCost",
  "APIerSv1.GetDataCost",
  "RALsV1.GetRatingPlansCost",
]);

const CASES = "cgrates-cases.json";
const found = hasReference(CASES);
const cases: ReferenceCase[] = found ? JSON.parse(referenceText(CASES)) : [];

describe.skipIf(!found)("cases of CGRateS's own tests", () => {
  it("only cases of other engines are left out", () => {
    const left = cases.filter((each) => skipReason(each) !== null);
    expect(left.filter(({ engine }) => engine === "master")).toEqual([]);
    expect(cases.length - left.length).toBeGreaterThanOrEqual(54);
  });

  for (const each of cases.filter((candidate) => skipReason(candidate) === null)) {
    it(each.id, () => {
      const { call, config, expected } = each;
      const snapshot = snapshotOf(referenceFolder(`tariffplans/${each.plan}`));
      const answer = priceDescriptor(
        {
          tenant: call.tenant,
          category: call.category ?? "call",
          account: call.account ?? "",
          subject: call.subject ?? "",
          destination: call.destination,
          timeStart: momentOf(call.timeStart),
          ...(call.timeEnd === undefined ? {} : { timeEnd: momentOf(call.timeEnd) }),
          ...(call.usage === undefined ? {} : { usageNs: nanoseconds(call.usage) }),
          ...(call.tor === undefined ? {} : { tor: call.tor }),
          ...(call.ratingPlanIDs === undefined ? {} : { ratingPlanIDs: call.ratingPlanIDs }),
        },
        snapshot,
        { roundingDecimals: config.rounding_decimals, fallbackDepth: config.fallback_depth ?? 3 },
      );
      if ("error" in answer) {
        expect(answer.error).toBe(expected.error);
        return;
      }
      expect(expected.error).toBeUndefined();
      const cost = EVENT_COST_APIS.has(each.api) ? answer.eventCost : answer.cost;
      const facts: [unknown, unknown][] = [
        [expected.cost, Number(cost)],
        [expected.connectFee, Number(answer.connectFee)],
        [expected.timespans, answer.timespans().length],
        [expected.ratedUsage && nanoseconds(expected.ratedUsage), answer.ratedUsageNs],
        [expected.matchedSubject, answer.matchedSubject],
        [expected.ratingPlanID, answer.ratingPlan],
      ];
      for (const [wanted, actual] of facts) if (wanted !== undefined) expect(actual).toBe(wanted);
    });
  }
});
