// Feeds in the settings: what is fetched or listened for, and whose records it brings.
import { z } from "zod";
import type { Format } from "../formats/format.ts";
import { FORMATS } from "../formats/formats.ts";

/** Formats whose records are the lines of a file. */
const LINE_FORMATS = Object.entries<Format>(FORMATS)
  .filter(([, { lines }]) => lines !== undefined)
  .map(([name]) => name) as [string, ...string[]];

const everyFeed = {
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/, "1 to 64 letters, digits, `.`, `_` or `-`")
    .describe("Name of the feed; where it came to is kept under it."),
  source: z.string().min(1).describe("The source in the settings whose records it brings."),
};

const followSettings = z.strictObject({
  ...everyFeed,
  kind: z.literal("follow"),
  path: z.string().min(1).describe("The file that grows."),
  format: z.enum(LINE_FORMATS).describe("How its lines are written."),
  everySeconds: z
    .number()
    .min(0.05)
    .max(3600)
    .default(1)
    .describe("How often it is looked at for more."),
});
export type FollowSettings = z.output<typeof followSettings>;

const feedSettings = z.discriminatedUnion("kind", [followSettings]);
export type FeedSettings = z.output<typeof feedSettings>;

/** The list of feeds in the settings: names are unique. */
export const feedList = z
  .array(feedSettings)
  .max(1000)
  .superRefine((feeds, context) => {
    const names = new Set<string>();
    feeds.forEach(({ name }, index) => {
      if (names.has(name)) {
        context.addIssue({
          code: "custom",
          path: [index, "name"],
          message: `${name} comes twice.`,
        });
      }
      names.add(name);
    });
  });
