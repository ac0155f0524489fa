// Settings: a YAML file, the environment and flags, in rising precedence, through one schema.

import { readFileSync } from "node:fs";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { grantFault } from "../access/grant.ts";
import { ROLES } from "../access/permissions.ts";
import { engineError } from "../errors.ts";
import { feedList } from "../feeds/settings.ts";
import { mailSettings } from "../mail/settings.ts";
import { masterSettings } from "../master/fields.ts";
import { addressRanges, sourceList } from "../mediation/source-settings.ts";
import { exportSettings } from "../outputs/exports/settings.ts";
import { outputList } from "../outputs/settings.ts";
import { scheduleSettings } from "../outputs/targets/settings.ts";
import { gateSettings } from "../tariffs/gates.ts";
import { isLoopback, listenAddress, listenText } from "../tls/listen.ts";
import { tlsSettings } from "../tls/settings.ts";
import { settingsFaults } from "./faults.ts";
import { retentionSettings } from "./retention.ts";

/** Accounts of one credential: each query of it names them. */
const MOST_CUSTOMER_FIELDS = 32;
const MOST_ACCOUNTS = 1000;

const accountOfTenant = z.strictObject({
  tenant: z.string().min(1),
  account: z.string().min(1),
});

const credentialSettings = z
  .strictObject({
    name: z.string().min(1),
    /** sha256 hex of a bearer token; `cdrate token add` makes one. */
    tokenSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits, as `cdrate token add` prints them")
      .optional(),
    user: z.string().min(1).optional(),
    /** `salt:hash` in hex (scrypt), as `cdrate token add --user` prints it. */
    passwordScrypt: z
      .string()
      .regex(/^[0-9a-f]{32}:[0-9a-f]{64}$/, "`salt:hash`, as `cdrate token add --user` prints it")
      .optional(),
    roles: z.array(z.enum(ROLES)).min(1),
    tenants: z.array(z.string().min(1)).min(1).default(["*"]),
    /** Names of accounts of the one tenant, or each with its tenant; absent: every account. */
    accounts: z
      .array(z.union([z.string().min(1), accountOfTenant]))
      .min(1)
      .max(MOST_ACCOUNTS)
      .optional(),
    /** Whether it sees the buy side, margins and carriers; a customer does not. */
    seesBuy: z.boolean().optional(),
  })
  .refine((entry) => (entry.tokenSha256 === undefined) !== (entry.user === undefined), {
    message: "give either tokenSha256, or user with passwordScrypt",
  })
  .refine((entry) => (entry.user === undefined) === (entry.passwordScrypt === undefined), {
    message: "user and passwordScrypt go together",
  })
  .superRefine((entry, context) => {
    const fault = grantFault(entry);
    if (fault !== null)
      context.addIssue({ code: "custom", path: [fault.path], message: fault.message });
  });
export type Credential = z.infer<typeof credentialSettings>;

