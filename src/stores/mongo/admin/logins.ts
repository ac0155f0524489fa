// Users, sessions and tokens in MongoDB.
import type { Collection } from "mongodb";
import type { JsonObject } from "../../../cdr/json.ts";
import type {
  LoginKey,
  LoginKind,
  LoginPage,
  LoginRecord,
  LoginStore,
} from "../../ports/people/logins.ts";
import type { Calls } from "../connection/calls.ts";
import { insertNew, replaceSeen } from "../records.ts";
import type { LoginDocument } from "../schema.ts";

function keyOf({ kind, name }: LoginKey): string {
  return JSON.stringify([kind, name]);
}

export function toLogin({ _id, endsAt, content, ...same }: LoginDocument): LoginRecord {
  const endsAtMs = endsAt?.getTime() ?? null;
  return { ...same, endsAtMs, content: JSON.parse(content) as JsonObject };
}

export function toLoginDocument({ endsAtMs, content, ...same }: LoginRecord): LoginDocument {
  const endsAt = endsAtMs === null ? null : new Date(endsAtMs);
  return { _id: keyOf(same), ...same, endsAt, content: JSON.stringify(content) };
}

function loginCollection(logins: Collection<LoginDocument>) {
  return {
    /** `isAgain`: an earlier attempt may have written it; its members say whether it was this one. */
    put(login: LoginRecord, expectedVersion: number, isAgain: boolean): Promise<boolean> {
      const document = toLoginDocument(login);
      return expectedVersion === 0
        ? insertNew(logins, document, isAgain)
        : replaceSeen(logins, document, { expectedVersion, isAgain });
    },
    async get(key: LoginKey): Promise<LoginRecord | null> {
      const found = await logins.findOne({ _id: keyOf(key) });
      return found === null ? null : toLogin(found);
    },
    async list({ kind, owner, after = "", limit }: LoginPage): Promise<LoginRecord[]> {
      const asked = { kind, ...(owner !== undefined && { owner }), name: { $gt: after } };
      return (await logins.find(asked).sort({ name: 1 }).limit(limit).toArray()).map(toLogin);
    },
    async remove(key: LoginKey): Promise<void> {
      await logins.deleteOne({ _id: keyOf(key) });
    },
    async removeEnded({ kind, beforeMs }: { kind: LoginKind; beforeMs: number }): Promise<void> {
      await logins.deleteMany({ kind, endsAt: { $lt: new Date(beforeMs) } });
    },
  };
}

export function loginsThrough(
  { read, write }: Calls,
  collection: Collection<LoginDocument>,
): LoginStore {
  const logins = loginCollection(collection);
  return {
    put: (login, version) => write((isAgain) => logins.put(login, version, isAgain)),
    get: (key) => read(() => logins.get(key)),
    list: (page) => read(() => logins.list(page)),
    remove: (key) => write(() => logins.remove(key)),
    removeEnded: (what) => write(() => logins.removeEnded(what)),
  };
}
