// Work that threads do, by the names that the service asks for it with.
import { AUDIT, auditedStretches } from "./audit/stretches.ts";
import { BACKTEST } from "./backtest/job.ts";
import { comparedStretches } from "./backtest/stretches.ts";
import { RERATE } from "./rerate/job.ts";
import { repricedStretches } from "./rerate/stretches.ts";
import type { WorkTable } from "./stretches/work.ts";

export const WORKS: WorkTable = {
  [RERATE.kind]: repricedStretches,
  [BACKTEST.kind]: comparedStretches,
  [AUDIT]: auditedStretches,
};
