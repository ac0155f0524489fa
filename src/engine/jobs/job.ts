// Long work as the store keeps it, whatever its kind: what was asked, how far it came, who is at it.
import type { JsonObject } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import type { Job } from "../../stores/ports/jobs.ts";
import type { Store } from "../../stores/store.ts";

/** What the body of every job has besides its own members. */
export interface JobBody {
  /** Who works on it, until when nobody else may; times in epoch milliseconds. */
  owner: string | null;
  leaseUntilMs: number;
  updatedAtMs: number;
  /** When the work in its state was taken up first, for the time that is left. */
  begunAtMs?: number;
  /** Why it failed. */
  fault?: string;
}

/** A job whose states and body are known to the compiler. */
export interface LongJob<State extends string = string, Body extends JobBody = JobBody> {
  id: string;
  state: State;
  /** Raised by each write: who writes names the version it saw. */
  version: number;
  createdAtMs: number;
  body: Body;
}

/** The jobs of one kind in the store. */
export interface JobShelf<J extends LongJob> {
  readonly kind: string;
  fromStored(job: Job): J;
  /** @throws `not-found` */
  load(id: string): Promise<J>;
  /** False when the id is taken: nothing is written then. */
  put(job: J): Promise<boolean>;
  /** Writes the job as its next version, in place; false when another process wrote it meanwhile. */
  save(job: J): Promise<boolean>;
}

/** `kind` as the store keeps it, `title` as people read it: a "rerate job". */
export function createJobShelf<J extends LongJob>(
  { jobs }: Pick<Store, "jobs">,
  { kind, title }: { kind: string; title: string },
): JobShelf<J> {
  const toStored = ({ id, state, version, createdAtMs, body }: J): Job => {
    return { id, kind, state, version, createdAtMs, body: body as unknown as JsonObject };
  };
  const fromStored = ({ id, state, version, createdAtMs, body }: Job): J =>
    ({ id, state, version, createdAtMs, body }) as unknown as J;
  return {
    kind,
    fromStored,
    async load(id) {
      const job = await jobs.get(id);
      if (job?.kind === kind) return fromStored(job);
      throw engineError("not-found", `There is no ${title} ${id}.`, { path: "job" });
    },
    put: (job) => jobs.put(toStored(job)),
    async save(job) {
      const isSaved = await jobs.update(
        toStored({ ...job, version: job.version + 1 }),
        job.version,
      );
      if (isSaved) job.version += 1;
      return isSaved;
    },
  };
}
