// People: users and what they are signed in by.
import type { Store } from "../../stores/store.ts";
import type { Acts } from "../acts.ts";
import type { Clock } from "../ports.ts";
import { createSessions, type Sessions, type SessionsParts } from "./sessions.ts";
import { createUsers, type Users } from "./users.ts";

export interface People {
  readonly users: Users;
  readonly sessions: Sessions;
  /** Epoch milliseconds, now. */
  readonly nowMs: Clock;
  /** Whether there is a user. */
  areThere(): Promise<boolean>;
}

export function createPeople(parts: {
  store: Pick<Store, "logins">;
  acts: Acts;
  clock: Clock;
  limits: SessionsParts["limits"];
}): People {
  const sessions = createSessions(parts);
  return {
    users: createUsers({ ...parts, changed: sessions.forget }),
    sessions,
    nowMs: parts.clock,
    async areThere() {
      const [first] = await parts.store.logins.list({ kind: "user", limit: 1 });
      return first !== undefined;
    },
  };
}
