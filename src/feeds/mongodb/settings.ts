// The settings of the feed kind `mongodb`.
import { z } from "zod";
import { everyFeed } from "../every-feed.ts";
import { pullSettings, serverSettings } from "../pull/settings.ts";

const COLLECTION = /^[^.$\0]{1,64}\.[^$\0]{1,120}$/;

export const mongodbSettings = z
  .strictObject({
    ...everyFeed,
    ...pullSettings,
    ...serverSettings,
    /** The second one is an older name of the same. */
    kind: z.enum(["mongodb", "mongo-collection"]),
    url: z
      .string()
      .regex(/^mongodb(\+srv)?:\/\/\S+$/, "`mongodb://host:port` or `mongodb+srv://…`")
      .describe("Of the server; a user in it, and its password or none."),
    collection: z
      .string()
      .regex(COLLECTION, "`base.collection`, e.g. freeswitch_cdr.cdr")
      .describe("Data base and collection that mod_cdr_mongodb writes."),
    flag: z
      .string()
      .regex(/^[^.$\0]{1,64}$/, "a name without `.` and `$`")
      .optional()
      .describe("Member that is set to 1 when the document is durable here."),
  })
  .superRefine(({ url, secretEnv, secretFile }, context) => {
    const hasPassword = /^[^:]+:\/\/[^/@]*:[^/@]*@/.test(url);
    const places = [hasPassword, secretEnv !== undefined, secretFile !== undefined];
    if (places.filter(Boolean).length <= 1) return;
    const message = "the password stands in one place: the URL, secretEnv or secretFile";
    context.addIssue({ code: "custom", path: ["url"], message });
  });
export type MongodbSettings = z.output<typeof mongodbSettings>;
