// What is read of rerate jobs: how they stand, their lines, and what apply or undo left.
import { EVERYTHING, requireWhole, type Scope } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import type { JobShelf } from "../jobs/job.ts";
import { isInScope } from "./in-scope.ts";
import { type LeftLine, LISTS, type PlannedLine, RERATE, type RerateJob, readLine } from "./job.ts";

export interface RerateReads {
  /** The job as far as it came. @throws `not-found` */
  get(id: string, scope?: Scope): Promise<RerateJob>;
  /** Latest first. `limit` counts the jobs of the scope; the cursor is of one of them. */
  list(page: {
    limit: number;
    cursor?: string | undefined;
    scope?: Scope;
  }): Promise<{ jobs: RerateJob[]; nextCursor?: string }>;
  lines(
    id: string,
    page: { after: number; limit: number },
    scope?: Scope,
  ): Promise<{ lines: (PlannedLine & { line: number })[]; next?: number }>;
  /** The lines that apply (or undo) left because the CDR had changed. */
  left(
    id: string,
    page: { after: number; limit: number; of: "apply" | "undo" },
    scope?: Scope,
  ): Promise<{ lines: (LeftLine & { line: number })[]; next?: number }>;
}

interface ReadParts {
  store: Store;
  shelf: JobShelf<RerateJob>;
  /** The job that this process works on, as far as it came. */
  running(id: string): RerateJob | undefined;
}

/** `current`: as `get`, whoever asks. */
export function createRerateReads({
  store,
  shelf,
  running,
}: ReadParts): RerateReads & { current(id: string): Promise<RerateJob> } {
  async function current(id: string): Promise<RerateJob> {
    return running(id) ?? shelf.load(id);
  }

  async function jobOf(id: string, scope: Scope = EVERYTHING): Promise<RerateJob> {
    requireWhole(scope);
    const job = await current(id);
    if (isInScope(job, scope)) return job;
    throw engineError("not-found", `There is no rerate job ${id}.`, { path: "job" });
  }

  async function list({ limit, cursor, scope = EVERYTHING }: Parameters<RerateReads["list"]>[0]) {
    requireWhole(scope);
    const page = await store.jobs.list({
      kinds: [RERATE.kind],
      limit,
      ...(cursor === undefined ? {} : { cursor }),
      ...(scope.tenants === null
        ? {}
        : { isWanted: (job) => isInScope(shelf.fromStored(job), scope) }),
    });
    const { nextCursor } = page;
    const jobs = page.jobs.map((job) => running(job.id) ?? shelf.fromStored(job));
    return { jobs, ...(nextCursor === undefined ? {} : { nextCursor }) };
  }

  return {
    current,
    get: jobOf,
    list,
    async lines(id, page, scope) {
      const { body } = await jobOf(id, scope);
      return plannedLines(store, { id, known: body.plan.lines, ...page });
    },
    async left(id, page, scope) {
      await jobOf(id, scope);
      return leftLines(store, { id, ...page });
    },
  };
}

async function plannedLines(
  store: Store,
  { id, known, after, limit }: { id: string; known: number; after: number; limit: number },
) {
  const found = await store.jobs.pageLines(id, LISTS.planned, { after, limit });
  // Lines beyond the checkpoint of a plan are not yet a part of it.
  const lines = found
    .filter(({ number }) => number <= known)
    .map((line) => ({ line: line.number, ...readLine(line) }));
  return { lines, ...nextPage(lines, limit) };
}

async function leftLines(
  store: Store,
  { id, after, limit, of }: { id: string; after: number; limit: number; of: "apply" | "undo" },
) {
  const list = of === "apply" ? LISTS.left : LISTS.undoLeft;
  const found = await store.jobs.pageLines(id, list, { after, limit });
  const lines = found.map(({ number, text }) => ({
    line: number,
    ...(JSON.parse(text) as LeftLine),
  }));
  return { lines, ...nextPage(lines, limit) };
}

function nextPage(lines: { line: number }[], limit: number): { next?: number } {
  const last = lines.at(-1)?.line;
  return lines.length < limit || last === undefined ? {} : { next: last };
}
