// Feeds in the settings: what is fetched or listened for, and whose records it brings.
import { z } from "zod";
import type { Format } from "../formats/format.ts";
import { FORMATS } from "../formats/formats.ts";
import { IMPORT_FORMATS } from "../formats/tables/file-formats.ts";
import { knownDialect } from "../tables/dialect.ts";
import { listenText } from "../tls/listen.ts";
import { tlsSettings } from "../tls/settings.ts";
import { everyFeed } from "./every-feed.ts";
import { mongodbSettings } from "./mongodb/settings.ts";
import { requireOwnNames } from "./own-name.ts";
import { sqlSettings } from "./sql/settings.ts";

/** Formats whose records are the lines of a file. */
const LINE_FORMATS = Object.entries<Format>(FORMATS)
  .filter(([, { lines }]) => lines !== undefined)
  .map(([name]) => name) as [string, ...string[]];

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

const queueLogSettings = z.strictObject({
  ...everyFeed,
  kind: z.literal("queue-log"),
  path: z
    .string()
    .min(1)
    .describe("Asterisk's log of its queues, often /var/log/asterisk/queue_log."),
  everySeconds: z
    .number()
    .min(0.05)
    .max(3600)
    .default(1)
    .describe("How often it is looked at for more."),
});
export type QueueLogSettings = z.output<typeof queueLogSettings>;

/** Without spaces and line ends, which would be another line of a request. */
const word = z.string().regex(/^[!-~]{1,256}$/, "1 to 256 letters, digits and signs, no spaces");

/** Of a session with a manager, straight or through a proxy. */
const managerTimes = {
  pingSeconds: z
    .number()
    .min(0.05)
    .max(300)
    .default(15)
    .describe("How often it asks whether the manager is there; twice without answer ends it."),
  silentMinutes: z
    .number()
    .min(0.001)
    .max(100_000)
    .default(60)
    .describe("A session that has brought no record for so long is told in the state."),
};

const amiSettings = z
  .strictObject({
    ...everyFeed,
    kind: z.literal("asterisk-ami"),
    host: word.describe("Name or address of the Asterisk."),
    port: z.int().min(1).max(65_535).optional().describe("5038, with `tls` 5039."),
    user: word.describe("A section of its manager.conf."),
    secretEnv: z.string().min(1).optional().describe("Variable with the secret of that user."),
    secretFile: z.string().min(1).optional().describe("Or a file with nothing else in it."),
    login: z
      .enum(["auto", "md5", "plain"])
      .default("auto")
      .describe("auto: MD5, else in the clear where `tls` is set or the host is this machine."),
    tls: z
      .union([
        z.boolean(),
        z.strictObject({
          ca: z.string().min(1).optional().describe("PEM file of who signed its certificate."),
          serverName: word.optional().describe("Name in the certificate, where it is not `host`."),
        }),
      ])
      .default(false)
      .describe("From the first byte, on the manager's own port for it."),
    events: z
      .array(z.enum(["cdr", "system", "agent", "call"]))
      .min(1)
      .default(["cdr", "system", "agent", "call"])
      .refine((events) => events.includes("cdr"), "without cdr there are no records")
      .describe("Classes of events that are asked for."),
    ...managerTimes,
  })
  .refine(({ secretEnv, secretFile }) => (secretEnv === undefined) !== (secretFile === undefined), {
    message: "give either secretEnv or secretFile",
    path: ["secretEnv"],
  });
export type AmiSettings = z.output<typeof amiSettings>;

