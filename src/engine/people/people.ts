// People: users and what they are signed in by, and programs with their tokens.
import type { Store } from "../../stores/store.ts";
import type { Acts } from "../acts.ts";
import type { Clock } from "../ports.ts";
import { createPrograms, type Programs } from "./programs.ts";
import { createSessions, type Sessions, type SessionsParts } from "./sessions.ts";
import { createUsers, type Users } from "./users.ts";

export interface People {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly programs: Programs;
  /** Epoch milliseconds, now. */
  readonly nowMs: Clock;
  /** What has ended goes from the store. */
  sweep(): Promise<void>;
  /** Whether there is a user or a program. */
  areThere(): Promise<boolean>;
}

/** What of the settings is not a limit. */
export type PeopleSettings = Pick<SessionsParts, "customerFields">;

export function createPeople(parts: {
  store: Pick<Store, "logins">;
  acts: Acts;
  clock: Clock;
  limits: SessionsParts["limits"];
  /** Names of the credentials of the settings. */
  credentialNames?: readonly string[] | undefined;
  customerFields?: readonly string[] | undefined;
}): People {
  const sessions = createSessions(parts);
  const programs = createPrograms({ ...parts, taken: parts.credentialNames });
  return {
    users: createUsers({ ...parts, changed: sessions.forget }),
    sessions,
    programs,
    async sweep() {
      await sessions.sweep();
      await programs.sweep();
    },
    nowMs: parts.clock,
    async areThere() {
      const { logins } = parts.store;
      const [user] = await logins.list({ kind: "user", limit: 1 });
      if (user !== undefined) return true;
      const [program] = await logins.list({ kind: "program", limit: 1 });
      return program !== undefined;
    },
  };
}
