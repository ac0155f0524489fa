// One stored CDR, if the caller may see it.
import type { StoredCdr } from "../cdr/cdr.ts";
import { engineError } from "../errors.ts";
import type { MethodContext } from "./method.ts";

/** @throws `not-found`, also for a CDR of a tenant that the caller may not see */
export async function visibleCdr(
  id: string,
  { engine, caller }: MethodContext,
): Promise<StoredCdr> {
  const cdr = await engine.store.cdrs.get(id);
  if (cdr === null || (caller.tenants !== undefined && !caller.tenants.includes(cdr.tenant))) {
    throw engineError("not-found", `There is no CDR ${id}.`, { path: "id" });
  }
  return cdr;
}
