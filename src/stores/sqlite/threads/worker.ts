// Entry of a thread that has a file open: the one that writes, or one of those that read.
import { parentPort } from "node:worker_threads";
import { errorFacts } from "../../../thread-errors.ts";
import { asked, fileReads, fileWrites } from "../calls.ts";
import { openFile, openForReads, WAIT_MS } from "../file/opening.ts";
import { sharedFile } from "../file/shared.ts";
import { signOut } from "../migrations/processes.ts";
import type { ThreadReply, ThreadRequest, ThreadStart } from "./messages.ts";

if (parentPort === null) throw new Error("this file is the entry of a thread");
const port = parentPort;

/** Steps of the schema: nothing else is in their transactions. The log is emptied in none. */
const ALONE = new Set(["stepSchema", "rewrite", "purgeLog"]);

type Call = (...args: unknown[]) => Promise<unknown>;
type Asking = Extract<ThreadRequest, { ask: number }>;

/** The clock of the process goes by what it says with each call. */
let nowMs = 0;
let opened: ReturnType<typeof open> | undefined;
const underWay = new Map<number, AbortController>();

function say(reply: ThreadReply): void {
  port.postMessage(reply);
}

async function open({ role, options, id, build }: ThreadStart) {
  const isWriter = role === "writer";
  const identity = { id, build, clock: () => nowMs };
  const parts = await (isWriter ? openFile : openForReads)(
    { ...options, report: (event) => say({ event }) },
    identity,
  );
  const { database } = parts;
  const { path, waitMs = WAIT_MS } = options;
  const onLost = () => say("lost");
  const file = sharedFile(database, { path, waitMs, isGrouped: true, onLost });
  const calls = isWriter
    ? asked(fileWrites(parts), (name, call) => file.write(call, { alone: ALONE.has(name) }))
    : asked(fileReads(parts), (_name, call) => file.read(call));
  const last = () => (isWriter ? signOut(database, identity) : undefined);
  return { calls: calls as unknown as Record<string, Call>, file, last };
}

async function answer({ ask, name, args, ends }: Asking): Promise<void> {
  const end = ends ? new AbortController() : undefined;
  if (end !== undefined) underWay.set(ask, end);
  try {
    const call = (await opened)?.calls[name];
    if (call === undefined) throw new Error(`this thread has no ${name}`);
    say({ answer: ask, value: await call(...args, ...(end === undefined ? [] : [end.signal])) });
  } catch (error) {
    say({ answer: ask, error: errorFacts(error) });
  } finally {
    underWay.delete(ask);
  }
}

async function close(): Promise<void> {
  for (const end of underWay.values()) end.abort();
  const { file, last } = (await opened?.catch(() => undefined)) ?? {};
  await file?.close(last ?? (() => undefined));
  say("closed");
}

port.on("message", (request: ThreadRequest) => {
  if (request === "close") void close();
  else if (request === "look") void opened?.then(({ file }) => file.look());
  else if ("end" in request) underWay.get(request.end)?.abort();
  else if ("open" in request) {
    nowMs = request.open.nowMs;
    opened = open(request.open);
    opened.then(
      () => say("opened"),
      (error: unknown) => say({ refused: errorFacts(error) }),
    );
  } else {
    nowMs = request.nowMs;
    void answer(request);
  }
});
