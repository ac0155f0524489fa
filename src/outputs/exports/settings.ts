// Where exports that are written as jobs are kept, and for how long.
import { z } from "zod";

export const exportSettings = z.strictObject({
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The folder; absent: `exports` beside the SQLite file, with MongoDB `./data/exports`.",
    ),
  host: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe("Name of this machine in answers; absent: its host name."),
  files: z.int().min(1).max(10_000).default(200).describe("Exports that are kept at once."),
  ownerFiles: z.int().min(1).max(10_000).default(20).describe("Of them of one owner."),
  bytes: z
    .int()
    .min(1000)
    .max(1_000_000_000_000)
    .default(4_000_000_000)
    .describe("Bytes of one file."),
  days: z.number().min(0.01).max(3650).default(7).describe("Days that a file is kept."),
});
