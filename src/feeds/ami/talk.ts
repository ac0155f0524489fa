// Requests to a manager and their answers, matched by an id that no value can forge.
import type { AmiMessage } from "../../formats/asterisk/ami-message.ts";

export type Fields = Record<string, string>;
/** Sends a request; its answer is told in the turn in which it came, before what came behind it. */
export type Request = (fields: Fields, answered: (answer: AmiMessage) => void) => void;

export interface Talk {
  request: Request;
  /** Null when the session ended before. */
  ask(fields: Fields): Promise<AmiMessage | null>;
  isOwn(actionId: string): boolean;
  answer(actionId: string, message: AmiMessage): void;
  /** Nothing is sent or answered any more. */
  close(): void;
}

/** `nonce` is not to be guessed. */
export function createTalk(write: (fields: Fields) => void, nonce: string): Talk {
  const waiting = new Map<string, (answer: AmiMessage | null) => void>();
  let requests = 0;
  let isClosed = false;

  function send(fields: Fields, answered: (answer: AmiMessage | null) => void): void {
    if (isClosed) {
      answered(null);
      return;
    }
    requests += 1;
    const actionId = `${nonce}-${requests}`;
    waiting.set(actionId, answered);
    write({ ...fields, ActionID: actionId });
  }

  return {
    request(fields, answered) {
      send(fields, (answer) => {
        if (answer !== null) answered(answer);
      });
    },
    ask: (fields) => new Promise((resolve) => send(fields, resolve)),
    isOwn: (actionId) => waiting.has(actionId),
    answer(actionId, message) {
      const answered = waiting.get(actionId);
      waiting.delete(actionId);
      answered?.(message);
    },
    close() {
      isClosed = true;
      for (const answered of waiting.values()) answered(null);
      waiting.clear();
    },
  };
}

export function requestText(fields: Fields): string {
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}\r\n`);
  return `${lines.join("")}\r\n`;
}
