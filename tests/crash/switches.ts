// Senders that behave as switches do: each record is posted again until it is answered 2xx.
import { createClient } from "./requests.ts";

/** What was sent, and what the senders were told. */
export interface Traffic {
  /** Origin id → it was answered 200: a CDR of that origin id is stored. */
  readonly cdrs: Set<string>;
  /** Ids of suspense that were answered 202. */
  readonly suspended: Set<string>;
  /** How often each status was answered; 0: the connection broke. */
  readonly statuses: Map<number, number>;
  /** Milliseconds of each answer. */
  readonly tookMs: number[];
  /** Answers that are none of 200, 202, 503 and a broken connection. */
  readonly unexpected: string[];
  acknowledged(): number;
}

export interface Switches {
  readonly traffic: Traffic;
  /** Lets no sender begin another record, and resolves when none waits for an answer. */
  stop(): Promise<void>;
  /** Posts what was sent and not acknowledged until it is. @throws when it is refused all the time */
  repeatUnanswered(url: string): Promise<void>;
}

export interface SwitchOptions {
  /** Asked before each post: services come and go. */
  urls: () => string[];
  senders: number;
  headers?: Record<string, string>;
  /** Bytes of an extra field of each call. */
  padding?: number;
  /** Begins each origin id: no two runs share one. */
  name: string;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const PAUSE_MS = 40;
/** At the end, of one record. */
const MOST_TRIES = 250;

interface Post {
  path: string;
  body: string;
  originId: string | null;
}

/** Of ten records one is not understood; nine are calls. */
function postOf(name: string, number: number, padding: number): Post {
  const originId = `${name}-${number}`;
  if (number % 10 === 9) {
    return { path: "/freeswitch_json", body: `{broken ${originId}`, originId: null };
  }
  const destination = 34650_000_000 + (number % 999_999);
  const body = `accid=${originId}&account=1001&destination=${destination}&time_answer=2026-03-02T09:00:00Z&duration=${1 + (number % 300)}s${padding > 0 ? `&pad=${"x".repeat(padding)}` : ""}`;
  return { path: "/cgr", body, originId };
}

function newTraffic(): Traffic {
  const cdrs = new Set<string>();
  const suspended = new Set<string>();
  const acknowledged = () => cdrs.size + suspended.size;
  return { cdrs, suspended, statuses: new Map(), tookMs: [], unexpected: [], acknowledged };
}

export function startSwitches({
  urls,
  senders,
  headers = {},
  padding = 0,
  name,
}: SwitchOptions): Switches {
  const traffic = newTraffic();
  const unanswered = new Set<Post>();
  const client = createClient();
  let [next, isStopped] = [0, false];

  function note({ originId }: Post, status: number, text: string): boolean {
    traffic.statuses.set(status, (traffic.statuses.get(status) ?? 0) + 1);
    if (status === 200 || status === 202) {
      const { outcome, suspenseId } = JSON.parse(text) as { outcome: string; suspenseId?: string };
      if (suspenseId !== undefined) traffic.suspended.add(suspenseId);
      else if (originId !== null) traffic.cdrs.add(originId);
      if (outcome === "conflict") traffic.unexpected.push(`conflict: ${text.slice(0, 200)}`);
      return true;
    }
    if (status !== 0 && status !== 503) traffic.unexpected.push(`${status} ${text.slice(0, 200)}`);
    return false;
  }

  async function postOnce(url: string, post: Post): Promise<boolean> {
    const startedAt = performance.now();
    const request = { path: post.path, body: post.body, headers: { ...FORM, ...headers } };
    const { status, text } = await client.send(url, request);
    traffic.tookMs.push(performance.now() - startedAt);
    const isAnswered = note(post, status, text);
    if (isAnswered) unanswered.delete(post);
    return isAnswered;
  }

  async function send(sender: number): Promise<void> {
    while (!isStopped) {
      const post = postOf(name, next, padding);
      next += 1;
      unanswered.add(post);
      while (!isStopped) {
        const open = urls();
        const url = open[sender % open.length];
        if (url !== undefined && (await postOnce(url, post))) break;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      // A switch whose connection broke after the answer posts what is stored already.
      if (next % 20 === 7 && urls()[0] !== undefined) await postOnce(urls()[0] ?? "", post);
    }
  }

  const sending = Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
  return {
    traffic,
    async stop() {
      isStopped = true;
      await sending;
      client.close();
    },
    async repeatUnanswered(url) {
      // Right after a worker was killed there may be none that listens: a switch tries again.
      for (const post of [...unanswered]) {
        let tries = 0;
        while (!(await postOnce(url, post))) {
          tries += 1;
          if (tries === MOST_TRIES) throw new Error(`refused when it was sent again: ${post.body}`);
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
      client.close();
    },
  };
}
