// Which services price by the time line as it is now, in words; and waiting for all of them.
import type { CdrateClient, Result } from "../../client/client.ts";
import type { CommandParts } from "../command-parts.ts";
import { EXIT } from "../output.ts";
import { createProgressBar } from "./progress-bar.ts";

type FollowerCount = Result<"tariff.activate">["processes"];

/** Longer than a killed service counts for. */
const LONGEST_WAIT_MS = 90_000;
const PAUSE_MS = 200;

export function followersLine({ all, ready }: FollowerCount): string {
  if (all === 0) return "no service runs on this store; the next one that starts has it";
  if (ready === all) return `every service has it (${all})`;
  return `${ready} of ${all} services have it; the others follow within 2 s (--wait waits for them)`;
}

/** Asks until every service has the time line, a minute and a half at most; then exit code 1. */
export async function waitForFollowers(
  client: CdrateClient,
  { exit }: Pick<CommandParts, "exit">,
): Promise<FollowerCount> {
  const bar = createProgressBar();
  const endMs = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const { processes } = await client.call("system.status");
    const { all, ready } = processes;
    if (ready === all || performance.now() > endMs) {
      bar.end();
      if (ready < all) exit(EXIT.failed);
      return processes;
    }
    bar.show("services", { done: ready, total: all });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