const limitSettings = z.strictObject({
  /** Bytes of a body, as sent and inflated. */
  bodyBytes: z.number().int().min(1024).max(64_000_000).default(2_000_000),
  /** Seconds that a request, its body too, may take to arrive; then it is answered 408. */
  bodySeconds: z.number().min(0.1).max(3600).default(30),
  /** Calls in one JSON-RPC batch. */
  rpcBatch: z.number().int().min(1).max(10_000).default(1000),
  /** Seconds after which a JSON-RPC call that reads is ended with `timeout`. */
  rpcSeconds: z.number().min(0.01).max(3600).default(60),
  /** Seconds of one JSON-RPC request: calls of it that were not begun by then are not made. */
  rpcRequestSeconds: z.number().min(0.01).max(86_400).default(300),
  /** Bytes of the answers of one JSON-RPC request. */
  rpcAnswerBytes: z.number().int().min(1_000_000).max(1_000_000_000).default(32_000_000),
  /** JSON-RPC requests of one caller under way at once. */
  callerRequests: z.number().int().min(1).max(100_000).default(256),
  /** Bytes of their bodies. */
  callerBodyBytes: z.number().int().min(100_000).max(1_000_000_000).default(16_000_000),
  /** Bytes of answers that one caller has not read yet. */
  callerAnswerBytes: z.number().int().min(1_000_000).max(4_000_000_000).default(64_000_000),
  /** Heavy calls (over many records) of one caller at once; the others wait. */
  callerHeavy: z.number().int().min(1).max(1000).default(2),
  /** The same of all callers. */
  heavy: z.number().int().min(1).max(1000).default(4),
  /** Exports of one caller at once. */
  callerExports: z.number().int().min(1).max(1000).default(4),
  /** Connections of CGRateS's API on TCP and WebSockets at once. */
  apiConnections: z.number().int().min(1).max(100_000).default(256),
  /** Seconds without a request after which one of them is closed. */
  apiIdleSeconds: z.number().min(1).max(86_400).default(600),
  /** Bytes of one file that is uploaded. */
  uploadBytes: z.number().int().min(1024).max(100_000_000_000).default(2_000_000_000),
  /** Bytes of all uploaded files that are kept. */
  uploadsBytes: z.number().int().min(1024).max(1_000_000_000_000).default(10_000_000_000),
  /** Hours that an uploaded file is kept after its last part, or until it is imported. */
  uploadHours: z.number().min(0.01).max(8760).default(24),
  /** CDRs waiting for the store before new posts are answered 503. */
  queue: z.number().int().min(1).max(1_000_000).default(10_000),
  /** Bytes of the records that wait for the store before new posts are answered 503. */
  queueBytes: z.number().int().min(1024).max(1_000_000_000).default(64_000_000),
  /** Seconds that a record, or any other call, waits for a store that is locked or has no primary. */
  storeSeconds: z.number().min(0.01).max(3600).default(8),
  /** Seconds from a signal to end (SIGTERM, SIGINT) until the process has ended. */
  stopSeconds: z.number().min(0.1).max(3600).default(10),
  /** CDRs that one durable write takes at most. */
  commit: z.number().int().min(1).max(5000).default(512),
  /** Threads that check and compile tariffs; one of them is kept for small folders. */
  tariffThreads: z.number().int().min(2).max(64).default(4),
  /** Seconds that the check of a tariff may take; its compile ten times as many. */
  tariffSeconds: z.number().min(0.1).max(3600).default(60),
  /** Compiled tariff versions kept in memory beside the active ones. */
  snapshots: z.number().int().min(1).max(1000).default(8),
  /** Seconds without a sign of life after which another process runs a feed. */
  feedLeaseSeconds: z.number().min(1).max(3600).default(15),
  /** Days that events of queues are kept. */
  queueEventDays: z.number().int().min(1).max(36_500).default(400),
  /**
   * Threads that one process works with on jobs over many CDRs, each with a copy of the tariffs that it
   * prices by; absent: one a core, 8 at most; 1: the jobs have no threads of their own.
   */
  jobThreads: z.number().int().min(1).max(64).optional(),
  /** Minutes without a request after which a session ends. */
  sessionIdleMinutes: z.number().min(0.1).max(525_600).default(60),
  /** Hours after which a session ends however it is used. */
  sessionHours: z.number().min(0.01).max(8760).default(12),
  /** Rerate jobs that one process works on at once; the others wait. */
  reratesAtOnce: z.number().int().min(1).max(100).default(2),
  /** Rerate jobs that one process works on or has waiting. */
  rerateJobs: z.number().int().min(1).max(10_000).default(100),
  /** Seconds without a sign of life after which another process goes on with a rerate job. */
  rerateLeaseSeconds: z.number().min(1).max(3600).default(30),
});

/** CGRateS's API beside HTTP. */
const cgratesSettings = z.strictObject({
  /** Where it is answered on bare TCP; absent: nowhere. */
  tcp: listenText("127.0.0.1:2012").optional(),
  /** Name of the credential whose roles and tenants everybody on that port has. */
  tcpCredential: z.string().min(1).optional(),
  /** Who may connect to it, addresses and CIDR ranges; empty: everybody who reaches it. */
  tcpAllow: addressRanges.default([]),
});

/** Where backups of the store are put, by whatever takes them. */
const backupSettings = z.strictObject({
  folder: z.string().min(1),
  /** A latest backup that is older is told as too old. */
  maxAgeHours: z.number().min(1).max(8760).default(26),
});

