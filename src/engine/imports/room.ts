// Imports, what they brought, and its way back.
import type { Counters } from "../intake/counters.ts";
import { toBatch } from "./batch.ts";
import { type Batches, createBatches } from "./batches.ts";
import { createImports, type Imports, type ImportsParts } from "./imports.ts";
import { processPace } from "./pace.ts";
import { createRollbacks, type Rollbacks } from "./rollback/rollbacks.ts";
import type { SequenceGaps } from "./sequence.ts";

export interface ImportRoom {
  imports: Imports;
  batches: Batches;
  rollbacks: Rollbacks;
  /** Numbers of its records that a batch lacks; null: they are not counted. */
  gaps(batch: string): Promise<SequenceGaps | null>;
}

export function createImportRoom({
  counters,
  ...parts
}: Omit<ImportsParts, "pace"> & { counters: Pick<Counters, "all"> }): ImportRoom {
  const batches = createBatches(parts);
  return {
    imports: createImports({ ...parts, pace: processPace(counters.all) }),
    batches,
    rollbacks: createRollbacks({ ...parts, batches }),
    async gaps(batch) {
      const found = await parts.store.batches.get(batch);
      return found === null ? null : (toBatch(found).body.sequence ?? null);
    },
  };
}
