// A job as people read it, and the wait for its end.
import { setTimeout as pause } from "node:timers/promises";
import type { CdrateClient, Result } from "../../client/client.ts";
import { createProgressBar } from "./progress-bar.ts";

type Job = Result<"job.show">;

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** Until no process works on it any more. */
export async function waitForJob(client: CdrateClient, job: string): Promise<Job> {
  const bar = createProgressBar();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const found = await client.call("job.show", { job });
    if (!found.underWay) {
      bar.end();
      return found;
    }
    const { done, total, secondsLeft } = found.progress;
    const label = `${found.state} ${found.subject}, ${secondsLeft ?? "?"} s left`;
    if (total === null) bar.say(`${label}: ${done}`);
    else bar.show(label, { done, total });
    await pause(Math.min(pauseMs, LONGEST_PAUSE_MS));
  }
}

export function jobLine({ job, kind, state, progress, subject, createdAt, fault }: Job): string {
  const { done, total, secondsLeft } = progress;
  return [
    `${job}  ${kind}  ${state}  ${createdAt}`,
    total === null ? `${done}` : `${done} of ${total}`,
    ...(secondsLeft === null ? [] : [`${secondsLeft} s left`]),
    subject,
    ...(fault === null ? [] : [fault]),
  ].join("  ");
}
