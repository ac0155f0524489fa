// Documents of what is kept of erased CDRs, and of a step of erasing while it is under way.
import type { Binary } from "mongodb";
import type { Seal } from "../../ports/cdrs.ts";
import type { DocumentKey, Keyed } from "../cdrs/key.ts";

export interface ErasedDocument {
  /** The key that the CDR had. */
  _id: DocumentKey;
  tenant: string;
  at: Date;
}

export interface ErasedLineDocument {
  /** JSON of the batch, the job, its list and the number of the step. */
  _id: string;
  batchId: string;
  lines: number;
}

export interface SealDocument extends Seal {
  /** Quarter hour and shape. */
  _id: string;
  /** In the order of the rollups. */
  bytes: Binary[];
}

/**
 * A step of erasing. While CDRs are chosen they are locked, so that none is revised; once it is decided it
 * is only ended: everything that is to be written stands here.
 */
export interface EraseStepDocument {
  /** JSON of the job, its list and the number. */
  _id: string;
  keys: Keyed[];
  /** Absent: CDRs are chosen, and nothing else is written. */
  decided?: {
    /** Quarter hours of the CDRs and of their calls. */
    quarters: number[];
    seals: SealDocument[];
    lines: ErasedLineDocument[];
    /** The line of the job. */
    text: string;
    at: Date;
  };
}
