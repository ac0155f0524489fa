// What other processes change of a plan comes here as a version with a few layers more: those alone are
// compiled, on what this process has compiled already.
import { type GrownPlan, grow, grownPlan } from "../../cgrates/layers/grow.ts";
import { isLayered, layersOf, splitLayer } from "../../cgrates/layers/read.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Snapshot } from "../ports.ts";

type Files = Readonly<Record<string, string>>;

export interface GrownCompiles {
  /** A version that was compiled whole. */
  note(version: TariffVersion, files: Files, snapshot: Snapshot): void;
  /** The version compiled by its last layers; null: it is not the last one noted with a few layers more. */
  grow(version: TariffVersion, files: Files): Snapshot | null;
}

/** Characters of layers that are read in place within milliseconds. */
const SMALL_CHARACTERS = 100_000;

export function createGrownCompiles(): GrownCompiles {
  let last: { version: TariffVersion; files: Files; plan: () => GrownPlan } | null = null;

  return {
    note(version, files, snapshot) {
      if (snapshot.kind !== "cgrates" || !isLayered(files)) return;
      let plan: GrownPlan | null = null;
      last = {
        ...{ version, files },
        plan() {
          plan ??= grownPlan(snapshot.cgrates, version.counts);
          return plan;
        },
      };
    },

    grow(version, files) {
      if (last === null || last.version.semantics !== version.semantics) return null;
      const added = addedTo(last.files, files);
      if (added === null) return null;
      let plan = last.plan();
      for (const [layer, own] of layersOf(added)) {
        const growth = grow(plan, splitLayer(layer, own), version.version);
        if (!growth.ok) return null;
        plan = growth.plan;
      }
      const grown = plan;
      last = { version, files, plan: () => grown };
      return { kind: "cgrates", version: version.version, cgrates: grown.snapshot };
    },
  };
}

/** The files of the layers on top; null: something else differs, or they are too many. */
function addedTo(before: Files, files: Files): Record<string, string> | null {
  const names = Object.keys(files).filter((name) => !(name in before));
  if (
    names.length === 0 ||
    Object.keys(before).length + names.length !== Object.keys(files).length
  ) {
    return null;
  }
  if (Object.entries(before).some(([name, text]) => files[name] !== text)) return null;
  const highest = layersOf(before).at(-1)?.[0] ?? "";
  if (names.some((name) => name.slice(0, name.indexOf("/")) <= highest)) return null;
  const added = Object.fromEntries(names.map((name) => [name, files[name] as string]));
  const characters = Object.values(added).reduce((sum, text) => sum + text.length, 0);
  return characters < SMALL_CHARACTERS ? added : null;
}
