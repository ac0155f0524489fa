// One stored CDR, if the caller may see it.
import type { StoredCdr } from "../cdr/cdr.ts";
import { oneCdr } from "../engine/records/one-cdr.ts";
import type { MethodContext } from "./method.ts";

/** @throws `not-found`, also for a CDR of a tenant that the caller may not see; `ambiguous` */
export function visibleCdr(
  { id, tenant }: { id: string; tenant?: string | undefined },
  { engine, caller }: MethodContext,
): Promise<StoredCdr> {
  return oneCdr(engine.store, { id, tenant, scope: caller.scope });
}
