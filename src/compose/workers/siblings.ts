// The other workers of a service, as one of them sees them: what each has counted by itself.
import type { Asked, FromWorker, Scope, ToWorker } from "./messages.ts";

/** The parts of the other workers, as far as they answer in time. */
export type AskOthers = (asked: Asked, scope: Scope) => Promise<unknown[]>;

export interface Siblings {
  ask: AskOthers;
  /** Takes a message from the first process. */
  take(message: ToWorker): void;
  /** Answers others from now on; until then they go without this one's part. */
  answerBy(own: (asked: Asked, scope: Scope) => Promise<unknown>): void;
}

export function createSiblings(send: (message: FromWorker) => void): Siblings {
  const waiting = new Map<number, (parts: unknown[]) => void>();
  let last = 0;
  let ownPart: ((asked: Asked, scope: Scope) => Promise<unknown>) | undefined;

  async function tell({ question, asked, scope }: Extract<ToWorker, { kind: "tell" }>) {
    const part = await ownPart?.(asked, scope).catch(() => undefined);
    // Who cannot tell is left out when the time is over.
    if (part !== undefined) send({ kind: "part", question, part });
  }

  return {
    ask: (asked, scope) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, resolve);
        send({ kind: "ask", question: last, asked, scope });
      }),
    take(message) {
      if (message.kind === "tell") void tell(message);
      else if (message.kind === "told") {
        waiting.get(message.question)?.(message.parts);
        waiting.delete(message.question);
      }
    },
    answerBy(own) {
      ownPart = own;
    },
  };
}
