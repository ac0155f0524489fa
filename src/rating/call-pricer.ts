// What a snapshot needs to price calls: the pricer and the space that it fills in again each time.
import { type Edition, TODAYS_EDITION } from "../cdr/edition.ts";
import type { Call } from "../cdr/rating.ts";
import { isTimed } from "../cdr/usage.ts";
import { type CallNumbers, createNumberReader, type NumberReader } from "./call-numbers.ts";
import { createPlanPrice, type PlanPrice, type PriceRequest } from "./deck/plan-price.ts";
import { createPlanPricer, type PlanPricer } from "./deck/plan-pricer.ts";
import { type Candidate, createCandidate } from "./routing/carrier-candidate.ts";
import type { CompiledCarrierPlan, CompiledVoipPlan, NativeSnapshot } from "./snapshot/native.ts";

export interface CallPricer {
  snapshot: NativeSnapshot;
  pricer: PlanPricer;
  readNumbers: NumberReader;
  request: PriceRequest;
  /** Two, so that the better match can be kept while the next plan is tried. */
  retail: [PlanPrice, PlanPrice];
  /** One candidate per carrier of the VoIP plan, in its order; the same objects every time. */
  candidatesOf(plan: CompiledVoipPlan): Candidate[];
}

const pricers = new WeakMap<NativeSnapshot, CallPricer>();

/** The pricer of a snapshot; it is made once and serves one call at a time. */
export function callPricerOf(snapshot: NativeSnapshot): CallPricer {
  const known = pricers.get(snapshot);
  if (known !== undefined) return known;
  const candidates = new Map<CompiledVoipPlan, Candidate[]>();
  const made: CallPricer = {
    snapshot,
    pricer: createPlanPricer(snapshot),
    readNumbers: createNumberReader(snapshot),
    request: {
      digits: "",
      understood: true,
      shortest: 0,
      byDefault: true,
      formerDigits: "",
      callerDigits: "",
      formerCaller: "",
      otherCaller: true,
      tor: -1,
      atMs: 0,
      usage: 0,
      isTime: true,
      edition: TODAYS_EDITION,
    },
    retail: [createPlanPrice(snapshot), createPlanPrice(snapshot)],
    candidatesOf(plan) {
      const found = candidates.get(plan);
      if (found !== undefined) return found;
      const list = plan.carriers.map((index, order) =>
        createCandidate(snapshot, snapshot.carrierPlans[index] as CompiledCarrierPlan, order),
      );
      candidates.set(plan, list);
      return list;
    },
  };
  pricers.set(snapshot, made);
  return made;
}

/** Sets the request to a call, priced by an edition of the rules; its time must be known. */
export function setRequest(
  { request, snapshot }: CallPricer,
  call: Call,
  { numbers, edition }: { numbers: CallNumbers; edition: Edition },
): void {
  const { digits, matching, callers } = numbers;
  request.digits = digits;
  request.understood = matching.understood;
  request.shortest = matching.shortest;
  request.byDefault = matching.byDefault;
  request.formerDigits = numbers.formerDigits;
  request.callerDigits = callers.digits;
  request.formerCaller = callers.former;
  request.otherCaller = callers.isOther;
  request.tor = snapshot.tors.indexOf(call.tor);
  request.atMs = call.callTime?.atMs ?? 0;
  request.usage = call.usage;
  request.isTime = isTimed(call.tor);
  request.edition = edition;
}