const amiwsSettings = z
  .strictObject({
    ...everyFeed,
    kind: z.literal("amiws"),
    url: z
      .string()
      .regex(/^wss?:\/\/[^?#\s@]+$/, "`ws://address:8000`, without a user")
      .refine((url) => URL.canParse(url), "no address")
      .describe("Where the proxy amiws listens."),
    server: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe("Name of the Asterisk under `amihosts` of the proxy, where that has several."),
    user: word.optional().describe("For HTTP Basic, where a proxy before it asks for that."),
    secretEnv: z.string().min(1).optional().describe("Variable with the secret of that user."),
    secretFile: z.string().min(1).optional().describe("Or a file with nothing else in it."),
    ca: z.string().min(1).optional().describe("PEM file of who signed the certificate of a wss."),
    ...managerTimes,
  })
  .refine(
    ({ user, secretEnv, secretFile }) =>
      user === undefined
        ? secretEnv === undefined && secretFile === undefined
        : (secretEnv === undefined) !== (secretFile === undefined),
    { message: "give user with either secretEnv or secretFile, or none of them", path: ["user"] },
  );
export type AmiwsSettings = z.output<typeof amiwsSettings>;

const ucmTcpSettings = z.strictObject({
  ...everyFeed,
  kind: z.literal("ucm-tcp"),
  listen: listenText("0.0.0.0:9999").describe("Where a UCM connects to."),
  tls: tlsSettings.optional().describe("Files of a certificate: connections are TLS then."),
  connections: z.int().min(1).max(10_000).default(100).describe("At once, in all."),
  connectionsPerAddress: z
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe("At once, of one address."),
  idleSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(30)
    .describe("Without a byte within a record, after which it is kept as it is."),
  recordSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(120)
    .describe("From the first byte of a record to its last."),
});
export type UcmTcpSettings = z.output<typeof ucmTcpSettings>;

const ucmPullSettings = z
  .strictObject({
    ...everyFeed,
    kind: z.literal("ucm-pull"),
    url: z
      .string()
      .regex(/^https?:\/\/[^/?#\s@]+$/, "`https://address:8089`, without a path")
      .refine((url) => URL.canParse(url), "no address")
      .describe("Of the device's interface for CDRs."),
    api: z
      .enum(["new", "old"])
      .default("new")
      .describe("new: challenge and login, port 8089; old: HTTP Digest, port 8443."),
    user: word.describe("Of the interface, as set on the device."),
    secretEnv: z.string().min(1).optional().describe("Variable with the password of that user."),
    secretFile: z.string().min(1).optional().describe("Or a file with nothing else in it."),
    certificate: z
      .string()
      .regex(/^(?:[0-9a-fA-F]{2}:?){32}$/, "the sha256 of a certificate, 32 bytes in hex")
      .optional()
      .describe("sha256 of the device's own certificate; absent: a known authority signed it."),
    everySeconds: z.number().min(0.05).max(86_400).default(300).describe("How often it asks."),
    lookBackHours: z
      .number()
      .min(0.25)
      .max(720)
      .default(4)
      .describe("Calls are asked for by their start: how far each look goes back for long ones."),
    firstHours: z
      .number()
      .min(0)
      .max(87_600)
      .default(24)
      .describe("How far the first look of all goes back."),
  })
  .refine(({ secretEnv, secretFile }) => (secretEnv === undefined) !== (secretFile === undefined), {
    message: "give either secretEnv or secretFile",
    path: ["secretEnv"],
  });
export type UcmPullSettings = z.output<typeof ucmPullSettings>;
const folderSettings = z.strictObject({
  ...everyFeed,
  kind: z.literal("folder"),
  path: z.string().min(1).describe("The folder that files are put into."),
  done: z
    .string()
    .min(1)
    .default("done")
    .describe("Where a file is moved when all of it is durable; in `path` unless it is absolute."),
  failed: z
    .string()
    .min(1)
    .default("failed")
    .describe("Where one is moved that cannot be imported, beside a text that says why."),
  format: z.enum(IMPORT_FORMATS as [string, ...string[]]).describe("As `cdrate import` takes it."),
  dialect: knownDialect.optional().describe("What is known of how a table is written."),
  dialectName: z.string().min(1).optional().describe("A stored dialect."),
  map: z
    .record(z.string(), z.string())
    .optional()
    .describe("Which column is which field, by name or number."),
  sequence: z
    .string()
    .min(1)
    .optional()
    .describe("Field with the numbers that the source counts its records by: gaps are told."),
  everySeconds: z.number().min(0.05).max(3600).default(5).describe("How often it is looked at."),
  settleSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(10)
    .describe("A file that has not changed for so long is whole."),
});
export type FolderSettings = z.output<typeof folderSettings>;

const feedSettings = z.discriminatedUnion("kind", [
  followSettings,
  queueLogSettings,
  folderSettings,
  amiSettings,
  amiwsSettings,
  ucmTcpSettings,
  sqlSettings,
  mongodbSettings,
  ucmPullSettings,
]);
export type FeedSettings = z.output<typeof feedSettings>;

/** The list of feeds in the settings: names are unique. */
export const feedList = z.array(feedSettings).max(1000).superRefine(requireOwnNames);
