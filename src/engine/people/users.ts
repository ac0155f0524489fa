// Users in the store: set, looked at, removed, and given passwords by who may.
import { grantFault } from "../../access/grant.ts";
import { requireWhole, type Scope } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import type { Acts, Doer } from "../acts.ts";
import type { Clock } from "../ports.ts";
import { hashPassword } from "./password-hash.ts";
import { coversGrant, type KeptUser, shownUser, toUser, type User, userRecord } from "./user.ts";

export type ShownUser = User & { hasPassword: boolean };

export interface By extends Doer {
  scope: Scope;
}

type Changed = "roles" | "tenants" | "mail" | "language" | "timeZone" | "active" | "seesBuy";

/** Members that are left out stay as they are; of a new user roles and tenants must be said. */
export type UserChange = { [Member in Changed]?: User[Member] | undefined } & {
  name: string;
  /** Null: every account of the tenants. */
  accounts?: User["accounts"] | null;
  password?: string | undefined;
};

export interface Users {
  /** Makes or changes a user. @throws `forbidden` where it is, or would be, more than the caller's */
  set(change: UserChange, by: By): Promise<ShownUser>;
  /** @throws `not-found` */
  get(name: string, scope: Scope): Promise<ShownUser>;
  /** By name, as many as are asked for and seen. */
  list(
    page: { limit: number; after?: string | undefined },
    scope: Scope,
  ): Promise<{ users: ShownUser[]; next?: string }>;
  /** What is signed in by it ends. @throws `not-found` */
  remove(name: string, by: By): Promise<void>;
  /** What is signed in by it ends. @throws `not-found` */
  setPassword(name: string, password: string, by: By): Promise<ShownUser>;
}

export interface UsersParts {
  store: Pick<Store, "logins">;
  acts: Acts;
  clock: Clock;
  /** Called after each change: what was kept in memory of logins is out of date. */
  changed(): void;
}

/** Changes at the same time that one change is tried again over. */
const MOST_TRIES = 20;

/**
 * Changes a user that is there by what it is at that moment; null: there is none, or `change` says so.
 * @throws `conflict` where others change it without end
 */
export async function changeUser(
  { logins }: Pick<Store, "logins">,
  name: string,
  change: (user: KeptUser) => KeptUser | null,
): Promise<KeptUser | null> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const found = await logins.get({ kind: "user", name });
    const next = found === null ? null : change(toUser(found));
    if (found === null || next === null) return null;
    if (await logins.put(userRecord(next, found.version + 1), found.version)) return next;
  }
  throw engineError("conflict", `The user ${name} is changed by others again and again.`);
}

export function createUsers({ store, acts, clock, changed }: UsersParts): Users {
  const { logins } = store;

  async function find(name: string, scope: Scope): Promise<KeptUser> {
    requireWhole(scope);
    const found = await logins.get({ kind: "user", name });
    const user = found === null ? null : toUser(found);
    if (user !== null && coversGrant(scope, user)) return user;
    throw engineError("not-found", "There is no such user.", { path: "name" });
  }

  /** Nobody gives what they do not have, or takes up somebody else's user. */
  function requireOwn(scope: Scope, ...users: (KeptUser | null)[]): void {
    if (users.every((user) => user === null || coversGrant(scope, user))) return;
    throw engineError("forbidden", "That user has, or would have, more than these credentials.", {
      path: "tenants",
    });
  }

  async function write(change: UserChange, by: By, passwordHash: string | null): Promise<KeptUser> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await logins.get({ kind: "user", name: change.name });
      const before = found === null ? null : toUser(found);
      const next = changedUser(before, change, { passwordHash, setAtMs: clock(), by: by.name });
      requireOwn(by.scope, before, next);
      const version = found?.version ?? 0;
      if (await logins.put(userRecord(next, version + 1), version)) return next;
    }
    throw engineError("conflict", `The user ${change.name} is changed by others again and again.`);
  }

  /** The line of the log with the user before and after, without its hash. */
  const noted = <Result>(act: string, name: string, by: By, run: () => Promise<Result>) =>
    acts
      .noted(
        { by, act, subject: name },
        {
          look: async () => {
            const found = await logins.get({ kind: "user", name });
            return found === null ? null : shownUser(toUser(found));
          },
          run,
        },
      )
      .finally(changed);

  return {
    async set(change, by) {
      requireWhole(by.scope);
      const hash = change.password === undefined ? null : await hashPassword(change.password);
      const run = () => write(change, by, hash);
      return shownUser(await noted("user.set", change.name, by, run));
    },
    get: async (name, scope) => shownUser(await find(name, scope)),
    async list({ limit, after }, scope) {
      requireWhole(scope);
      const users: KeptUser[] = [];
      let from = after;
      for (;;) {
        const page = { kind: "user" as const, limit, ...(from !== undefined && { after: from }) };
        const found = (await logins.list(page)).map(toUser);
        users.push(...found.filter((user) => coversGrant(scope, user)));
        from = found.at(-1)?.name;
        if (found.length < limit || users.length >= limit) break;
      }
      const shown = users.slice(0, limit).map(shownUser);
      const last = shown.at(-1);
      return { users: shown, ...(users.length >= limit && last && { next: last.name }) };
    },
    async remove(name, by) {
      await find(name, by.scope);
      await noted("user.remove", name, by, () => logins.remove({ kind: "user", name }));
    },
    async setPassword(name, password, by) {
      await find(name, by.scope);
      const passwordHash = await hashPassword(password);
      const change = (user: KeptUser) => {
        requireOwn(by.scope, user);
        return withPassword(user, passwordHash);
      };
      const set = await noted("user.password", name, by, () => changeUser(store, name, change));
      if (set !== null) return shownUser(set);
      throw engineError("not-found", "There is no such user.", { path: "name" });
    },
  };
}

/** A new password ends what was signed in by the one before. */
export function withPassword(user: KeptUser, passwordHash: string): KeptUser {
  return { ...user, passwordHash, passwordNumber: user.passwordNumber + 1 };
}

function changedUser(
  before: KeptUser | null,
  { name, password: _password, accounts, ...members }: UserChange,
  { passwordHash, ...set }: { passwordHash: string | null; setAtMs: number; by: string },
): KeptUser {
  const { roles = before?.roles, tenants = before?.tenants } = members;
  if (roles === undefined) {
    throw engineError("invalid-params", "A new user needs roles.", { path: "roles" });
  }
  if (tenants === undefined) {
    throw engineError("invalid-params", "A new user needs tenants; * is every one.", {
      path: "tenants",
    });
  }
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  const next: KeptUser = {
    // A name that was removed and comes again is another user: no session of before is its own.
    ...(before ?? { ...NEW_USER, passwordNumber: set.setAtMs }),
    ...Object.fromEntries(given),
    ...(accounts === undefined ? {} : { accounts: accounts ?? undefined }),
    ...{ name, roles, tenants },
    ...set,
  };
  const fault = grantFault(next);
  if (fault !== null)
    throw engineError("invalid-params", `${fault.message}.`, { path: fault.path });
  return passwordHash === null ? next : withPassword(next, passwordHash);
}

const NEW_USER = {
  ...{ mail: null, language: null, timeZone: null, active: true, lastSignInMs: null },
  ...{ passwordHash: null, passwordNumber: 0 },
};
