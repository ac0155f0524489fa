// What one worker asks of all others: the first process passes the question on, and answers with the parts
// that came in time. A worker that is busy or gone is left out, and holds up nobody.
import type { FromWorker, ToWorker } from "./messages.ts";

interface Asked<Worker> {
  asker: Worker;
  /** The asker's own number of it. */
  question: number;
  waitsFor: Set<Worker>;
  parts: unknown[];
  callOff(): void;
}

export interface Questions<Worker> {
  ask(asker: Worker, message: Extract<FromWorker, { kind: "ask" }>): void;
  part(worker: Worker, message: Extract<FromWorker, { kind: "part" }>): void;
  /** A worker that has ended. */
  forget(worker: Worker): void;
}

/** How long the others have; who scrapes metrics or looks at a status waits no longer. */
const PATIENCE_MS = 1000;

export function createQuestions<Worker extends { send(message: ToWorker): void }>({
  others,
  later,
}: {
  others(asker: Worker): Worker[];
  later(ms: number, run: () => void): () => void;
}): Questions<Worker> {
  const open = new Map<number, Asked<Worker>>();
  let last = 0;

  function answer(number: number): void {
    const asked = open.get(number);
    if (asked === undefined) return;
    open.delete(number);
    asked.callOff();
    asked.asker.send({ kind: "told", question: asked.question, parts: asked.parts });
  }

  return {
    ask(asker, { question, asked, scope }) {
      last += 1;
      const number = last;
      const waitsFor = new Set(others(asker));
      const callOff = later(PATIENCE_MS, () => answer(number));
      open.set(number, { asker, question, waitsFor, parts: [], callOff });
      if (waitsFor.size === 0) return answer(number);
      for (const worker of waitsFor) worker.send({ kind: "tell", question: number, asked, scope });
    },
    part(worker, { question, part }) {
      const asked = open.get(question);
      if (asked === undefined || !asked.waitsFor.delete(worker)) return;
      asked.parts.push(part);
      if (asked.waitsFor.size === 0) answer(question);
    },
    forget(worker) {
      for (const [number, asked] of [...open]) {
        if (asked.asker === worker) {
          open.delete(number);
          asked.callOff();
        } else if (asked.waitsFor.delete(worker) && asked.waitsFor.size === 0) answer(number);
      }
    },
  };
}
