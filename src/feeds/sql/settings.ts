// The settings of the feed kind `sql`.
import { z } from "zod";
import { compileExpression } from "../../formats/sql/expression.ts";
import { MAPPED_FIELDS } from "../../formats/sql/map.ts";
import { TABLE_MAPS } from "../../formats/sql/maps.ts";
import { everyFeed } from "../every-feed.ts";
import { pullSettings, serverSettings } from "../pull/settings.ts";
import type { SecretPlace } from "../secret.ts";
import { readUrl } from "./connection.ts";

const expression = z.string().superRefine((text, context) => {
  const compiled = compileExpression(text);
  if (!compiled.ok)
    context.addIssue({ code: "custom", message: `Not an expression: ${compiled.detail}.` });
});

/** Field → what it is made of. */
const ownMap = z
  .partialRecord(z.enum(MAPPED_FIELDS), expression)
  .refine((map) => map.originId !== undefined, {
    message: "an own map says what originId is made of",
    path: ["originId"],
  });

/** Of a table or a column; a table may have that of its schema before a dot. */
export const sqlName = z.string().regex(/^[^\0]{1,128}$/, "1 to 128 characters");

/** Where a data base is, and how it is spoken to. */
export const sqlPlace = {
  url: z
    .string()
    .superRefine((text, context) => {
      const read = readUrl(text);
      if (typeof read === "string") context.addIssue({ code: "custom", message: read });
    })
    .describe("`sqlite:PATH`, `mysql://user@host/base` or `postgresql://user@host/base`."),
  ...serverSettings,
};

export const PASSWORD_TWICE = "the password stands in one place: the URL, secretEnv or secretFile";

export function hasPasswordTwice(place: { url: string } & SecretPlace): boolean {
  const read = readUrl(place.url);
  const isInUrl = typeof read !== "string" && read.password !== undefined;
  const { secretEnv, secretFile } = place;
  return [isInUrl, secretEnv !== undefined, secretFile !== undefined].filter(Boolean).length > 1;
}

export const sqlSettings = z
  .strictObject({
    ...everyFeed,
    ...sqlPlace,
    ...pullSettings,
    kind: z.literal("sql"),
    map: z
      .union([z.enum(Object.keys(TABLE_MAPS) as [string, ...string[]]), ownMap])
      .describe("What its columns are: a map that is ready, or field → expression."),
    table: sqlName.optional().describe("The table; absent: that of the map."),
    key: sqlName.optional().describe("Column of whole numbers that only grow, each once."),
    time: sqlName.optional().describe("Column of times, where the table has no such key."),
    flag: sqlName.optional().describe("Column that is set to 1 when the row is durable here."),
    missed: z
      .union([z.literal(false), sqlName])
      .optional()
      .describe("Of acc maps: the table of missed calls; false: none."),
    maxCallHours: z
      .number()
      .min(1)
      .max(8760)
      .default(24)
      .describe("How long a row waits for the end of its call."),
    charset: z
      .enum(["utf8mb4", "utf8", "latin1", "binary"])
      .default("utf8mb4")
      .describe("Of MySQL: latin1 where UTF-8 was written into a latin1 table."),
  })
  .superRefine((feed, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (hasPasswordTwice(feed)) fault("url", PASSWORD_TWICE);
    if (typeof feed.map !== "string" && feed.table === undefined) {
      fault("table", "an own map needs a table");
    }
    if (feed.key !== undefined && feed.time !== undefined) {
      fault("time", "give either key or time");
    }
  });
export type SqlSettings = z.output<typeof sqlSettings>;
