// A thread of work from its own side: one stretch at a time, from a reader of the store of its own.
import type { MessagePort } from "node:worker_threads";
import type { JsonObject } from "../../cdr/json.ts";
import type { Store } from "../../stores/store.ts";
import { errorFacts, errorOf } from "../../thread-errors.ts";
import type { Clock } from "../ports.ts";
import type { FromThread, StretchOrder, ToThread } from "./messages.ts";
import type { Stretch, WorkParts, WorkTable } from "./work.ts";

export interface ServedWork {
  works: WorkTable;
  /** `keepFirst` asks the service, which alone writes; the clock is that of the service. */
  open(given: { keepFirst: Store["facts"]["keepFirst"]; clock: Clock }): Promise<OpenedWork>;
}

export interface OpenedWork {
  parts: WorkParts;
  close(): Promise<void>;
}

type Pages = (stretch: Stretch) => AsyncIterable<unknown>;

export function serveWork(
  port: Pick<MessagePort, "on" | "postMessage" | "close">,
  { works, open }: ServedWork,
): void {
  let nowMs = 0;
  let opened: Promise<OpenedWork> | undefined;
  /** What the last run has open: a thread that changes between two opens each anew. */
  let current: { run: number; pages: Promise<Pages> } | undefined;
  let isClosed = false;
  const ended = new Set<number>();
  const asked = new Map<number, { kept(fact: JsonObject): void; failed(error: unknown): void }>();
  let lastAsked = 0;

  const say = (message: FromThread): void => port.postMessage(message);

  const keepFirst: Store["facts"]["keepFirst"] = (name, fact) =>
    new Promise((kept, failed) => {
      lastAsked += 1;
      asked.set(lastAsked, { kept, failed });
      say({ ask: lastAsked, keepFirst: { name, fact } });
    });

  /** A store that could not be opened is tried again with the next stretch. */
  function openOnce(): Promise<OpenedWork> {
    opened ??= open({ keepFirst, clock: () => nowMs }).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  async function pagesOf({ run, name, request }: StretchOrder): Promise<Pages> {
    if (current?.run === run) return current.pages;
    const work = works[name];
    if (work === undefined) throw new Error(`there is no work ${name}`);
    const { parts } = await openOnce();
    const pages = work(parts, request);
    current = { run, pages };
    return pages;
  }

  async function work(order: StretchOrder): Promise<void> {
    nowMs = order.nowMs;
    try {
      const pages = await pagesOf(order);
      for await (const page of pages(order.stretch)) {
        if (ended.has(order.run) || isClosed) break;
        say({ page });
      }
      say("done");
    } catch (error) {
      current = undefined;
      if (isClosed) return;
      say({ failed: errorFacts(error) });
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    await (await opened?.catch(() => undefined))?.close();
    port.close();
  }

  let underWay: Promise<void> = Promise.resolve();
  port.on("message", (message: ToThread) => {
    if (message === "close") {
      isClosed = true;
      void underWay.then(close);
    } else if ("ended" in message) ended.add(message.ended);
    else if ("asked" in message) {
      const waiting = asked.get(message.asked);
      asked.delete(message.asked);
      if ("kept" in message) waiting?.kept(message.kept);
      else waiting?.failed(errorOf(message.fault));
    } else underWay = work(message);
  });
}
