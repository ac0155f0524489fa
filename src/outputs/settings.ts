// Outputs in the settings: where rated CDRs and their later revisions go by themselves.
import { IANAZone } from "luxon";
import { z } from "zod";
import { ownName, requireOwnNames } from "../feeds/own-name.ts";
import { hasPasswordTwice, PASSWORD_TWICE, sqlName, sqlPlace } from "../feeds/sql/settings.ts";
import { isExportColumn } from "../queries/export-columns.ts";

const some = z.array(z.string().min(1)).min(1).max(1000).optional();

const column = z.string().max(256).refine(isExportColumn, "a column of an export");

const everyOutput = {
  name: ownName.describe("Name of the output; where it came to is kept under it."),
  from: z
    .enum(["now", "beginning"])
    .default("now")
    .describe("Where it begins when it runs for the first time."),
  filter: z
    .strictObject({
      tenants: some.describe("Of these tenants."),
      sources: some.describe("Of these sources."),
    })
    .prefault({})
    .describe("Which CDRs; absent: every one."),
  seesBuy: z
    .boolean()
    .default(true)
    .describe("Whether the buy side, margin, carriers and extra fields are sent."),
  everySeconds: z
    .number()
    .min(0.05)
    .max(3600)
    .default(1)
    .describe("How often it looks for changes when it has sent all."),
};

export const webhookUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((url) => !/^[^/]*\/\/[^/]*@/.test(url), "no user or password: use authorizationEnv");

/** Where the key of a signature and the header `Authorization` are. */
export const webhookAccess = {
  secretEnv: z.string().min(1).optional().describe("Variable with the key of the signature."),
  secretFile: z.string().min(1).optional().describe("Or a file with nothing else in it."),
  authorizationEnv: z
    .string()
    .min(1)
    .optional()
    .describe("Variable with the `Authorization` header, e.g. `Bearer …`."),
  authorizationFile: z.string().min(1).optional().describe("Or a file with nothing else in it."),
};

const webhookSettings = z
  .strictObject({
    ...everyOutput,
    kind: z.literal("webhook"),
    url: webhookUrl.describe("What is posted to."),
    ...webhookAccess,
    records: z.int().min(1).max(1000).default(100).describe("CDRs of one post, at most."),
    timeoutSeconds: z
      .number()
      .min(0.1)
      .max(300)
      .default(10)
      .describe("How long the receiver has to answer."),
  })
  .refine(({ secretEnv, secretFile }) => secretEnv === undefined || secretFile === undefined, {
    message: "give either secretEnv or secretFile",
    path: ["secretEnv"],
  })
  .refine(
    ({ authorizationEnv, authorizationFile }) =>
      authorizationEnv === undefined || authorizationFile === undefined,
    { message: "give either authorizationEnv or authorizationFile", path: ["authorizationEnv"] },
  );
export type WebhookSettings = z.output<typeof webhookSettings>;

const filesSettings = z.strictObject({
  ...everyOutput,
  kind: z.literal("files"),
  folder: z.string().min(1).describe("Where the files are written; it must be there."),
  per: z.enum(["hour", "day"]).default("day").describe("Of what time of writing one file is."),
  timeZone: z
    .string()
    .default("UTC")
    .refine(
      (zone) => zone === "UTC" || IANAZone.isValidZone(zone),
      "an IANA zone, e.g. Europe/Madrid",
    )
    .describe("Zone of those hours or days."),
  format: z.enum(["csv", "jsonl"]).default("csv").describe("How the lines are written."),
  columns: z
    .array(column)
    .min(1)
    .max(200)
    .optional()
    .describe("Absent: for csv every column, for jsonl each CDR whole."),
});
export type FilesSettings = z.output<typeof filesSettings>;

const sqlSettings = z
  .strictObject({
    ...everyOutput,
    ...sqlPlace,
    kind: z.literal("sql"),
    map: z
      .union([
        z.literal("cdr-stats-import"),
        z
          .record(column, sqlName)
          .refine(
            (map) => map["id"] !== undefined && map["tenant"] !== undefined,
            "id and tenant are needed: by them a row is found again",
          ),
      ])
      .describe("`cdr-stats-import`, or column of an export → column of the table."),
    table: sqlName.optional().describe("The table; absent: that of the map."),
    records: z.int().min(1).max(1000).default(200).describe("CDRs of one transaction, at most."),
  })
  .superRefine((output, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (hasPasswordTwice(output)) fault("url", PASSWORD_TWICE);
    if (typeof output.map !== "string" && output.table === undefined) {
      fault("table", "an own map needs a table");
    }
  });
export type SqlOutputSettings = z.output<typeof sqlSettings>;

const outputSettings = z.discriminatedUnion("kind", [webhookSettings, filesSettings, sqlSettings]);
export type OutputSettings = z.output<typeof outputSettings>;

/** The list of outputs in the settings: names are unique. */
export const outputList = z.array(outputSettings).max(100).superRefine(requireOwnNames);
