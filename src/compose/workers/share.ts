// The share that each worker has of what the settings give the whole service.
import type { Settings } from "../../config/config.ts";

type Limits = Settings["limits"];

/** What all callers, or the store's line, have together: split among the workers. */
const SPLIT = [
  "callerRequests",
  "callerBodyBytes",
  "callerAnswerBytes",
  "callerHeavy",
  "heavy",
  "callerExports",
  "queue",
  "queueBytes",
  "reratesAtOnce",
  "rerateJobs",
] as const satisfies readonly (keyof Limits)[];

/** Rounded up; of bytes at least what one request may have. */
export function shareOfLimits(limits: Limits, workers: number): Limits {
  const share = { ...limits };
  for (const name of SPLIT) share[name] = Math.ceil(limits[name] / workers);
  const { bodyBytes, rpcAnswerBytes } = limits;
  const least = (name: (typeof SPLIT)[number], bytes: number) => {
    share[name] = Math.max(share[name], Math.min(limits[name], bytes));
  };
  least("callerBodyBytes", bodyBytes);
  least("callerAnswerBytes", rpcAnswerBytes);
  least("queueBytes", bodyBytes);
  share.tariffThreads = Math.max(2, Math.ceil(limits.tariffThreads / workers));
  return share;
}
