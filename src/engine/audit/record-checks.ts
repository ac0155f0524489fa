// The invariants that each stored CDR must hold by itself.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { factsAt } from "../../cdr/facts.ts";
import type { Rating } from "../../cdr/rating.ts";
import { cgratesBasisFaults } from "../../cgrates/recompute-basis.ts";
import { cdrId } from "../../mediation/content-hash.ts";
import { basisFaults } from "../../rating/trace/recompute-basis.ts";
import { outcomeFaults } from "./outcome-faults.ts";

/** Which line of which batch a CDR came in as. */
export type BatchLine = Pick<StoredCdr, "id" | "tenant" | "batchId" | "batchLine">;

/** What is wrong, in words; empty when nothing is. */
export type LineCheck = (line: BatchLine) => string[];

/**
 * One current revision, all older ones of the same record in order in the history; each outcome
 * fits its amounts.
 */
export function revisionFaults(cdr: StoredCdr): string[] {
  const ratings = ratingsOf(cdr);
  const numbers = ratings.map(({ revision }) => revision);
  const isInOrder = numbers.every((number, index) => number === index + 1);
  return [
    ...(isInOrder ? [] : [`revisions are ${numbers.join(", ")}`]),
    ...historyFaults(cdr),
    ...ofEach(cdr, (rating, index) => outcomeFaults(rating, factsAt(cdr, index).billedSides)),
  ];
}

/** The amounts of each revision are those of its basis; null where a basis does not hold all. */
export function amountFaults(cdr: StoredCdr): string[] | null {
  let isWhole = true;
  const faults = ofEach(cdr, (rating) => {
    if (rating.semantics === "native") return basisFaults(rating);
    const found = cgratesBasisFaults(rating);
    isWhole &&= found.isWhole;
    return found.faults;
  });
  return isWhole || faults.length > 0 ? faults : null;
}

/** The id is that of its record, and the tenant that queries go by the one that pricing goes by. */
export function identityFaults({ id, tenant, primary }: StoredCdr): string[] {
  const own = cdrId(primary.originId, primary.originHost);
  return [
    ...(tenant === primary.tenant ? [] : [`tenant is ${tenant}, its record's ${primary.tenant}`]),
    ...(id === own ? [] : [`id is ${id}, its record's ${own}`]),
  ];
}

/** No correction changes them, and a record that differs in one is a conflict. */
const IDENTITY = ["originId", "originHost", "tenant"] as const;

/** Older facts are those of the same record. */
function historyFaults(cdr: StoredCdr): string[] {
  const { primary } = cdr;
  return cdr.history.flatMap(({ rating, content }) =>
    IDENTITY.filter((name) => content !== undefined && content.primary[name] !== primary[name])
      .map((name) => `${name} is ${content?.primary[name]}, its record's ${primary[name]}`)
      .map((fault) => ofRevision(cdr, rating, fault)),
  );
}

export function ratingsOf({ history, rating }: StoredCdr): Rating[] {
  return [...history.map((entry) => entry.rating), rating];
}

/** What a check finds in all revisions, the oldest first. */
export function ofEach(
  cdr: StoredCdr,
  check: (rating: Rating, index: number) => string[],
): string[] {
  return ratingsOf(cdr).flatMap((rating, index) =>
    check(rating, index).map((fault) => ofRevision(cdr, rating, fault)),
  );
}

/** A fault of an older revision is named by its number. */
export function ofRevision(cdr: StoredCdr, rating: Rating, fault: string): string {
  return rating === cdr.rating ? fault : `revision ${rating.revision}: ${fault}`;
}

/** Bits over all batches: 32 MB. */
const MOST_LINES = 2 ** 28;

/**
 * No two CDRs are the same line of a batch; remembers lines as bits, as long as they fit. A batch
 * has no record of its own, so nothing is said of lines that became no CDR.
 */
export function createBatchLineCheck(): { check: LineCheck; notCompared(): number } {
  const seen = new Map<string, Uint8Array>();
  let room = MOST_LINES / 8;
  let notCompared = 0;

  function linesOf(batch: string, line: number): Uint8Array | null {
    const known = seen.get(batch) ?? new Uint8Array(0);
    const wanted = (line >> 3) + 1;
    if (known.length >= wanted) return known;
    const size = Math.max(wanted, 2 * known.length, 128);
    if (line >= MOST_LINES || size - known.length > room) return null;
    room -= size - known.length;
    const grown = new Uint8Array(size);
    grown.set(known);
    seen.set(batch, grown);
    return grown;
  }

  return {
    check({ tenant, batchId, batchLine }) {
      if (batchId === undefined) return [];
      if (batchLine === undefined || batchLine < 1) return [`batch ${batchId} without a line`];
      const lines = linesOf(`${tenant}\n${batchId}`, batchLine);
      if (lines === null) {
        notCompared += 1;
        return [];
      }
      const [byte, bit] = [batchLine >> 3, 1 << (batchLine & 7)];
      const isTwice = ((lines[byte] ?? 0) & bit) !== 0;
      lines[byte] = (lines[byte] ?? 0) | bit;
      return isTwice ? [`line ${batchLine} of batch ${batchId} is there twice`] : [];
    },
    notCompared: () => notCompared,
  };
}
