// A back-test as it is kept in the store: what is priced by what, how far it came, and what it found.
import type { OriginSettings } from "../../mediation/origin-now.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { JobBody, LongJob } from "../jobs/job.ts";
import type { ReportState, RowGroup } from "./report.ts";

/** What the jobs are called in the store and by people. */
export const BACKTEST = { kind: "backtest", title: "back-test" } as const;

export type BacktestState = "running" | "done" | "cancelled" | "failed";

/**
 * `dated`: each call at its own time, against its stored rating, as a rerate would do it; `shifted`:
 * calls moved by whole weeks, priced anew by both tariffs.
 */
export const WAYS = ["dated", "shifted"] as const;
export type BacktestWay = (typeof WAYS)[number];

/** Lists of lines: calls that lose a price, and calls that lose money; the files of a tariff that is not loaded. */
export const LISTS = { unpriced: "unpriced", losing: "losing", files: "files" } as const;

export interface BacktestBody extends JobBody {
  by: string;
  /** Calls of the tenants of the tariff; those that were voided are left out. */
  filter: CdrFilter;
  as: BacktestWay;
  /** Where `shifted`: the earliest call is moved to this instant or after it; null: none is moved. */
  atMs: number | null;
  weeks: number;
  /** Whose clocks the weeks go by; null: the offset of each call. */
  timeZone: string | null;
  /** The facts of the tariff that is tried; its version is the hash of its content. */
  proposed: TariffVersion;
  /** Lines of the list `files` that hold it; null: it is loaded. */
  pieces: number | null;
  /** By tenant, the version that it is held against; null: none is in force. */
  live: Record<string, string | null>;
  /** Null: not told, of what is no native tariff. */
  changed: { total: number; latestFromMs: number | null; groups: RowGroup[] | null } | null;
  /** The settings of the sources when it began, whichever process goes on with it. */
  sources: OriginSettings[];
  progress: { done: number; total: number; cursor?: string };
  /** Lines written so far; calls beyond the limit of a list have none. */
  lines: { unpriced: number; losing: number };
  report?: ReportState;
}

export type BacktestJob = LongJob<BacktestState, BacktestBody>;
