// Whether anybody may write to a store while it is copied, as far as it can be seen.
import { type EngineError, engineError } from "../../errors.ts";
import { living } from "../migration.ts";
import type { CopyEnd } from "../ports/copy.ts";

/** What a copy calls itself among the processes of a store. */
export const COPY_BUILD_MARK = " (store copy)";

function inUse(end: CopyEnd, who: string): EngineError {
  return engineError("conflict", `${end.name} is in use: ${who}.`, {
    hint: "Stop every service and command on it, then run the copy again; one that was killed counts for a minute.",
  });
}

/** @throws `conflict` while another process lives there */
export async function requireAlone(end: CopyEnd, nowMs: number): Promise<void> {
  const all = living(await end.processes(), nowMs);
  // A copy that was killed is no reason to wait: what it does is what this one does.
  const others = all.filter(({ build }) => !build.endsWith(COPY_BUILD_MARK));
  if (others.length === 0) return;
  const texts = others.map(({ build, startedAtMs }) => {
    return `a process of build ${build}, since ${new Date(startedAtMs).toISOString()}`;
  });
  throw inUse(end, texts.join("; "));
}

/** @throws `conflict` while a lease of a job, a batch or a feed runs */
export async function requireNoLease(end: CopyEnd, nowMs: number): Promise<void> {
  const limits = { rows: 100, bytes: 8_000_000 };
  for (const noun of ["jobs", "batches", "feeds"] as const) {
    let after: string | null = null;
    do {
      const { rows, next }: Awaited<ReturnType<(typeof end.tables)[typeof noun]["page"]>> =
        await end.tables[noun].page(after, limits);
      for (const row of rows) {
        const [name, until] =
          "body" in row
            ? [
                `${"kind" in row ? "job" : "batch"} ${row.id}`,
                Number(row.body["leaseUntilMs"] ?? 0),
              ]
            : [`feed ${row.name}`, row.leaseUntilMs];
        if (until > nowMs) {
          throw inUse(end, `${name} is leased until ${new Date(until).toISOString()}`);
        }
      }
      after = next;
    } while (after !== null);
  }
}
