// Random calls in random folders, with the answers of the real engine: no difference is allowed.
import { describe, expect, it } from "vitest";
import type { CallDescriptor } from "../../src/cgrates/semantics/descriptor.ts";
import { priceDescriptor } from "../../src/cgrates/semantics/price-descriptor.ts";
import type { CgratesSnapshot } from "../../src/cgrates/snapshot.ts";
import { momentOf, nanoseconds, snapshotOf } from "./pricing.ts";
import { hasReference, referenceFolder, referenceText } from "./reference-folder.ts";

interface RandomCall
  extends Pick<CallDescriptor, "tenant" | "category" | "subject" | "destination"> {
  id: string;
  plan: string;
  answerTime: string;
  usage: string;
  tor: string;
  loopIndex?: number;
  expected: Record<string, unknown>;
}

const found = hasReference("cgrates-random/calls.jsonl");

/** The members as the engine's answers have them. */
function answerOf(call: RandomCall, snapshot: CgratesSnapshot): Record<string, unknown> {
  const { tenant, category, subject, destination, tor, loopIndex = 0 } = call;
  const answer = priceDescriptor(
    {
      tenant,
      category,
      subject,
      destination,
      tor,
      loopIndex,
      timeStart: momentOf(call.answerTime),
      usageNs: nanoseconds(call.usage),
    },
    snapshot,
  );
  if ("error" in answer) return { error: answer.error };
  const { matchedPrefix, ratingPlan, connectFee, ratedUsageSeconds } = answer;
  return {
    cost: Number(answer.cost),
    eventCost: Number(answer.eventCost),
    ...(connectFee === null ? {} : { connectFee: Number(connectFee) }),
    ...(matchedPrefix === null ? {} : { matchedPrefix }),
    ...(ratingPlan === null ? {} : { ratingPlan }),
    ratedUsageSeconds,
  };
}

describe.skipIf(!found)("random calls of the real engine", () => {
  it("all have the same cost, event cost, fee, prefix, plan, rated usage or error", () => {
    const snapshots = new Map<string, CgratesSnapshot>();
    const calls: RandomCall[] = referenceText("cgrates-random/calls.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const differences: unknown[] = [];
    for (const call of calls) {
      let snapshot = snapshots.get(call.plan);
      if (snapshot === undefined) {
        snapshot = snapshotOf(referenceFolder(`cgrates-random/${call.plan}`));
        snapshots.set(call.plan, snapshot);
      }
      const answer = answerOf(call, snapshot);
      const isEqual = Object.entries({ ...answer, ...call.expected }).every(
        ([member]) => answer[member] === call.expected[member],
      );
      if (!isEqual) differences.push({ id: call.id, answer, expected: call.expected });
    }
    expect(calls.length).toBeGreaterThanOrEqual(4458);
    expect(differences).toEqual([]);
  });
});
