// Settings of what is kept, and for how long.
import { z } from "zod";

const FIELDS = 100;

export const retentionSettings = z.strictObject({
  /** Extra fields that are masked whole with the numbers of a CDR. */
  maskedFields: z.array(z.string().min(1).max(256)).max(FIELDS).default([]),
});
