// What a fault of the driver or the server means: one table of server codes, and how it is told.
import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoCompatibilityError,
  MongoError,
  MongoExpiredSessionError,
  MongoMissingCredentialsError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerSelectionError,
  MongoStalePrimaryError,
  MongoSystemError,
  MongoTopologyClosedError,
  MongoUnexpectedServerResponseError,
  MongoWriteConcernError,
} from "mongodb";
import { EngineError, engineError } from "../../errors.ts";
import { documentTooLarge, TOO_LARGE_CODES } from "./document-size.ts";

/**
 * - `retried`: away for a moment, or in conflict with another write: tried again within the time
 *   that a call waits, then 503.
 * - `away`: no use in trying again at once: 503.
 * - `conflict`: another has written what this call wanted to write.
 * - `refused`: by the state of the server, its users or its disk: 503 until somebody mends that.
 * - `ours`: a request that the server does not understand or take: a fault of cdrate.
 * - `unknown`: a write may have been done or not: it is read back before it is answered.
 */
export type FaultOutcome = "retried" | "away" | "conflict" | "refused" | "ours" | "unknown";

type Table = Record<Exclude<FaultOutcome, "ours">, Record<number, string>>;

/** Codes and names of MongoDB's error_codes.yml (8.2); one that is not here is `ours`. */
const CODES: Table = {
  retried: {
    6: "HostUnreachable",
    7: "HostNotFound",
    24: "LockTimeout",
    43: "CursorNotFound",
    46: "LockBusy",
    63: "StaleShardVersion",
    70: "ShardNotFound",
    71: "ReplicaSetNotFound",
    74: "NodeNotFound",
    83: "RemoteResultsUnavailable",
    89: "NetworkTimeout",
    90: "CallbackCanceled",
    91: "ShutdownInProgress",
    94: "NotYetInitialized",
    107: "LockFailed",
    112: "WriteConflict",
    117: "ConflictingOperationInProgress",
    133: "FailedToSatisfyReadPreference",
    134: "ReadConcernMajorityNotAvailableYet",
    145: "PooledConnectionsDropped",
    149: "NoConfigPrimary",
    150: "StaleEpoch",
    172: "TransportSessionClosed",
    175: "QueryPlanKilled",
    189: "PrimarySteppedDown",
    199: "ReplicaSetMonitorRemoved",
    202: "NetworkInterfaceExceededTimeLimit",
    203: "ShardingStateNotInitialized",
    206: "NoSuchSession",
    215: "DatabaseDropPending",
    216: "ElectionInProgress",
    237: "CursorKilled",
    239: "SnapshotTooOld",
    246: "SnapshotUnavailable",
    249: "StaleDbVersion",
    250: "StaleChunkHistory",
    272: "MigrationConflict",
    279: "ClientDisconnect",
    303: "SplitHorizonChange",
    314: "ObjectIsBusy",
    317: "ConnectionPoolExpired",
    319: "MovePrimaryInProgress",
    342: "ReshardingCriticalSectionTimeout",
    343: "ShardCannotRefreshDueToLocksHeld",
    355: "InterruptedDueToStorageChange",
    358: "InternalTransactionNotSupported",
    365: "TemporarilyUnavailable",
    372: "CloseConnectionForShutdownCommand",
    384: "ConnectionError",
    402: "ResourceExhausted",
    406: "MigrationBlockingOperationCoordinatorCleaningUp",
    407: "PooledConnectionAcquisitionExceededTimeLimit",
    412: "UpdatesStillPending",
    433: "AdmissionQueueOverflow",
    449: "RateLimitExceeded",
    450: "PooledConnectionAcquisitionRejected",
    453: "InterruptedDueToReshardingCriticalSection",
    462: "IngressRequestRateLimitExceeded",
    9001: "SocketException",
    10058: "LegacyNotPrimary",
    10107: "NotWritablePrimary",
    11600: "InterruptedAtShutdown",
    11602: "InterruptedDueToReplStateChange",
    13388: "StaleConfig",
    13435: "NotPrimaryNoSecondaryOk",
    13436: "NotPrimaryOrSecondary",
    56846: "ConfigServerUnreachable",
    91331: "RetriableRemoteCommandFailure",
    10045600: "InterruptedDueToFCVChange",
  },
  away: {
    230: "DNSHostNotFound",
    231: "DNSProtocolError",
    11601: "Interrupted",
    46841: "ClientMarkedKilled",
  },
  conflict: { 3: "DuplicateKey", 84: "DuplicateKeyValue", 11000: "DuplicateKey" },
  refused: {
    11: "UserNotFound",
    13: "Unauthorized",
    18: "AuthenticationFailed",
    20: "IllegalOperation",
    31: "RoleNotFound",
    85: "IndexOptionsConflict",
    86: "IndexKeySpecsConflict",
    93: "InvalidReplicaSetConfig",
    100: "UnsatisfiableWriteConcern",
    115: "CommandNotSupported",
    121: "DocumentValidationFailure",
    123: "NotAReplicaSet",
    140: "InvalidSSLConfiguration",
    141: "SSLHandshakeFailed",
    146: "ExceededMemoryLimit",
    148: "ReadConcernMajorityNotEnabled",
    158: "MustUpgrade",
    214: "AuthenticationRestrictionUnmet",
    261: "TooManyLogicalSessions",
    264: "TooManyFilesOpen",
    292: "QueryExceededMemoryLimitNoDiskUseAllowed",
    301: "DataCorruptionDetected",
    334: "MechanismUnavailable",
    371: "UserWritesBlocked",
    391: "ReauthenticationRequired",
    8000: "AtlasError",
    14031: "OutOfDiskSpace",
  },
  unknown: {
    50: "MaxTimeMSExpired",
    64: "WriteConcernTimeout",
    75: "WriteConcernLegacyOK",
    79: "UnknownReplWriteConcern",
    262: "ExceededTimeLimit",
    290: "TransactionExceededLifetimeLimitSeconds",
  },
};

