// Whether anybody may write to a store while it is copied, as far as it can be seen.
import { type EngineError, engineError } from "../../errors.ts";
import { living } from "../migration.ts";
import { PAGE_BYTES } from "../page-bytes.ts";
import type { CopyEnd } from "../ports/copy.ts";
import { pagesOf } from "./pages.ts";

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

/** @throws `conflict` while a lease of a job or a feed runs */
export async function requireNoLease(end: CopyEnd, nowMs: number): Promise<void> {
  const limits = { rows: 100, bytes: PAGE_BYTES };
  const require = (name: string, until: number): void => {
    if (until <= nowMs) return;
    throw inUse(end, `${name} is leased until ${new Date(until).toISOString()}`);
  };
  for await (const { rows } of pagesOf(end.tables.jobs, limits)) {
    for (const { id, body } of rows) require(`job ${id}`, Number(body["leaseUntilMs"] ?? 0));
  }
  for await (const { rows } of pagesOf(end.tables.feeds, limits)) {
    for (const { name, leaseUntilMs } of rows) require(`feed ${name}`, leaseUntilMs);
  }
}
