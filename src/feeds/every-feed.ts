// What the settings of every feed say.
import { z } from "zod";
import { ownName } from "./own-name.ts";
import { DAYS, quietMinutes } from "./seen/silence.ts";

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "HH:MM");

export const everyFeed = {
  name: ownName.describe("Name of the feed; where it came to is kept under it."),
  source: z.string().min(1).describe("The source in the settings whose records it brings."),
  expectMinutes: z
    .number()
    .min(1)
    .max(100_000)
    .optional()
    .describe("Without a record for longer than that it is silent; absent: nothing is expected."),
  quietHours: z
    .array(
      z.strictObject({
        from: timeOfDay,
        to: timeOfDay,
        days: z.array(z.enum(DAYS)).min(1).optional().describe("On which they begin; else each."),
      }),
    )
    .max(100)
    .default([])
    .refine((hours) => quietMinutes(hours).includes(0), "some time must be left")
    .describe("Times in the zone of the source that do not count as silence."),
};
