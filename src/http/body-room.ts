// The bytes of bodies that are being read, of all senders together: a body that comes slowly holds
// what came of it, and nobody's queue counts it yet.
import { engineError } from "../errors.ts";

export interface BodyRoom {
  /** One body: `take` its bytes as they come, `leave` when it was handed on. */
  enter(): { take(bytes: number): void; leave(): void };
}

/** `take` throws `too-busy` (503) when all bodies together have more bytes than `limitBytes`. */
export function createBodyRoom(limitBytes: number): BodyRoom {
  let held = 0;
  return {
    enter() {
      let own = 0;
      return {
        take(bytes) {
          // One body alone may have more: its own limit is another one.
          if (held > own && held + bytes > limitBytes) {
            const message = `Bodies of ${limitBytes} bytes are being read already.`;
            throw engineError("too-busy", message, {
              hint: "Send it again in a few seconds; nothing was stored.",
            });
          }
          own += bytes;
          held += bytes;
        },
        leave() {
          held -= own;
          own = 0;
        },
      };
    },
  };
}
