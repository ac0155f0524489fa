// Bounds of what a foreign table may be, so that no file costs more memory than one record of it.

export interface TableLimits {
  /** Characters of one record; what is longer is left out up to its line end, and said so. */
  recordChars: number;
  /** Lines that one record may go over: a quote that is never closed must not swallow the file. */
  recordLines: number;
  columns: number;
}

export const TABLE_LIMITS: TableLimits = {
  recordChars: 262_144,
  recordLines: 100,
  columns: 2000,
};
