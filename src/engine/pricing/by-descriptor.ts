// What a call costs that is described as CGRateS describes it, with the steps of its price.
import { requireAccount, requireWhole, type Scope } from "../../access/scope.ts";
import type {
  CallDescriptor,
  DescriptorFailure,
  DescriptorPrice,
} from "../../cgrates/semantics/descriptor.ts";
import { priceDescriptor } from "../../cgrates/semantics/price-descriptor.ts";
import type { CgratesSnapshot } from "../../cgrates/snapshot.ts";
import type { RateBatchParts } from "./rate-batch.ts";

export interface DescribedPrice {
  price: DescriptorPrice | DescriptorFailure;
  snapshot: CgratesSnapshot;
}

/**
 * By the version in force at the call's time. Null: that is none of a CGRateS folder.
 * @throws `forbidden` for a tenant or an account that the scope does not have
 */
export async function priceByDescriptor(
  { snapshots, clock }: Pick<RateBatchParts, "snapshots" | "clock">,
  descriptor: CallDescriptor,
  scope: Scope,
): Promise<DescribedPrice | null> {
  const { tenant, account = "", subject, timeStart } = descriptor;
  requireAccount(scope, { tenant, account });
  // Prices go by the subject, or by plans that are nobody's.
  if (subject !== account || descriptor.ratingPlanIDs !== undefined) requireWhole(scope);
  const version = snapshots.timeline().versionAt(tenant, timeStart.atMs, clock());
  if (version === null) return null;
  const snapshot = snapshots.peek(version) ?? (await snapshots.get(version));
  if (snapshot.kind !== "cgrates") return null;
  return { price: priceDescriptor(descriptor, snapshot.cgrates), snapshot: snapshot.cgrates };
}