/** Every code of the table with its name and outcome. */
export const SERVER_CODES: ReadonlyMap<number, { name: string; outcome: FaultOutcome }> = new Map(
  Object.entries(CODES).flatMap(([outcome, names]) =>
    Object.entries(names).map(([code, name]) => [
      Number(code),
      { name, outcome: outcome as FaultOutcome },
    ]),
  ),
);

/** Labels by which driver and server say that the same request may succeed when it is sent again. */
const RETRY_LABELS = [
  "RetryableWriteError",
  "RetryableError",
  "SystemOverloadedError",
  "TransientTransactionError",
  "PoolRequestedRetry",
];

/** Faults of the driver itself that say that no server can be used. */
const AWAY_CLASSES = [
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
  MongoOperationTimeoutError,
  MongoSystemError,
];
const RETRIED_CLASSES = [
  MongoNetworkError,
  MongoExpiredSessionError,
  MongoStalePrimaryError,
  MongoUnexpectedServerResponseError,
];
/** Faults of a socket that the driver hands on as Node tells them. */
const SOCKET_CODES: ReadonlySet<unknown> = new Set([
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTCONN",
  "EPIPE",
  "ETIMEDOUT",
]);
/** A server that is too old, or wants credentials that the URL does not have. */
const REFUSED_CLASSES = [MongoCompatibilityError, MongoMissingCredentialsError];

/** The fault that decides: the one inside a bulk write, the first that is no duplicate key. */
function deciding(error: unknown): unknown {
  if (!(error instanceof MongoBulkWriteError)) return error;
  const inner: unknown = error.errorResponse;
  if (inner instanceof Error) return deciding(inner);
  const faults = [error.writeErrors].flat();
  const other = faults.find(({ code }) => outcomeOfCode(code) !== "conflict");
  return other?.err ?? faults[0]?.err ?? error;
}

function outcomeOfCode(code: unknown): FaultOutcome {
  return (typeof code === "number" && SERVER_CODES.get(code)?.outcome) || "ours";
}

function hasFailedConcern(error: unknown): boolean {
  if (error instanceof MongoWriteConcernError) return true;
  return error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined;
}

/**
 * What a fault means: first what driver and server say by labels and kinds of error, then the code.
 * @param error what the driver threw, or an `EngineError`, which is nobody's but `ours`
 */
