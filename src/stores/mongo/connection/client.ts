// How a MongoDB is connected to: concerns, time limits, and the patient connection that builds indexes.
import {
  type Db,
  type DbOptions,
  type MongoClientOptions,
  ReadConcern,
  WriteConcern,
} from "mongodb";
import { createClient, databaseName } from "./url.ts";

/**
 * Set on the data base, where they win over what the URL says: a write is answered when a majority
 * has it in its journal, and reads see only what a majority has. A server that refuses them is not
 * used with less.
 */
export const durable = (waitMs: number): DbOptions => ({
  writeConcern: new WriteConcern("majority", waitMs, true),
  readConcern: new ReadConcern("majority"),
  readPreference: "primary",
});

/** Waits and reads where nothing else is said. */
export const WAIT_MS = 3_000;
export const READ_MS = 60_000;
const PATIENT_WAIT_MS = 30_000;
/** The server ends its work first and says so; this is for one that says nothing any more. */
const SILENCE_MARGIN_MS = 5_000;

/** Reads are tried again by the store itself, which knows how long they took; never by the driver. */
export function clientLimits(
  waitMs: number,
  readMs: number,
  silenceMarginMs = SILENCE_MARGIN_MS,
): MongoClientOptions {
  return {
    connectTimeoutMS: 3_000,
    socketTimeoutMS: Math.max(readMs, waitMs) + silenceMarginMs,
    serverSelectionTimeoutMS: waitMs,
    // A primary that is back is seen within the wait, also where the server does not tell at once.
    heartbeatFrequencyMS: Math.max(500, Math.min(10_000, waitMs / 4)),
    retryReads: false,
    appName: "cdrate",
  };
}

/** For the building of indexes: nothing ends it but the server itself. */
export function patientConnection(url: string): {
  database: Db;
  close: () => Promise<void>;
} {
  const client = createClient(url, { ...clientLimits(PATIENT_WAIT_MS, 0), socketTimeoutMS: 0 });
  const writeConcern = new WriteConcern("majority");
  return {
    database: client.db(databaseName(url), { writeConcern }),
    close: () => client.close(true),
  };
}
