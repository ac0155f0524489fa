// Tariffs as far as a caller may see them.
import { type Scope, seesEach, seesSome, seesTenant } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import { noFolder, type TariffFiles, type TariffFolders } from "./folders/folders.ts";
import { folderTenants } from "./folders/tenants.ts";
import type { Timeline } from "./timeline.ts";

export type TariffSource = { path: string } | { files: TariffFiles };

/**
 * One loaded version; `path` names the param that has it.
 * @throws `not-found`, also for a version of tenants that the scope does not have
 */
export async function tariffInScope(
  store: Store,
  version: string,
  { scope, path }: { scope: Scope; path: string },
): Promise<TariffVersion> {
  const facts = await store.tariffs.get(version);
  if (facts !== null && seesSome(scope, facts.tenants)) return facts;
  throw engineError("not-found", `There is no tariff version ${version}.`, { path });
}

/**
 * The files of a source. A folder that is not of the scope's tenants alone is answered as one that
 * is not there: its faults would quote it.
 * @throws `not-found`, `path-outside-root`, `too-large`
 */
export async function sourceInScope(
  folders: TariffFolders,
  source: TariffSource,
  scope: Scope,
): Promise<{ name?: string; files: TariffFiles }> {
  if ("files" in source) return { files: source.files };
  const found = await folders.read(source.path);
  if (scope.tenants === null) return found;
  const tenants = folderTenants(found.files);
  if (tenants !== null && seesEach(scope, tenants)) return found;
  throw noFolder(source.path);
}

/** The version in force for a tenant of the scope, or for its only one where none is named. */
function onlyInForce(
  timeline: Timeline,
  { tenant, nowMs }: { tenant: string | undefined; nowMs: number },
  scope: Scope,
): { version: string } | { version: null; why: "none" | "several" } {
  const [only, ...others] = timeline
    .inForce(nowMs)
    .filter(
      (entry) => seesTenant(scope, entry.tenant) && (tenant ?? entry.tenant) === entry.tenant,
    );
  if (only === undefined) return { version: null, why: "none" };
  return others.length === 0 ? { version: only.version } : { version: null, why: "several" };
}

/**
 * The same where there must be one; `path` names the param that would say a version.
 * @throws `not-found` without any; `invalid-params` where several tenants have one and none is named
 */
export function requireInForce(
  timeline: Timeline,
  { path, ...of }: { tenant: string | undefined; nowMs: number; path: string },
  scope: Scope,
): string {
  const found = onlyInForce(timeline, of, scope);
  if (found.version !== null) return found.version;
  if (found.why === "none") {
    throw engineError("not-found", "No tariff is in force there: name a version.", { path });
  }
  throw engineError(
    "invalid-params",
    `${path}: several tenants have a tariff in force; name one, or a version.`,
    { path },
  );
}