export function outcomeOf(error: unknown): FaultOutcome {
  if (error instanceof EngineError) return "ours";
  if (hasFailedConcern(error)) return "unknown";
  const fault = deciding(error);
  const labelled = [error, fault].filter((one) => one instanceof MongoError);
  if (labelled.some((one) => RETRY_LABELS.some((label) => one.hasErrorLabel(label)))) {
    return "retried";
  }
  if (RETRIED_CLASSES.some((kind) => fault instanceof kind)) return "retried";
  if (fault instanceof Error && "code" in fault && SOCKET_CODES.has(fault.code)) return "retried";
  if (AWAY_CLASSES.some((kind) => fault instanceof kind)) return "away";
  if (REFUSED_CLASSES.some((kind) => fault instanceof kind)) return "refused";
  return outcomeOfCode(codeOf(fault));
}

/** The code of the server; undefined: the fault is not the server's. */
function codeOf(error: unknown): number | undefined {
  const fault = deciding(error);
  const code: unknown = fault instanceof Error && "code" in fault ? fault.code : bareCode(fault);
  return typeof code === "number" ? code : undefined;
}

/** A fault in the list of a bulk write is no error, only its members. */
function bareCode(fault: unknown): unknown {
  return typeof fault === "object" && fault !== null && "code" in fault ? fault.code : undefined;
}

/** True when the server cannot be reached, cannot serve now, or refuses in its present state. */
export function isUnavailable(error: unknown): boolean {
  const outcome = outcomeOf(error);
  return outcome !== "ours" && outcome !== "conflict";
}

/** Codes of a server that ended the work because its time was over. */
const TIME_CODES: ReadonlySet<number | undefined> = new Set([50, 262, 290]);

/** The user lacks a right, or there is none. */
export const UNAUTHORIZED = 13;
const HINTS: Record<number, string> = {
  [UNAUTHORIZED]: "Give the user of the URL the role readWrite on this data base.",
  18: "Correct user, password and authSource in the URL of the store.",
  121: "Remove a validator that you gave the collection. cdrate's own keeps keys of another form out: where that one refuses, the data base was made anew under a running service, so restart it.",
  371: "Writes are blocked on the server: setUserWriteBlockMode ends that.",
  8000: "The provider refuses it: see its page for quota, storage and access of this cluster.",
  14031: "Make room on the disk of the server.",
};
/** Of a server that asks for a user where the URL has none. */
const NO_USER_HINT =
  "Name user and password in the URL of the store, and in authSource the data base that keeps the user.";
const HINT = "Check the address, the credentials, and that a primary with a majority is up.";
const UNKNOWN_HINT =
  "The write may have been done or not. Send the same again: what is there already is recognised.";

/** The error that says so, with the driver's own words. */
export function unavailable(cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = codeOf(cause);
  const hint = outcomeOf(cause) === "unknown" ? UNKNOWN_HINT : hintOf(code, reason);
  const name = code === undefined ? "" : ` (${code} ${SERVER_CODES.get(code)?.name ?? "?"})`;
  return engineError("store-unavailable", `MongoDB cannot be used${name}: ${trimmed(reason)}.`, {
    cause,
    hint,
  });
}

function hintOf(code: number | undefined, reason: string): string {
  if (code === UNAUTHORIZED && reason.includes("requires authentication")) return NO_USER_HINT;
  return HINTS[code ?? 0] ?? HINT;
}

/**
 * One line, without the stop that some servers end with. A server that refuses a command quotes it with
 * all its members, records among them: its name is told.
 */
function trimmed(reason: string): string {
  const line = reason.split("\n", 1).join("").replace(/\.+$/, "");
  return line.replace(/(to execute command) \{ (\w+):.*/, "$1 $2");
}

/**
 * What is told of a fault that was not got over.
 * @returns `timeout` for a read that the server ended, `conflict`, `store-unavailable`, or the fault
 *   itself where it is `ours`
 */
export function asTold(error: unknown, { writes }: { writes: boolean }): unknown {
  if (TOO_LARGE_CODES.has(codeOf(error))) return documentTooLarge(error);
  const outcome = outcomeOf(error);
  if (outcome === "ours") return error;
  if (outcome === "conflict") {
    return engineError("conflict", "Another has written it meanwhile.", {
      cause: error,
      hint: "Read it again, then decide.",
    });
  }
  if (!writes && TIME_CODES.has(codeOf(error))) {
    return engineError("timeout", "The store took longer than limits.rpcSeconds.", {
      cause: error,
      hint: "Narrow the filter, ask for a shorter period, or raise limits.rpcSeconds.",
      data: { where: "store" },
    });
  }
  return unavailable(error);
}
