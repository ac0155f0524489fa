// The settings of the feed kind `sql`.
import { z } from "zod";
import { compileExpression } from "../../formats/sql/expression.ts";
import { MAPPED_FIELDS } from "../../formats/sql/map.ts";
import { TABLE_MAPS } from "../../formats/sql/maps.ts";
import { everyFeed } from "../every-feed.ts";
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
  tls: z
    .union([
      z.boolean(),
      z.strictObject({
        ca: z.string().min(1).optional().describe("PEM file of who signed its certificate."),
        serverName: z
          .string()
          .min(1)
          .optional()
          .describe("Name in the certificate, where it is not the host."),
      }),
    ])
    .default(false)
    .describe("The server must speak TLS, with a good certificate."),
  secretEnv: z.string().min(1).optional().describe("Variable with the password."),
  secretFile: z.string().min(1).optional().describe("Or a file with nothing else in it."),
};

const pullSettings = {
  everySeconds: z
    .number()
    .min(0.05)
    .max(3600)
    .default(5)
    .describe("How often it is asked for more."),
  batchRows: z.int().min(1).max(5000).default(500).describe("Rows that are read at once."),
  overlapSeconds: z
    .int()
    .min(0)
    .max(604_800)
    .optional()
    .describe("How late a row may come: 300, where rows are read by time 7800."),
  overlapRows: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(20_000)
    .describe("Rows that are looked at again for it at most."),
  once: z.boolean().default(false).describe("It ends when everything that is there was read."),
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
