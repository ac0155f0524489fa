// Sessions: begun by name and password, held by a cookie whose hash alone is stored.
import { randomBytes } from "node:crypto";
import { scopeOf } from "../../access/grant.ts";
import type { Role } from "../../access/permissions.ts";
import { requireWhole, type Scope } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import type { LoginRecord } from "../../stores/ports/people/logins.ts";
import type { Store } from "../../stores/store.ts";
import type { Acts } from "../acts.ts";
import type { Clock } from "../ports.ts";
import { createKnownLogins } from "./known-logins.ts";
import { decoyHash, hashPassword, passwordMatches } from "./password-hash.ts";
import { secretHash } from "./secret-hash.ts";
import { coversGrant, type KeptUser, toUser, type User } from "./user.ts";
import { type By, changeUser, withPassword } from "./users.ts";

export interface SignIn {
  name: string;
  password: string;
  /** Takes the place of the password; every other session of the user ends. */
  newPassword?: string | undefined;
  /** Where it comes from, as it is shown among the sessions. */
  address: string;
}

/** Who a session is of, and what is his. */
export interface SignedIn {
  /** The session's id, no secret. */
  id: string;
  user: Pick<User, "name" | "mail" | "language" | "timeZone">;
  roles: readonly Role[];
  scope: Scope;
}

export interface ShownSession {
  id: string;
  user: string;
  beganMs: number;
  /** To the minute. */
  seenMs: number;
  endsMs: number;
  address: string;
}

export interface Sessions {
  /**
   * Null: the name or the password is wrong, in the same time. The secret is shown only here.
   * @throws `unauthorized` where somebody else changed the password meanwhile
   */
  begin(signIn: SignIn): Promise<{ secret: string; endsMs: number } | null>;
  /** Null: it is unknown, has ended, or its user may come no more. */
  of(secret: string): Promise<SignedIn | null>;
  /** Ends that of a secret; nothing where there is none. */
  end(secret: string): Promise<void>;
  /** Those that hold still, by id. */
  list(
    page: { limit: number; after?: string | undefined; user?: string | undefined },
    scope: Scope,
  ): Promise<{ sessions: ShownSession[]; next?: string }>;
  /** @throws `not-found` */
  revoke(id: string, by: By): Promise<void>;
  /** Ended ones go from the store. */
  sweep(): Promise<void>;
  /** What was kept in memory is out of date. */
  forget(): void;
}

export interface SessionsParts {
  store: Pick<Store, "logins">;
  acts: Acts;
  clock: Clock;
  limits: { sessionIdleMinutes: number; sessionHours: number };
  /** Names of the extra fields that customers see. */
  customerFields?: readonly string[] | undefined;
}

const SECRET_BYTES = 32;
/** How often it is written that a session was used. */
const NOTE_EVERY_MS = 60_000;

interface Content {
  passwordNumber: number;
  beganMs: number;
  seenMs: number;
  address: string;
}

const contentOf = ({ content }: LoginRecord) => content as unknown as Content;

export function createSessions(parts: SessionsParts): Sessions {
  const { acts, clock, limits, customerFields = [] } = parts;
  const { logins } = parts.store;
  const idleMs = limits.sessionIdleMinutes * 60_000;
  const known = createKnownLogins<SignedIn>(() => performance.now());

  /**
   * By the clock of this machine. One that was set back does not lengthen a session by more than it
   * was set back, and not at all past the idle limit; one that was set forward ends it.
   */
  function holds({ endsAtMs, ...record }: LoginRecord): boolean {
    const nowMs = clock();
    const { seenMs } = contentOf({ ...record, endsAtMs });
    return (endsAtMs ?? 0) > nowMs && Math.abs(nowMs - seenMs) < idleMs;
  }

  async function userOf(record: LoginRecord): Promise<KeptUser | null> {
    const found = await logins.get({ kind: "user", name: record.owner });
    const user = found === null ? null : toUser(found);
    if (user === null || !user.active) return null;
    return user.passwordNumber === contentOf(record).passwordNumber ? user : null;
  }

  async function lookUp(id: string): Promise<SignedIn | null> {
    const record = await logins.get({ kind: "session", name: id });
    if (record === null || !holds(record)) return null;
    const user = await userOf(record);
    if (user === null) return null;
    await noteUse(record);
    const { name, mail, language, timeZone, roles } = user;
    const scope = scopeOf(user, customerFields);
    return { id, user: { name, mail, language, timeZone }, roles, scope };
  }

  /** Another process may have noted it at the same time: one is enough. */
  async function noteUse(record: LoginRecord): Promise<void> {
    const content = contentOf(record);
    if (Math.abs(clock() - content.seenMs) < NOTE_EVERY_MS) return;
    const seen = { ...record.content, seenMs: clock() };
    await logins.put({ ...record, version: record.version + 1, content: seen }, record.version);
  }

  async function end(id: string): Promise<void> {
    await logins.remove({ kind: "session", name: id }).finally(known.forget);
  }

  return {
    begin: signIns(parts, known.forget),
    of: (secret) => known.get(secretHash(secret), lookUp),
    end: (secret) => end(secretHash(secret)),
    ...sessionDesk({ logins, acts, holds, userOf, end }),
    async sweep() {
      await logins.removeEnded({ kind: "session", beforeMs: clock() });
    },
    forget: known.forget,
  };
}

