// Whose a tariff folder is, read before it is checked: the faults of a folder quote what is in it.
import type { TariffFiles } from "./folders.ts";

const PROFILES = /(^|\/)RatingProfiles\.csv$/;
/** `tenant:` at the top of tariff.yaml, as a plain or a quoted scalar. */
const TENANT_LINE =
  /^(?:"tenant"|'tenant'|tenant)[ \t]*:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#'"][^#\n]*?))[ \t]*(?:#.*)?\r?$/m;
/** Columns of a row of RatingProfiles.csv where the tenant comes first; older layouts begin with the direction. */
const NEWEST_COLUMNS = 6;

/** Every tenant that the folder names; null: it does not say. */
export function folderTenants(files: TariffFiles): string[] | null {
  const settings = Object.hasOwn(files, "tariff.yaml") ? files["tariff.yaml"] : undefined;
  const found = new Set(settings === undefined ? [] : nativeTenant(settings));
  for (const [name, text] of Object.entries(files)) {
    if (!PROFILES.test(name)) continue;
    for (const tenant of profileTenants(text)) found.add(tenant);
  }
  return found.size === 0 ? null : [...found];
}

function nativeTenant(text: string): string[] {
  const match = TENANT_LINE.exec(text);
  const tenant = match?.[1] ?? match?.[2] ?? match?.[3];
  return tenant === undefined ? [] : [tenant];
}

function profileTenants(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    if (line.startsWith("#") || line.trim() === "") return [];
    const fields = line.split(",").map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
    return fields[fields.length === NEWEST_COLUMNS ? 0 : 1] ?? [];
  });
}
