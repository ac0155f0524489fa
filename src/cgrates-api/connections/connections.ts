// The connections of CGRateS's API together: how many there may be, the clock of their limits, their end.
import type { Budget } from "../../rpc/budget/budget.ts";
import type { Caller } from "../../rpc/method.ts";
import type { ApiServer } from "../server.ts";
import { createSession, type Session, type SessionLimits, type Wire } from "./session.ts";

export interface ApiConnectionsParts {
  api: ApiServer;
  budget: Budget;
  limits: SessionLimits & {
    /** At once, over whatever carries them. */
    connections: number;
  };
}

export interface ApiConnections {
  hasRoom(): boolean;
  open(caller: Caller, wire: Wire): Session;
  /** To be called every second. */
  tick(): void;
  /** Answers what is under way; what is not done after `limitMs` is cut off. Answers how many that were. */
  end(limitMs: number): Promise<number>;
}

export function createApiConnections({ limits, ...parts }: ApiConnectionsParts): ApiConnections {
  const open = new Map<Session, Wire>();
  let whenEmpty: (() => void) | null = null;

  return {
    hasRoom: () => open.size < limits.connections,
    open(caller, wire) {
      const session = createSession({ ...parts, caller, limits }, wire);
      open.set(session, wire);
      const { gone } = session;
      return {
        ...session,
        gone() {
          gone();
          open.delete(session);
          if (open.size === 0) whenEmpty?.();
        },
      };
    },
    tick() {
      for (const session of open.keys()) session.tick();
    },
    async end(limitMs) {
      for (const session of open.keys()) session.end();
      if (open.size === 0) return 0;
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((done) => {
        timer = setTimeout(done, limitMs);
      });
      await Promise.race([limit, new Promise<void>((done) => (whenEmpty = done))]);
      clearTimeout(timer);
      const cut = open.size;
      for (const wire of open.values()) wire.cut();
      return cut;
    },
  };
}
