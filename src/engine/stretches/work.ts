// Work over many CDRs, cut into stretches of call time: each is read and priced by itself, here or in a
// thread, and what comes of them is taken in the order of call times.
import type { SourceSettings } from "../../mediation/source-settings.ts";
import type { TariffCompiler } from "../ports.ts";
import type { RateBatchParts } from "../pricing/rate-batch.ts";

/** From this call time on, before that one; epoch milliseconds, unbounded where not said. */
export interface Stretch {
  fromMs?: number;
  toMs?: number;
  /** Begins after the CDR that this cursor of call times names. */
  cursor?: string;
}

/** What work has at hand, whichever thread it is in. The store is only read. */
export interface WorkParts extends RateBatchParts {
  compiler: TariffCompiler;
  sources: readonly SourceSettings[];
}

/**
 * Opens a run: what all its stretches need is read once in each thread. Request and pages are data that
 * can be copied. The pages of a stretch are in the order of call times, whatever the stretch.
 */
export type Work<Request, Page> = (
  parts: WorkParts,
  request: Request,
) => Promise<(stretch: Stretch) => AsyncIterable<Page>>;

// biome-ignore lint/suspicious/noExplicitAny: each has its own request and pages.
export type WorkTable = Record<string, Work<any, any>>;

/** Threads that work on stretches, each with a reader of the store of its own. */
export interface WorkThreads {
  /** How many there are at most. */
  readonly most: number;
  /** Work over fewer CDRs is done sooner than a thread has started. */
  readonly least: number;
  /** A run of the work that the table has under that name. */
  begin(name: string, request: unknown): WorkRun;
  /** Ends every thread. */
  close(): Promise<void>;
}

export interface WorkRun {
  /** Is begun as soon as a thread is free, whether its pages are asked for or not. */
  pages(stretch: Stretch): AsyncIterable<unknown>;
  /** Nothing more is asked of it. */
  end(): void;
}
