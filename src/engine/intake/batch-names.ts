// Names of batches: each is that of an import, or of whoever sends CDRs under it, and never of both. What
// an import brought is taken back as a whole, and must hold nothing that others sent.
import { engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";

/** State of the record of a name that CDRs are sent under: it holds the name, and tells of nothing. */
export const SENT_BATCH = "sent";

export interface BatchNames {
  /**
   * Takes the name for those who send CDRs under it, for ever; again it does nothing.
   * @throws `conflict` where it is that of an import
   */
  claim(batch: string): Promise<void>;
}

/** Names that are known to be taken so: each call of a long batch asks. */
const MOST_KNOWN = 10_000;

export function createBatchNames({
  store: { batches },
  clock,
}: {
  store: Pick<Store, "batches">;
  clock: Clock;
}): BatchNames {
  const known = new Set<string>();
  return {
    async claim(batch) {
      if (known.has(batch)) return;
      const own = { id: batch, version: 1, state: SENT_BATCH, hash: null, tenants: null, body: {} };
      const isNew = await batches.put({ ...own, createdAtMs: clock() });
      if (!isNew && (await batches.get(batch))?.state !== SENT_BATCH) throw imported(batch);
      if (known.size >= MOST_KNOWN) known.clear();
      known.add(batch);
    },
  };
}

function imported(batch: string): Error {
  return engineError("conflict", `The batch ${batch} is that of an import; nothing was stored.`, {
    path: "batch",
    hint: "Name a batch of their own: an import is taken back with all that is in its batch.",
  });
}
