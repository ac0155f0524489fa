// Rerate jobs as far as a caller may see them: a job is of the tenants of its filter.
import { requireWhole, type Scope, scopedFilter, seesEach } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import { tariffInScope } from "../tariffs/visible.ts";
import type { RerateJob, RerateRequest } from "./job.ts";

/**
 * The request over CDRs of the scope alone, by versions that it sees.
 * @throws `forbidden`; `not-found` at the version
 */
export async function requestInScope(
  store: Store,
  request: RerateRequest,
  scope: Scope,
): Promise<RerateRequest> {
  requireWhole(scope);
  const filter = scopedFilter(request.filter, scope);
  if (filter === "none") {
    throw engineError("forbidden", "These credentials are for none of the filter's tenants.", {
      path: "filter.tenants",
    });
  }
  const { tariffVersion, overrides = [] } = request;
  if (tariffVersion !== undefined)
    await tariffInScope(store, tariffVersion, { scope, path: "tariffVersion" });
  for (const [index, { tariffVersion: version }] of overrides.entries()) {
    await tariffInScope(store, version, { scope, path: `overrides.${index}.tariffVersion` });
  }
  return { ...request, filter };
}

export function isInScope({ body }: RerateJob, scope: Scope): boolean {
  const { tenants } = body.request.filter;
  return scope.tenants === null || (tenants !== undefined && seesEach(scope, tenants));
}
