// Bounds of a workbook: it is read as a whole, by a thread whose memory is bounded too.

export interface WorkbookLimits {
  /** Bytes of the file. */
  bytes: number;
  /** Bytes that all its parts inflate to. */
  inflatedBytes: number;
  /** Rows of all its sheets together. */
  rows: number;
  /** Megabytes that the thread may use. */
  memoryMb: number;
}

export const WORKBOOK_LIMITS: WorkbookLimits = {
  bytes: 64_000_000,
  inflatedBytes: 400_000_000,
  rows: 500_000,
  memoryMb: 2048,
};