export const settingsSchema = z.strictObject({
  listen: listenText("127.0.0.1:2080").default("127.0.0.1:2080"),
  store: z
    .string()
    .regex(/^(sqlite:.+|mongodb(\+srv)?:\/\/.+)$/, "`sqlite:PATH` or `mongodb://…`")
    .default("sqlite:./data/cdrate.db"),
  tariffs: z.string().min(1).default("./tariffs"),
  /** Processes that serve; absent: one with SQLite, one a core with MongoDB. */
  workers: z.coerce.number().int().min(1).max(64).optional(),
  log: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  /** Further names that a Host header may carry when no credentials are set. */
  hosts: z.array(z.string().min(1)).default([]),
  /**
   * Who brings neither a credential nor a session on a loopback address, where `credentials` has none:
   * `open`, every role; `sign-in`, none.
   */
  loopback: z.enum(["open", "sign-in"]).default("open"),
  tls: tlsSettings.optional(),
  /** Looked at by `cdrate doctor`; absent: nobody knows whether there is a backup. */
  backups: backupSettings.optional(),
  /** Proxies whose `X-Forwarded-For` counts, addresses and CIDR ranges. */
  trustedProxies: addressRanges.default([]),
  /** Gates of a tenant's first version, and where a CGRateS folder is in force; else tariff.yaml. */
  tariffGates: gateSettings.default({}),
  indexedExtraFields: z.array(z.string().min(1)).max(16).default([]),
  sources: sourceList.default([]),
  /** What is said of accounts, carriers, gateways and causes, and no method changes. */
  master: masterSettings.prefault({}),
  /** What is fetched, followed or listened for by the service itself. */
  feeds: feedList.default([]),
  /** Where rated CDRs and their later revisions go by themselves. */
  outputs: outputList.default([]),
  /** The server that mail is given to; absent: none is sent. */
  mail: mailSettings.optional(),
  /** Where reports may be sent to beside mail. */
  schedules: scheduleSettings.prefault({}),
  retention: retentionSettings.prefault({}),
  /** Exports that are written as jobs. */
  exports: exportSettings.prefault({}),
  /** From this time of the day (UTC) on, the calls of the day before are audited, once. */
  /** Sums are kept for reports; false: this process makes none, and what is not made is read from CDRs. */
  rollups: z.boolean().default(true),
  nightlyAudit: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "`HH:MM` in UTC, e.g. 03:00")
    .optional(),
  credentials: z.array(credentialSettings).default([]),
  /** Extra fields of CDRs that customers see; of other extra fields they are told nothing. */
  customerFields: z.array(z.string().min(1).max(256)).max(MOST_CUSTOMER_FIELDS).default([]),
  cgrates: cgratesSettings.prefault({}),
  limits: limitSettings.prefault({}),
});
export type Settings = z.infer<typeof settingsSchema> & {
  /** Of the settings file that was read; absent: none was named. */
  readonly settingsPath?: string;
};

type Flag = "listen" | "store" | "tariffs" | "log" | "workers";

const ENVIRONMENT: Record<string, Flag> = {
  CDRATE_LISTEN: "listen",
  CDRATE_WORKERS: "workers",
  CDRATE_STORE: "store",
  CDRATE_TARIFFS: "tariffs",
  CDRATE_LOG: "log",
};

export interface SettingsInput {
  /** `--config`; wins over CDRATE_CONFIG. */
  configPath?: string;
  environment: Record<string, string | undefined>;
  flags: Partial<Record<Flag, string>>;
}

/** Reads the settings. @throws EngineError `invalid-settings` that names every faulty path. */
export function readSettings(input: SettingsInput): Settings {
  const path = input.configPath ?? input.environment["CDRATE_CONFIG"];
  const merged: Record<string, unknown> = path === undefined ? {} : readSettingsFile(path);
  for (const [variable, member] of Object.entries(ENVIRONMENT)) {
    const value = input.environment[variable];
    if (value !== undefined && value !== "") merged[member] = value;
  }
  for (const [member, value] of Object.entries(input.flags)) {
    if (value !== undefined) merged[member] = value;
  }
  const result = settingsSchema.safeParse(merged);
  const faults = result.success
    ? settingsFaults(result.data)
    : result.error.issues.map((issue) => `${issue.path.join(".") || "settings"}: ${issue.message}`);
  if (result.success && faults.length === 0) {
    return { ...result.data, ...(path !== undefined && { settingsPath: path }) };
  }
  throw engineError("invalid-settings", `The settings have faults: ${faults.join("; ")}`, {
    data: { faults },
  });
}

function readSettingsFile(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw engineError("invalid-settings", `The settings file ${path} cannot be read.`, { cause });
  }
  let value: unknown;
  try {
    value = parseYaml(text) ?? {};
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw engineError("invalid-settings", `${path} is not YAML: ${message}`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw engineError("invalid-settings", `${path} is not a mapping of settings.`);
  }
  return { ...value };
}

/** Whether who brings nothing has every role: on a loopback address without credentials alone. */
export function isOpenLoopback({
  listen,
  credentials,
  loopback,
}: Pick<Settings, "listen" | "credentials" | "loopback">): boolean {
  return loopback === "open" && credentials.length === 0 && isLoopback(listenAddress(listen).host);
}

/**
 * Beyond the loopback somebody must be able to say who they are.
 * @param hasUsers whether the store has users
 * @throws `invalid-settings`
 */
export function requireCredentials(settings: Settings, hasUsers: boolean): void {
  const { host } = listenAddress(settings.listen);
  if (!isLoopback(host) && settings.credentials.length === 0 && !hasUsers) {
    throw engineError(
      "invalid-settings",
      `listen: ${settings.listen} is not a loopback address and no credentials are set; ` +
        "add a user (see `cdrate user add`), or `credentials:` to the settings (see `cdrate token add`), or listen on 127.0.0.1",
    );
  }
}
