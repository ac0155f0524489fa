// What methods that make a version from another answer, and how they are asked which.
import { z } from "zod";
import type { ChangedTariff } from "../../../engine/tariffs/changes/changes.ts";
import { fault, name, versionId } from "../../shapes.ts";

export const changedBase = {
  version: versionId.optional().describe("the version that is changed; absent: the one in force"),
  tenant: name.optional().describe("whose version in force; absent: the only one of the caller"),
  name: name.optional().describe("of the new version; absent: that of the old one"),
};

export const changedTariff = {
  version: z.string().describe("the new version, loaded and not active"),
  from: z.string().describe("the version it was made from; the same: nothing differs"),
  name: z.string(),
  tenants: z.array(z.string()),
  files: z.array(z.string()).describe("files that differ"),
  counts: z.record(z.string(), z.number()),
  warnings: z.array(fault),
};

export function viewChanged({
  version,
  from,
  name: of,
  tenants,
  files,
  counts,
  warnings,
}: ChangedTariff) {
  return { version, from, name: of, tenants, files, counts, warnings };
}

/** Whose it is, where it is one tenant's. */
export function tenantOf({ tenants: [tenant, ...others] }: ChangedTariff): string | null {
  return others.length > 0 ? null : (tenant ?? null);
}
