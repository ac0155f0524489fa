// Who works on a job: a lease in the job itself, taken and left by conditional writes, so that of
// several processes on one store one has it, and another takes over from one that died.
import type { Clock } from "../ports.ts";
import type { JobShelf, LongJob } from "./job.ts";

/** Who wants the job, and how long nobody else may have it without a sign of life. */
export interface Worker {
  owner: string;
  leaseMs: number;
  clock: Clock;
}

/** False while another process has it. */
export function isFree({ body }: LongJob, { owner, clock }: Worker): boolean {
  return body.owner === null || body.owner === owner || body.leaseUntilMs <= clock();
}

/** Prolongs the lease in the job, which the caller then saves. */
export function extendLease(job: LongJob, { owner, leaseMs, clock }: Worker): void {
  const nowMs = clock();
  Object.assign(job.body, { owner, leaseUntilMs: nowMs + leaseMs, updatedAtMs: nowMs });
}

/** Takes a free job in this state. False when another process has it or was first. */
export async function takeJob<J extends LongJob>(
  shelf: JobShelf<J>,
  worker: Worker,
  { job, state }: { job: J; state: J["state"] },
): Promise<boolean> {
  if (!isFree(job, worker)) return false;
  if (job.state !== state || job.body.begunAtMs === undefined) job.body.begunAtMs = worker.clock();
  job.state = state;
  extendLease(job, worker);
  return shelf.save(job);
}

/** The last write of a run: the state it ends in, nobody's any more. */
export function leaveJob<J extends LongJob>(
  shelf: JobShelf<J>,
  { clock }: Pick<Worker, "clock">,
  { job, state }: { job: J; state: J["state"] },
): Promise<boolean> {
  job.state = state;
  Object.assign(job.body, { owner: null, leaseUntilMs: 0, updatedAtMs: clock() });
  return shelf.save(job);
}
