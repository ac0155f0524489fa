// Imports beside the jobs of other kinds.
import type { LongJob } from "../jobs/job.ts";
import type { KindOfJob } from "../jobs/kind.ts";
import { MOVED } from "../records/moved-lines.ts";
import { type Imports, isSeen } from "./imports.ts";
import { type ImportJob, NOT_STORED } from "./job.ts";

export function importKind(imports: Pick<Imports, "get" | "cancel">): KindOfJob {
  return {
    isSeen: (job, scope) => isSeen(asImport(job).body.request, scope),
    describe(job) {
      const { state, body } = asImport(job);
      const { request, preview, run, isPreviewed } = body;
      const { file, batch, by } = request;
      const isBrought = state === "running" || state === "done";
      return {
        progress: {
          done: isBrought ? run.lines : preview.lines,
          total: isPreviewed ? preview.lines : null,
        },
        subject: batch === "" ? file : `${file} as the batch ${batch}`,
        by,
        working: ["planning", "running"],
      };
    },
    current: imports.get,
    lists: [NOT_STORED, MOVED],
    cancel: imports.cancel,
  };
}

function asImport(job: LongJob): ImportJob {
  return job as ImportJob;
}