/** What is shown and ended by who may set the user. */
function sessionDesk({
  logins,
  acts,
  holds,
  userOf,
  end,
}: Pick<Store, "logins"> &
  Pick<SessionsParts, "acts"> & {
    holds(record: LoginRecord): boolean;
    userOf(record: LoginRecord): Promise<KeptUser | null>;
    end(id: string): Promise<void>;
  }): Pick<Sessions, "list" | "revoke"> {
  async function seen(record: LoginRecord, scope: Scope): Promise<ShownSession | null> {
    const user = holds(record) ? await userOf(record) : null;
    if (user === null || !coversGrant(scope, user)) return null;
    const { beganMs, seenMs, address } = contentOf(record);
    const { name: id, owner, endsAtMs } = record;
    return { id, user: owner, beganMs, seenMs, endsMs: endsAtMs ?? 0, address };
  }

  return {
    async list({ limit, after, user }, scope) {
      requireWhole(scope);
      const sessions: ShownSession[] = [];
      let from = after;
      for (;;) {
        const asked = {
          ...(from !== undefined && { after: from }),
          ...(user !== undefined && { owner: user }),
        };
        const found = await logins.list({ kind: "session", limit, ...asked });
        for (const record of found) {
          const shown = await seen(record, scope);
          if (shown !== null) sessions.push(shown);
        }
        from = found.at(-1)?.name;
        if (found.length < limit || sessions.length >= limit) break;
      }
      const shown = sessions.slice(0, limit);
      const last = shown.at(-1);
      return { sessions: shown, ...(sessions.length >= limit && last && { next: last.id }) };
    },
    async revoke(id, by) {
      requireWhole(by.scope);
      const record = await logins.get({ kind: "session", name: id });
      const shown = record === null ? null : await seen(record, by.scope);
      if (shown === null) {
        throw engineError("not-found", "There is no such session.", { path: "id" });
      }
      const act = { by, act: "session.revoke", subject: shown.user };
      const { beganMs, address } = shown;
      const look = { before: { id, beganMs, address } };
      await acts.noted(act, {
        look: async () => look.before,
        run: () => end(id),
        after: () => null,
      });
    },
  };
}

function signIns(
  { store, acts, clock, limits }: SessionsParts,
  forget: () => void,
): Sessions["begin"] {
  const { logins } = store;
  const decoy = decoyHash();

  async function keep(user: KeptUser, address: string) {
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    const nowMs = clock();
    const endsMs = nowMs + limits.sessionHours * 3_600_000;
    const content: Content = {
      ...{ passwordNumber: user.passwordNumber, beganMs: nowMs, seenMs: nowMs, address },
    };
    const record: LoginRecord = {
      ...{
        kind: "session",
        name: secretHash(secret),
        owner: user.name,
        version: 1,
        endsAtMs: endsMs,
      },
      content: content as unknown as JsonObject,
    };
    await logins.put(record, 0);
    return { secret, endsMs };
  }

  return async function begin({ name, password, newPassword, address }: SignIn) {
    const found = await logins.get({ kind: "user", name });
    const user = found === null ? null : toUser(found);
    const stored = user?.active === true ? user.passwordHash : null;
    const isRight = await passwordMatches(password, stored ?? decoy);
    if (!isRight || stored === null) return null;
    const nextHash = newPassword === undefined ? null : await hashPassword(newPassword);
    // What was compared must still be what holds: of two changes at once one wins.
    const signed = () =>
      changeUser(store, name, (now) => {
        if (!now.active || now.passwordHash !== stored) return null;
        const seen = { ...now, lastSignInMs: clock() };
        return nextHash === null ? seen : withPassword(seen, nextHash);
      });
    const act = { by: { name: `user ${name}`, address }, act: "user.password", subject: name };
    if (nextHash === null) {
      const now = await signed();
      return now === null ? null : keep(now, address);
    }
    const run = async () => {
      const now = await signed();
      if (now === null) throw engineError("unauthorized");
      return now;
    };
    const now = await acts.noted(act, { run, after: () => null }).finally(forget);
    return keep(now, address);
  };
}
