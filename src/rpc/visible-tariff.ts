// One loaded tariff version, if the caller may see it.
import { engineError } from "../errors.ts";
import type { TariffVersion } from "../stores/ports/tariffs.ts";
import type { MethodContext } from "./method.ts";

/**
 * `path` names the param that has the version.
 * @throws `not-found`, also for a version of tenants that the caller may not see
 */
export async function visibleTariff(
  version: string,
  { engine, caller }: Pick<MethodContext, "engine" | "caller">,
  path: string,
): Promise<TariffVersion> {
  const { tenants: own } = caller;
  const facts = await engine.store.tariffs.get(version);
  if (facts !== null && (own === undefined || facts.tenants.some((one) => own.includes(one)))) {
    return facts;
  }
  throw engineError("not-found", `There is no tariff version ${version}.`, { path });
}
