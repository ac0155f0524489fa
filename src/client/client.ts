// The typed client of the JSON-RPC service, for Node and browsers: fetch and nothing else.
import type { z } from "zod";
import type { METHODS } from "../rpc/methods.ts";
import { CallError, readError } from "./call-error.ts";
import { type Connection, type ConnectionOptions, createConnection } from "./connection.ts";

export { CallError } from "./call-error.ts";
export type { ConnectionOptions } from "./connection.ts";

type Declared = (typeof METHODS)[number];
export type MethodName = Declared["name"];
type Named<Name extends MethodName> = Extract<Declared, { name: Name }>;
export type Params<Name extends MethodName> = z.input<Named<Name>["params"]>;
export type Result<Name extends MethodName> = z.output<Named<Name>["result"]>;

/** Params may be left out where the method needs none. */
type Arguments<Name extends MethodName> =
  Record<never, never> extends Params<Name> ? [params?: Params<Name>] : [params: Params<Name>];

type AnyCall = { [Name in MethodName]: readonly [method: Name, params: Params<Name>] }[MethodName];

export type Outcome<Value> = { ok: true; result: Value } | { ok: false; error: CallError };

/** Methods that answer page by page. */
type ListMethod = {
  [Name in MethodName]: "nextCursor" extends keyof Result<Name> ? Name : never;
}[MethodName];
type Listed<Answer> = {
  [Member in keyof Answer]-?: Answer[Member] extends readonly (infer Item)[] ? Item : never;
}[keyof Answer];

export interface CdrateClient {
  /** The result. @throws CallError with the code of the error, or `unreachable` */
  call<Name extends MethodName>(method: Name, ...args: Arguments<Name>): Promise<Result<Name>>;
  /** Many calls in one request (more than 1000 in several); one outcome each, in order. */
  batch<const Calls extends readonly AnyCall[]>(
    calls: Calls,
  ): Promise<{ [Index in keyof Calls]: Outcome<Result<Calls[Index][0]>> }>;
  /** Every item of a list, page after page; `limit` is the size of a page. */
  all<Name extends ListMethod>(
    method: Name,
    ...args: Arguments<Name>
  ): AsyncGenerator<Listed<Result<Name>>, void>;
  /**
   * The answers one after the other, as they come: hits and progress of `cdr.search`, or whole pages. Who
   * leaves the loop ends it; `nextCursor` of an answer goes on after it, at any time.
   */
  pages<Name extends ListMethod>(
    method: Name,
    ...args: Arguments<Name>
  ): AsyncGenerator<Result<Name>, void>;
  /** The bytes of `cdr.export`, as they come; a stream that breaks off throws. */
  download(params: Params<"cdr.export">): Promise<ReadableStream<Uint8Array>>;
  /** The file of an export that is `done`. */
  fetchExport(id: string): Promise<ReadableStream<Uint8Array>>;
}

type RepeatableName = Extract<Declared, { repeatable: true }>["name"];

/** What the declarations say, for a program that does not carry them; the compiler compares. */
const REPEATABLE = {
  "system.status": true,
  "system.diagnose": true,
  "cdr.process": true,
  "cdr.processMany": true,
  "cdr.get": true,
  "cdr.find": true,
  "cdr.search": true,
  "cdr.count": true,
  "cdr.changes": true,
  "cdr.summarize": true,
  "report.traffic": true,
  "report.concurrent": true,
  "report.queues": true,
  "report.agents": true,
  "report.statement": true,
  "period.list": true,
  "period.get": true,
  "period.lines": true,
  "report.countries": true,
  "report.destinations": true,
  "report.prefixes": true,
  "report.accounts": true,
  "report.carriers": true,
  "report.gateways": true,
  "report.sources": true,
  "report.causes": true,
  "report.disconnects": true,
  "report.directions": true,
  "report.margins": true,
  "report.losses": true,
  "report.unrated": true,
  "report.rates": true,
  "cdr.export": true,
  "cdr.explain": true,
  "rating.price": true,
  "rating.routes": true,
  "rates.find": true,
  "number.normalize": true,
  "tariff.check": true,
  "tariff.load": true,
  "tariff.list": true,
  "tariff.get": true,
  "tariff.replaceDeck": true,
  "tariff.markup": true,
  "tariff.export": true,
  "tariff.diff": true,
  "tariff.compare": true,
  "account.get": true,
  "account.find": true,
  "account.list": true,
  "account.export": true,
  "carrier.export": true,
  "carrier.get": true,
  "carrier.list": true,
  "gateway.get": true,
  "gateway.list": true,
  "cause.get": true,
  "cause.list": true,
  "rerate.show": true,
  "rerate.lines": true,
  "rerate.list": true,
  "retention.show": true,
  "privacy.show": true,
  "privacy.disclose": true,
  "audit.run": true,
  "call.list": true,
  "feed.list": true,
  "feed.get": true,
  "feed.queueEvents": true,
  "output.list": true,
  "output.get": true,
  "export.list": true,
  "export.get": true,
  "search.get": true,
  "search.list": true,
  "search.run": true,
  "schedule.get": true,
  "schedule.list": true,
  "delivery.list": true,
  "notice.preview": true,
  "dialect.sniff": true,
  "dialect.get": true,
  "dialect.list": true,
  "import.get": true,
  "import.list": true,
  "batch.list": true,
  "batch.get": true,
  "batch.reconcile": true,
  "job.list": true,
  "job.show": true,
  "job.lines": true,
  "suspense.find": true,
  "suspense.get": true,
  "user.get": true,
  "user.list": true,
  "session.list": true,
  "token.list": true,
  "log.find": true,
} satisfies Record<RepeatableName, true>;

