// One client for commands that ask a service: over HTTP with --url, else the store in this process.

import { Readable } from "node:stream";
import type { Command } from "commander";
import { EVERYTHING } from "../access/scope.ts";
import {
  CallError,
  type CdrateClient,
  type ConnectionOptions,
  createClient,
} from "../client/client.ts";
import { createLog } from "../compose/log.ts";
import type { Engine } from "../engine/engine.ts";
import { EngineError, ERROR_CODES, engineError } from "../errors.ts";
import { exportPieces, readExportRequest } from "../rpc/export-request.ts";
import type { Caller } from "../rpc/method.ts";
import { METHODS } from "../rpc/methods.ts";
import { createRpcServer } from "../rpc/server.ts";
import type { CommandParts } from "./command-parts.ts";
import { patientFetch } from "./patient-fetch.ts";
import { type MissingStore, withEngine } from "./with-engine.ts";

export interface ServiceOptions {
  url?: string;
  token?: string;
}

/** The flags that name a service. */
export function serviceFlags(command: Command): Command {
  return command
    .option("--url <url>", "ask this service instead of opening the store")
    .option("--token <token>", "bearer token for --url; else CDRATE_TOKEN");
}

/** For answers that take long: they are waited for, a day at most, and not asked for twice. */
export const PATIENT = { retries: 0, timeoutSeconds: 86_400, fetch: patientFetch } as const;

/**
 * `engine` is the one in this process, null with --url.
 * @throws EngineError with the code that the service answered
 */
export async function withClient(
  parts: CommandParts,
  { url, token = process.env["CDRATE_TOKEN"] }: ServiceOptions,
  use: (client: CdrateClient, engine: Engine | null) => Promise<void>,
  { missing, ...connection }: Omit<ConnectionOptions, "url"> & { missing?: MissingStore } = {},
): Promise<void> {
  try {
    if (url === undefined) {
      return await withEngine(parts, (engine) => use(localClient(engine), engine), missing);
    }
    const client = createClient({
      ...connection,
      url,
      ...(token === undefined ? {} : { token }),
    });
    await use(client, null);
  } catch (error) {
    throw error instanceof CallError ? asEngineError(error) : error;
  }
}

function asEngineError({ code, message, path, hint, data, cause }: CallError): Error {
  return engineError(code === "unreachable" ? "store-unavailable" : code, message, {
    ...(path === undefined ? {} : { path }),
    ...(hint === undefined ? {} : { hint }),
    data,
    cause,
  });
}

/** Whoever can open the store may do everything with it. */
const LOCAL_CALLER: Caller = {
  name: "command line",
  credential: null,
  address: null,
  roles: ["admin"],
  scope: EVERYTHING,
};
const HOUR_SECONDS = 3600;

/** The same methods and files as over HTTP, without a socket. */
function localClient(engine: Engine): CdrateClient {
  const rpc = createRpcServer({
    engine,
    methods: METHODS,
    log: createLog("warn"),
    limits: { rpcBatch: 1000, rpcSeconds: HOUR_SECONDS },
  });
  async function exported(text: string): Promise<Response> {
    const request = readExportRequest(text, "utf8", EVERYTHING);
    const chunks = await exportPieces(engine, request, { scope: EVERYTHING });
    return new Response(Readable.toWeb(Readable.from(chunks)) as ReadableStream<Uint8Array>);
  }
  async function fetched(id: string): Promise<Response> {
    const { content } = await engine.exports.open(id, LOCAL_CALLER);
    return new Response(Readable.toWeb(Readable.from(content)) as ReadableStream<Uint8Array>);
  }
  const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const text = String(init?.body ?? "");
    try {
      const isExport = String(input).endsWith("/export");
      const id = /\/exports\/([^/]+)$/.exec(String(input))?.[1];
      if (id !== undefined) return await fetched(decodeURIComponent(id));
      return isExport ? await exported(text) : new Response(await rpc.receive(text, LOCAL_CALLER));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { code, message, detail } = error;
      const { path, hint } = detail;
      return Response.json({ code, message, path, hint }, { status: ERROR_CODES[code].status });
    }
  };
  return createClient({ url: "http://local", fetch: answer, retries: 0 });
}
