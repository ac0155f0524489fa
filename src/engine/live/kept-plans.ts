// The plans in force as this process last saw them: their layers with the tables that were read, and what
// they were compiled to, so that one small change looks at nothing else.
import { type GrownPlan, grownPlan } from "../../cgrates/layers/grow.ts";
import { type LayerTables, layerTables } from "../../cgrates/layers/objects.ts";
import { isLayered, layerName, layersOf } from "../../cgrates/layers/read.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { TariffFiles } from "../tariffs/folders/folders.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { hashesOf } from "../tariffs/work.ts";

export interface KeptPlan {
  version: TariffVersion;
  /** The lowest first. */
  layers: readonly LayerTables[];
  /** What a further layer goes on from; null: the version is a folder, and no layers yet. */
  grown(): Promise<GrownParts | null>;
}

export interface GrownParts {
  plan: GrownPlan;
  /** Of the texts of all files. */
  hashes: Readonly<Record<string, string>>;
}

export interface KeptPlans {
  of(version: TariffVersion): Promise<KeptPlan>;
  keep(plan: KeptPlan): void;
}

/** Plans that are kept: those in force of some tenants, and the ones before them. */
const MOST_KEPT = 4;

export function createKeptPlans({
  store,
  snapshots,
}: {
  store: Store;
  snapshots: Snapshots;
}): KeptPlans {
  const kept = new Map<string, KeptPlan>();

  const keep = (plan: KeptPlan): void => {
    kept.delete(plan.version.version);
    kept.set(plan.version.version, plan);
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
  };

  async function grown(version: TariffVersion, files: TariffFiles): Promise<GrownParts | null> {
    if (!isLayered(files)) return null;
    const snapshot = await snapshots.get(version.version);
    if (snapshot.kind !== "cgrates") return null;
    return { plan: grownPlan(snapshot.cgrates, version.counts), hashes: hashesOf(files) };
  }

  return {
    async of(version) {
      const known = kept.get(version.version);
      if (known !== undefined) return known;
      const files = (await store.tariffs.getFiles(version.version)) ?? {};
      let parts: Promise<GrownParts | null> | null = null;
      const plan: KeptPlan = {
        version,
        layers: layersOf(layered(files)).map(([, own]) => layerTables(own)),
        grown() {
          parts ??= grown(version, files);
          return parts;
        },
      };
      keep(plan);
      return plan;
    },
    keep,
  };
}

/** A folder that was loaded as one is the lowest layer of what becomes of it. */
function layered(files: TariffFiles): TariffFiles {
  if (isLayered(files)) return files;
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`${layerName(0)}/${name}`, text]),
  );
}
