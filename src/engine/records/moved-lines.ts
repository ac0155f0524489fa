// Lines of imports whose CDR another arrival took over: the batch is noted with the CDR that it brought,
// and a CDR is of one batch.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { Store } from "../../stores/store.ts";

/** Name of the list of such lines, in the import that brought them. */
export const MOVED = "moved";
const PAGE = 1000;

interface MovedLine {
  id: string;
  tenant: string;
}

/** Noted before the CDR is written, and again: what did not come to pass is not counted. */
export async function noteMoved(
  { batches, jobs }: Pick<Store, "batches" | "jobs">,
  { id, tenant, batchId, batchLine }: StoredCdr,
): Promise<void> {
  if (batchId === undefined || batchLine === undefined) return;
  // A batch that was sent and not imported has no job.
  const job = (await batches.get(batchId))?.body["job"];
  if (typeof job !== "string") return;
  const line: MovedLine = { id, tenant };
  await jobs.appendLines(job, MOVED, [{ number: batchLine, hash: "", text: JSON.stringify(line) }]);
}

/** Numbers of the lines of a batch whose CDR is no longer of it. */
export async function movedLines(
  store: Pick<Store, "jobs" | "cdrs">,
  { job, batch }: { job: string; batch: string },
): Promise<Set<number>> {
  const moved = new Set<number>();
  let after = 0;
  for (;;) {
    const lines = await store.jobs.pageLines(job, MOVED, { after, limit: PAGE });
    for (const { number } of await movedOf(store, lines, batch)) moved.add(number);
    const last = lines.at(-1);
    if (last === undefined || lines.length < PAGE) return moved;
    after = last.number;
  }
}

/** Its CDR may have come back since, or never have gone. */
async function movedOf(
  { cdrs }: Pick<Store, "cdrs">,
  lines: readonly JobLine[],
  batch: string,
): Promise<JobLine[]> {
  const found: JobLine[] = [];
  for (const line of lines) {
    const key = JSON.parse(line.text) as MovedLine;
    const cdr = await cdrs.get(key);
    if (cdr?.batchId !== batch || cdr.batchLine !== line.number) found.push(line);
  }
  return found;
}