const isRepeatable = (method: string): boolean => Object.hasOwn(REPEATABLE, method);

/** As many calls as a server takes in one request by default. */
const MOST_IN_BATCH = 1000;

interface Answer {
  id: unknown;
  result?: unknown;
  error?: unknown;
}

function outcomeOf(answer: Answer | undefined): Outcome<unknown> {
  if (answer === undefined) {
    return { ok: false, error: new CallError("unreachable", "The server left a call unanswered.") };
  }
  return answer.error === undefined
    ? { ok: true, result: answer.result }
    : { ok: false, error: readError(answer.error) };
}

async function send(
  connection: Connection,
  calls: readonly (readonly [string, unknown])[],
): Promise<Outcome<unknown>[]> {
  const requests = calls.map(([method, params], id) => ({ jsonrpc: "2.0", id, method, params }));
  const body = JSON.stringify(requests.length === 1 ? requests[0] : requests);
  const answered = await connection.post("/jsonrpc", body);
  const value = (await answered.json()) as Answer | Answer[];
  if (!Array.isArray(value)) {
    // One call, or a fault of the request as a whole.
    const outcome = outcomeOf(value);
    return calls.map(() => outcome);
  }
  const byId = new Map(value.map((answer) => [answer.id, answer]));
  return calls.map((_call, id) => outcomeOf(byId.get(id)));
}

/** @example const { cdrs } = await createClient({ url: "http://127.0.0.1:2080" }).call("cdr.find") */
export function createClient(options: ConnectionOptions): CdrateClient {
  const connection = createConnection(options);

  async function callOne(method: string, params: unknown): Promise<unknown> {
    return connection.repeat(isRepeatable(method), async () => {
      const [outcome] = await send(connection, [[method, params]]);
      if (outcome?.ok === true) return outcome.result;
      throw outcome?.error ?? new CallError("unreachable", "The server answered nothing.");
    });
  }

  async function callMany(calls: readonly AnyCall[]): Promise<Outcome<unknown>[]> {
    const outcomes: Outcome<unknown>[] = [];
    for (let start = 0; start < calls.length; start += MOST_IN_BATCH) {
      const some = calls.slice(start, start + MOST_IN_BATCH);
      const canRepeat = some.every(([method]) => isRepeatable(method));
      outcomes.push(...(await connection.repeat(canRepeat, () => send(connection, some))));
    }
    return outcomes;
  }

  async function* pages(
    method: string,
    params: object,
  ): AsyncGenerator<Record<string, unknown>, void> {
    let cursor: string | undefined;
    do {
      const page = (await callOne(
        method,
        cursor === undefined ? params : { ...params, cursor },
      )) as Record<string, unknown>;
      yield page;
      cursor = page["nextCursor"] as string | undefined;
    } while (cursor !== undefined);
  }

  async function* listed(method: string, params: object): AsyncGenerator<unknown, void> {
    for await (const page of pages(method, params)) {
      const items = Object.values(page).find((member) => Array.isArray(member)) ?? [];
      yield* items as unknown[];
    }
  }

  async function file(path: string, text: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await connection.repeat(true, () => connection.post(path, text));
    if (body === null) throw new CallError("unreachable", "The server sent no file.");
    return body;
  }

  return {
    call: (method, ...[params]) => callOne(method, params ?? {}) as never,
    batch: (calls) => callMany(calls) as never,
    all: (method, ...[params]) => listed(method, params ?? {}) as never,
    pages: (method, ...[params]) => pages(method, params ?? {}) as never,
    download: (params) => file("/export", JSON.stringify(params)),
    fetchExport: (id) => file(`/exports/${encodeURIComponent(id)}`, "{}"),
  };
}
