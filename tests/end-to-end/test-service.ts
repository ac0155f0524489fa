// A whole service on a free port, with a clock that stands still, for end-to-end tests.
import { openStore } from "../../src/compose/open-store.ts";
import { type Service, startService } from "../../src/compose/service.ts";
import { readSettings } from "../../src/config/config.ts";
import type { Clock, Log } from "../../src/engine/ports.ts";
import type { Store } from "../../src/stores/store.ts";

/** 2026-03-03T00:00:00Z: the calls of the tests were the day before. */
export const NOW_MS = Date.parse("2026-03-03T00:00:00Z");

export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
  body: any;
}

export interface TestService {
  service: Service;
  url: string;
  post(path: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** The result of a call; throws the error object when there is one. */
  // biome-ignore lint/suspicious/noExplicitAny: the same.
  rpc(method: string, params?: unknown, headers?: Record<string, string>): Promise<any>;
  stop(): Promise<void>;
}

export interface TestServiceOptions {
  store?: string;
  /** Puts itself between the engine and its store. */
  wrapStore?: (store: Store) => Store;
  /** Further settings, as in the settings file. */
  settings?: Record<string, unknown>;
  clock?: Clock;
  /** Nothing is logged when not given. */
  log?: Log;
  demo?: boolean;
  /** `worker`: tariffs are checked in threads, as a server does. */
  compiler?: "worker" | "inline";
}

export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const base = readSettings({
    environment: {},
    flags: { listen: "127.0.0.1:0", store: options.store ?? "sqlite::memory:", log: "silent" },
  });
  const limits = { ...base.limits, ...(options.settings?.["limits"] as object | undefined) };
  const settings = { ...base, ...options.settings, limits };
  const opened = await openStore(settings, { waitSeconds: limits.storeSeconds });
  const store = options.wrapStore?.(opened) ?? opened;
  const service = await startService(settings, {
    store,
    clock: options.clock ?? (() => NOW_MS),
    log: options.log ?? SILENT,
    compiler: options.compiler ?? "inline",
  });
  if (options.demo !== false) {
    const { version } = await service.engine.tariffs.load({ path: "demo" });
    await service.engine.tariffs.activate(version);
  }
  const { url } = service;

  async function request(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text,
    };
  }

  const form = { "content-type": "application/x-www-form-urlencoded" };
  return {
    service,
    url,
    post: (path, body, headers = form) =>
      request(path, { method: "POST", body: body as string, headers }),
    get: (path, headers = {}) => request(path, { headers }),
    async rpc(method, params = {}, headers = {}) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const answer = await request("/jsonrpc", {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
      });
      if (answer.body.error !== undefined) throw answer.body.error;
      return answer.body.result;
    },
    stop: () => service.stop(),
  };
}
