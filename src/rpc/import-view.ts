// An import as answers carry it.
import { z } from "zod";
import type { ImportJob } from "../engine/imports/job.ts";
import { json } from "./shapes.ts";

export const importShape = z
  .object({
    job: z.string(),
    state: z.enum(["planning", "planned", "running", "done", "failed", "cancelled"]),
    batch: z.string().nullable().describe("id of the batch; null: none has begun"),
    file: z.string(),
    hash: z.string(),
    bytes: z.number(),
    format: z.string(),
    source: z.string(),
    at: z.string(),
    fault: z.string().nullable().describe("why it failed"),
    progress: z.object({
      done: z.number().describe("records that are done in this state"),
      total: z.number().nullable().describe("null: the preview counts them still"),
      secondsLeft: z.number().nullable(),
    }),
    preview: z.object({
      lines: z.number(),
      new: z.number(),
      changed: z.number().describe("an id that is known, with other content: a conflict"),
      same: z.number().describe("an id that is known, with the same content: a duplicate"),
      refused: z.number(),
      reasons: z.record(z.string(), z.number()),
      rows: z
        .array(z.record(z.string(), json))
        .describe("the first records as they are understood"),
      refusals: z.array(z.object({ line: z.number(), reason: z.string(), detail: z.string() })),
    }),
    lines: z.number().describe("records that were brought in so far"),
    outcomes: z.record(z.string(), z.number()),
  })
  .meta({ id: "Import" });

export function importView({ id: job, state, createdAtMs, body }: ImportJob, nowMs: number) {
  const { request, preview, run, fault, isPreviewed, begunAtMs } = body;
  const { file, hash, bytes, format, source, batch } = request;
  const isRunning = state === "running";
  const done = isRunning || state === "done" ? run.lines : preview.lines;
  const total = isPreviewed ? preview.lines : null;
  return {
    ...{ job, state, file, hash, bytes, format, source, preview },
    batch: batch === "" ? null : batch,
    at: new Date(createdAtMs).toISOString(),
    fault: fault ?? null,
    progress: {
      done,
      total,
      secondsLeft: isRunning ? secondsLeft(done, total, nowMs - begunAtMs) : null,
    },
    lines: run.lines,
    outcomes: Object.fromEntries(Object.entries(run.outcomes)) as Record<string, number>,
  };
}

/** Null while too little is done to tell. */
function secondsLeft(done: number, total: number | null, tookMs: number): number | null {
  if (total === null || done === 0) return null;
  return Math.round(((total - done) * tookMs) / done / 1000);
}
