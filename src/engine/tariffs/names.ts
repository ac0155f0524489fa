// The names that the loaded versions of a tenant have: VoIP plans and number rule sets.
import { presetNamed } from "../../numbering/rule-sets/presets.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { TariffCompiler } from "../ports.ts";

export interface NamesOfTenant {
  /** How many versions of the tenant are loaded, whether in force or not. */
  versions: number;
  voipPlans: ReadonlySet<string>;
  /** Those of its tariffs; presets are known everywhere. */
  ruleSets: ReadonlySet<string>;
}

export interface TariffNames {
  /** Reads the list of versions anew: another process may have loaded one. */
  ofTenant(tenant: string): Promise<NamesOfTenant>;
}

type Names = Required<Pick<TariffVersion, "voipPlans" | "ruleSets">>;

const PAGE = 1000;

export function isPreset(ruleSet: string): boolean {
  return presetNamed(ruleSet) !== null;
}

export function createTariffNames({
  store,
  compiler,
}: {
  store: Store;
  compiler: TariffCompiler;
}): TariffNames {
  /** Of versions that an older build loaded: their content never changes. */
  const readAgain = new Map<string, Names>();

  async function namesOf({ version, voipPlans, ruleSets }: TariffVersion): Promise<Names> {
    if (voipPlans !== undefined && ruleSets !== undefined) return { voipPlans, ruleSets };
    const known = readAgain.get(version);
    if (known !== undefined) return known;
    const files = await store.tariffs.getFiles(version);
    const checked = files === null ? null : await compiler.check(files, undefined, { lint: false });
    const facts = checked?.ok === true ? checked.facts : undefined;
    const names = { voipPlans: facts?.voipPlans ?? [], ruleSets: facts?.ruleSets ?? [] };
    readAgain.set(version, names);
    return names;
  }

  return {
    async ofTenant(tenant) {
      const voipPlans = new Set<string>();
      const ruleSets = new Set<string>();
      let versions = 0;
      let cursor: string | undefined;
      do {
        const page = await store.tariffs.list(PAGE, cursor);
        for (const version of page.versions) {
          if (!version.tenants.includes(tenant)) continue;
          versions += 1;
          const names = await namesOf(version);
          for (const name of names.voipPlans) voipPlans.add(name);
          for (const name of names.ruleSets) ruleSets.add(name);
        }
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return { versions, voipPlans, ruleSets };
    },
  };
}
