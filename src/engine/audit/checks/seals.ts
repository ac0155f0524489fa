// Whether the sums of erased CDRs are those that were kept when they went: by their number and hash.
import type { TimeRange } from "../../../queries/cdr-query.ts";
import { ALL_TIMES, stretchOf, touchedQuarters } from "../../../rollups/pieces.ts";
import { sealHash } from "../../../rollups/seal-hash.ts";
import type { Store } from "../../../stores/store.ts";
import type { Findings } from "../findings.ts";

const PAGE = 500;

export async function checkSeals(
  { erasures }: Pick<Store, "erasures">,
  period: TimeRange,
  { findings, signal }: { findings: Findings; signal?: AbortSignal | undefined },
): Promise<void> {
  const { first, end } = touchedQuarters({ ...ALL_TIMES, ...period });
  for (let from = first; from < end; ) {
    const { seals } = await erasures.seals({ first: from, end, limit: PAGE });
    for (const seal of seals) {
      signal?.throwIfAborted();
      const bytes = await erasures.sealedBytes(seal);
      findings.count(1);
      // Of a seal that CDRs were added to meanwhile the next audit tells.
      if (bytes === null || sealHash(seal.cdrs, bytes) === seal.hash) continue;
      const at = new Date(stretchOf(seal.quarter, 1).fromMs).toISOString();
      findings.add(at, ["what is kept of erased CDRs is not what was sealed"]);
    }
    const last = seals.at(-1);
    if (seals.length < PAGE || last === undefined) return;
    from = last.quarter === from ? from + 1 : last.quarter;
  }
}
