// A plan that was changed often, in few layers again.
import { compacted } from "../../cgrates/layers/compact.ts";
import { layerTables } from "../../cgrates/layers/objects.ts";
import { layersOf } from "../../cgrates/layers/read.ts";
import type { TariffFiles } from "../tariffs/folders/folders.ts";
import type { KeptPlan } from "./kept-plans.ts";

/** Layers from which on they are put together, and how many more there are until that is tried again. */
const [MOST_LAYERS, LAYERS_BETWEEN] = [200, 20];

/** The plan in half as many layers or fewer; null: it has few, or not so many can be spared. */
export function inFewLayers(base: KeptPlan): KeptPlan | null {
  const { length } = base.layers;
  if (length < MOST_LAYERS || length % LAYERS_BETWEEN !== 0) return null;
  const files = compacted(filesOf(base, {}));
  const layers = files === null ? [] : layersOf(files);
  if (layers.length === 0 || layers.length * 2 > length) return null;
  return {
    version: base.version,
    layers: layers.map(([, own]) => layerTables(own)),
    grown: async () => null,
  };
}

/** Of all layers, with those of one more. */
export function filesOf(base: KeptPlan | null, own: TariffFiles): TariffFiles {
  return Object.assign({}, ...(base?.layers ?? []).map(({ files }) => files), own);
}
