// What a fault of the driver or the server means: the store is away, or something of ours is wrong.
import {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from "mongodb";
import { type EngineError, engineError } from "../../errors.ts";

/** Codes of a server that is there but cannot serve now: credentials, elections, disk, timeouts. */
const UNAVAILABLE_CODES = new Set<unknown>([
  6, 7, 13, 18, 50, 64, 89, 91, 100, 134, 189, 202, 262, 317, 358, 384, 9001, 10107, 11600, 11602,
  13435, 13436, 14031,
]);

/** True when the server cannot be reached or cannot serve now. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof MongoBulkWriteError) {
    const inner: unknown = error.errorResponse;
    if (inner instanceof Error) return isUnavailable(inner);
  }
  if (error instanceof MongoServerError) {
    const hasConcernFault =
      error instanceof MongoWriteConcernError ||
      (error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined);
    return hasConcernFault || UNAVAILABLE_CODES.has(error.code);
  }
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError ||
    error instanceof MongoTopologyClosedError ||
    error instanceof MongoOperationTimeoutError
  );
}

/** The error that says so, with the driver's own words. */
export function unavailable(cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return engineError("store-unavailable", `MongoDB cannot be used: ${reason}.`, {
    cause,
    hint: "Check the address, the credentials, and that a primary with a majority is up.",
  });
}
