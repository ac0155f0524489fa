// What a user is, and how the store has one.
import type { Grant } from "../../access/grant.ts";
import type { Role } from "../../access/permissions.ts";
import { type Scope, seesEach, seesWhole } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { AccountName } from "../../queries/cdr-query.ts";
import type { LoginRecord } from "../../stores/ports/people/logins.ts";

export interface User extends Grant {
  name: string;
  roles: readonly Role[];
  tenants: readonly string[];
  accounts?: readonly (string | AccountName)[] | undefined;
  seesBuy?: boolean | undefined;
  mail: string | null;
  /** As the words of reports and mails are wanted, e.g. `es`. */
  language: string | null;
  /** IANA zone. */
  timeZone: string | null;
  /** Who is not cannot sign in, and what is signed in ends. */
  active: boolean;
  setAtMs: number;
  /** Who set it last. */
  by: string;
  lastSignInMs: number | null;
}

/** With what nobody is shown. */
export interface KeptUser extends User {
  /** Null: nobody signs in by it until it has one. */
  passwordHash: string | null;
  /** Raised with each password: a session holds as long as the one that it began with. */
  passwordNumber: number;
}

export function toUser({ name, content }: LoginRecord): KeptUser {
  return { ...(content as unknown as Omit<KeptUser, "name">), name };
}

export function userRecord({ name, ...content }: KeptUser, version: number): LoginRecord {
  const kept = JSON.parse(JSON.stringify(content)) as JsonObject;
  return { kind: "user", name, owner: name, version, endsAtMs: null, content: kept };
}

/** As it may be shown. */
export function shownUser({ passwordHash, passwordNumber: _number, ...user }: KeptUser): User & {
  hasPassword: boolean;
} {
  return { ...user, hasPassword: passwordHash !== null };
}

/** Whether everything of the grant is of the scope: only such users are seen and set by who has it. */
export function coversGrant(scope: Scope, { tenants }: Pick<Grant, "tenants">): boolean {
  if (!seesWhole(scope)) return false;
  return scope.tenants === null || (!tenants.includes("*") && seesEach(scope, tenants));
}
