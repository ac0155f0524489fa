// A stored CDR as the billing runs that the chargers of its tariff version made of it, each with the steps
// of its price: versions are immutable, so what rated it can be had again.
import { toCall } from "../../../cdr/call.ts";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import { editionOf, TODAYS_EDITION } from "../../../cdr/edition.ts";
import { MASK } from "../../../cdr/masking/text.ts";
import type { Call } from "../../../cdr/rating.ts";
import { chargerRuns, DEFAULT_RUN } from "../../../cgrates/charger-runs.ts";
import { priceRun } from "../../../cgrates/price-call.ts";
import type { DescriptorFailure, DescriptorPrice } from "../../../cgrates/semantics/descriptor.ts";
import type { CgratesSnapshot } from "../../../cgrates/snapshot.ts";
import type { Snapshots } from "../../tariffs/snapshots.ts";

/** One run of a CDR. */
export interface BillingRun {
  id: string;
  /** The call as the run sees it. */
  call: Call;
  /** Priced when asked for: what only selects runs does without. */
  priced(): RunPrice;
}

export type RunPrice =
  /** Not to be priced. */
  | { kind: "none" }
  | { kind: "failed"; error: string }
  /** `price` is null where no CGRateS plan priced it: there are no steps of its kind then. */
  | { kind: "priced"; cost: string; price: DescriptorPrice | null };

/** The runs of a CDR as it is stored now. */
export async function billingRuns(snapshots: Snapshots, cdr: StoredCdr): Promise<BillingRun[]> {
  const call = callOf(cdr);
  const { tariffVersion } = cdr.rating;
  const snapshot = tariffVersion === null ? null : await snapshots.get(tariffVersion);
  if (snapshot?.kind !== "cgrates") {
    return [{ id: DEFAULT_RUN, call, priced: () => storedPrice(cdr) }];
  }
  const { cgrates } = snapshot;
  const runs = cgrates.hasChargers ? chargerRuns(call, cgrates) : new Map([[DEFAULT_RUN, call]]);
  return [...runs].map(([id, run]) => ({
    id,
    call: run,
    priced: () => runPrice(cdr, { id, run, snapshot: cgrates }),
  }));
}

/** Where its numbers are masked, the digits that are left: those of the prefix that priced it. */
function callOf(cdr: StoredCdr): Call {
  const call = toCall(cdr);
  if (cdr.maskedAtMs === undefined) return call;
  return { ...call, destination: call.destination.split(MASK)[0] ?? "" };
}

function runPrice(
  cdr: StoredCdr,
  { id, run, snapshot }: { id: string; run: Call; snapshot: CgratesSnapshot },
): RunPrice {
  const { rating } = cdr;
  if (run.requestType === "*none") return { kind: "none" };
  if (rating.outcome === "unrated" && rating.reason === "no-call-time") {
    return { kind: "failed", error: "UNAUTHORIZED_DESTINATION" };
  }
  const answer: DescriptorPrice | DescriptorFailure = priceRun(
    run,
    snapshot,
    editionOf(rating) ?? TODAYS_EDITION,
  );
  if ("error" in answer) return { kind: "failed", error: wordOf(answer.error) };
  // What is stored is what was charged.
  const stored = id === DEFAULT_RUN ? rating.sell?.amount : undefined;
  return { kind: "priced", cost: stored ?? answer.cost, price: answer };
}

function wordOf(error: string): string {
  return error === "GAP_IN_TIMINGS" ? "UNAUTHORIZED_DESTINATION" : error;
}

/** Of a CDR that no CGRateS plan priced. */
function storedPrice({ rating }: StoredCdr): RunPrice {
  const { sell, reason } = rating;
  const amount = sell?.amount ?? null;
  if (amount !== null) return { kind: "priced", cost: amount, price: null };
  if (reason === "not-requested") return { kind: "none" };
  const isPlanMissing = reason === undefined || reason === "no-active-tariff";
  return {
    kind: "failed",
    error: isPlanMissing ? "RATING_PLAN_NOT_FOUND" : "UNAUTHORIZED_DESTINATION",
  };
}
