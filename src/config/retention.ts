// Settings of what is kept, and for how long.
import { z } from "zod";

const FIELDS = 100;

export const retentionSettings = z.strictObject({
  /** Extra fields that are masked whole with the numbers of a CDR. */
  maskedFields: z.array(z.string().min(1).max(256)).max(FIELDS).default([]),
  /** Days after their erasure that the keys of erased CDRs are kept; absent: for ever. */
  ids: z.number().int().min(1).max(36_500).optional(),
});
