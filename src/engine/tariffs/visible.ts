// Tariffs as far as a caller may see them.
import { requireTenants, type Scope, seesEach, seesSome, seesTenant } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";
import { noFolder, type TariffFiles, type TariffFolders } from "./folders/folders.ts";
import { folderTenants } from "./folders/tenants.ts";
import { createTimeline } from "./timeline.ts";

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

/**
 * The version that is named, else the one in force for the tenant, else for the only one of the scope; for
 * who sees all of its tenants. `path` names the param that would say it.
 * @throws `not-found`, also without one in force; `forbidden` for a version that has other tenants too;
 * `invalid-params` where several tenants have one and none is named
 */
export async function namedOrInForce(
  parts: { store: Store; clock: Clock },
  asked: { version: string | undefined; tenant: string | undefined; path: string },
  scope: Scope,
): Promise<TariffVersion> {
  const version = asked.version ?? (await onlyInForce(parts, asked, scope));
  const facts = await tariffInScope(parts.store, version, { scope, path: asked.path });
  requireTenants(scope, facts.tenants);
  return facts;
}

async function onlyInForce(
  { store, clock }: { store: Store; clock: Clock },
  { tenant, path }: { tenant: string | undefined; path: string },
  scope: Scope,
): Promise<string> {
  const [only, ...others] = createTimeline(await store.tariffs.activations())
    .inForce(clock())
    .filter(
      (entry) => seesTenant(scope, entry.tenant) && (tenant ?? entry.tenant) === entry.tenant,
    );
  if (only === undefined) {
    throw engineError("not-found", "No tariff is in force there: name a version.", { path });
  }
  if (others.length === 0) return only.version;
  throw engineError(
    "invalid-params",
    `${path}: several tenants have a tariff in force; name one, or a version.`,
    { path },
  );
}
