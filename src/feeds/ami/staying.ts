// Connects, and connects again for ever, but ever more slowly.
import type { FeedParts } from "../contract.ts";
import { createDelays, type SessionEnd } from "../delays.ts";

/** Resolves when it is stopped. */
export async function stayConnected(
  parts: FeedParts,
  isStopped: () => boolean,
  oneSession: () => Promise<SessionEnd>,
): Promise<void> {
  const delays = createDelays(parts.chance);
  while (!isStopped()) {
    const startedMs = parts.clock();
    const { kind, detail } = await oneSession().catch(lostBy);
    if (isStopped()) return;
    const delayMs = delays.after(kind, parts.clock() - startedMs);
    parts.connected(detail);
    parts.log.warn({ feed: parts.name, fault: detail, delayMs }, "the feed will connect again");
    await parts.pause(delayMs);
  }
}

function lostBy(error: unknown): SessionEnd {
  return { kind: "lost", detail: error instanceof Error ? error.message : String(error) };
}
