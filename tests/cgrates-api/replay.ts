// Replays recorded pairs on fresh services.
import { EVERYTHING } from "../../src/access/scope.ts";
import { isGoRequest } from "../../src/cgrates-api/codec/requests.ts";
import { createApiServer } from "../../src/cgrates-api/server.ts";
import { composeEngine } from "../../src/compose/engine.ts";
import { readSettings } from "../../src/config/config.ts";
import type { Caller } from "../../src/rpc/method.ts";
import { SILENT, startTestService } from "../end-to-end/test-service.ts";
import {
  methodOf,
  REFERENCE,
  type RecordedPair,
  type RecordedRequest,
  type Recordings,
} from "./recorded-pairs.ts";
import { comparable } from "./same-answer.ts";

export interface Replayed {
  pair: RecordedPair;
  method: string;
  agrees: boolean;
  status: number | null;
  body: string;
}

interface Answer {
  status: number;
  body: string;
}

/** A service with empty stores. */
interface Fresh {
  send(request: RecordedRequest): Promise<Answer>;
  stop(): Promise<void>;
}

/** Pairs of these methods change nothing: those of one setup share a service. */
const READS = /\.(?:Get|Count|Ping|HasItem|Status|Sleep)/;

/** Replays the pairs, those of one setup after each other. */
export async function replay(
  { setups }: Recordings,
  pairs: readonly RecordedPair[],
): Promise<Replayed[]> {
  const bySetup = new Map<string, RecordedPair[]>();
  for (const pair of pairs) {
    const key = `${pair.setup} ${isPlain(pair.request)}`;
    bySetup.set(key, [...(bySetup.get(key) ?? []), pair]);
  }
  const replayed: Replayed[] = [];
  for (const own of bySetup.values()) {
    const requests = setups[own[0]?.setup ?? ""]?.requests ?? [];
    let fresh: Fresh | null = null;
    for (const pair of own) {
      fresh ??= await begin(requests, pair.request);
      replayed.push(judged(pair, await fresh.send(pair.request)));
      if (READS.test(methodOf(pair.request))) continue;
      await fresh.stop();
      fresh = null;
    }
    await fresh?.stop();
  }
  return replayed;
}

function judged(pair: RecordedPair, answer: Answer): Replayed {
  const { request, response, volatile } = pair;
  const agrees =
    answer.status === response.status &&
    comparable(answer.body, volatile) === comparable(response.body, volatile);
  return { pair, method: methodOf(request), agrees, ...answer };
}

/** What was there before the pair was recorded. */
async function begin(
  requests: readonly RecordedRequest[],
  request: RecordedRequest,
): Promise<Fresh> {
  const fresh = [...requests, request].every(isPlain) ? await engineAlone() : await wholeService();
  for (const one of requests) await fresh.send(one);
  return fresh;
}

/** Nothing but the body decides on its answer. */
function isPlain({ path, method, body }: RecordedRequest): boolean {
  return path === "/jsonrpc" && method === "POST" && isGoRequest(body ?? "");
}

const CALLER: Caller = {
  name: "loopback",
  credential: null,
  address: "127.0.0.1",
  roles: ["admin"],
  scope: EVERYTHING,
};

/** The methods over an engine: to make a service for each of a thousand pairs takes minutes. */
async function engineAlone(): Promise<Fresh> {
  const settings = {
    ...readSettings({ environment: {}, flags: { store: "sqlite::memory:", log: "silent" } }),
    tariffs: REFERENCE,
  };
  // Records that come one after the other have times in their order, however fast they come.
  let lastMs = 0;
  const clock = () => {
    lastMs = Math.max(lastMs + 1, Date.now());
    return lastMs;
  };
  const engine = await composeEngine(settings, { log: SILENT, compiler: "inline", clock });
  const api = createApiServer({ engine, log: SILENT, limits: settings.limits });
  return {
    send: async ({ body }) => ({ status: 200, body: await api.receive(body ?? "", CALLER) }),
    stop: () => engine.close(),
  };
}

async function wholeService(): Promise<Fresh> {
  const { url, stop } = await startTestService({
    demo: false,
    clock: Date.now,
    settings: { tariffs: REFERENCE },
  });
  return {
    async send({ path, method, headers, body }) {
      const init = { method, headers, redirect: "manual" as const };
      const response = await fetch(url + path, body === null ? init : { ...init, body });
      return { status: response.status, body: await response.text() };
    },
    stop,
  };
}
