// Posts over fetch, with credentials, a time limit, and calls made again where that is safe.
import { CallError, readError } from "./call-error.ts";

export interface ConnectionOptions {
  /** Where the service listens, e.g. `http://127.0.0.1:2080`. */
  url: string;
  /** A bearer token, or user and password of HTTP Basic. */
  token?: string;
  basic?: { user: string; password: string };
  /** How often a call that may be made twice is made again; 3 when not said. */
  retries?: number;
  /** Seconds until the answer must have begun; 120 when not said. */
  timeoutSeconds?: number;
  fetch?: typeof fetch;
}

export interface Connection {
  /** @throws CallError for every status that is not 2xx, and when nothing answers */
  post(path: string, body: string): Promise<Response>;
  /** Runs the work again while the service is away. */
  repeat<Value>(canRepeat: boolean, work: () => Promise<Value>): Promise<Value>;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

function isAway(error: unknown): boolean {
  return (
    error instanceof CallError &&
    (error.code === "unreachable" ||
      error.code === "store-unavailable" ||
      error.code === "too-busy")
  );
}

/** What the server asked for, else twice as long each time, a little apart from other clients. */
function pauseMs(error: unknown, attempt: number): number {
  const asked = error instanceof CallError ? Number(error.data["retryAfterSeconds"] ?? 0) : 0;
  const own = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
  return Math.min(LONGEST_PAUSE_MS, Math.max(asked * 1000, own));
}

async function statusError(response: Response): Promise<CallError> {
  const text = await response.text();
  const retryAfter = Number(response.headers.get("retry-after") ?? 0);
  const facts = retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {};
  try {
    const error = readError(JSON.parse(text));
    return new CallError(error.code, error.message, { ...error.data, ...facts });
  } catch (cause) {
    // A proxy answered, not the service.
    const message = `The answer was HTTP status ${response.status}.`;
    return new CallError("unreachable", message, facts, cause);
  }
}

export function createConnection(options: ConnectionOptions): Connection {
  const { token, basic, retries = 3, timeoutSeconds = 120 } = options;
  const request = options.fetch ?? fetch;
  const base = options.url.replace(/\/+$/, "");
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  if (basic !== undefined) {
    const bytes = new TextEncoder().encode(`${basic.user}:${basic.password}`);
    headers["authorization"] = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  }

  async function post(path: string, body: string): Promise<Response> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutSeconds * 1000);
    try {
      const init = { method: "POST", headers, body, signal: limit.signal };
      const response = await request(base + path, init);
      if (response.ok) return response;
      throw await statusError(response);
    } catch (cause) {
      if (cause instanceof CallError) throw cause;
      throw new CallError("unreachable", `Nothing answers at ${base}.`, {}, cause);
    } finally {
      clearTimeout(timer);
    }
  }

  async function repeat<Value>(canRepeat: boolean, work: () => Promise<Value>): Promise<Value> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!canRepeat || attempt >= retries || !isAway(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs(error, attempt)));
      }
    }
  }

  return { post, repeat };
}
