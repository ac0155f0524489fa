// Whose a thing is that people and programs keep for themselves: a search, a schedule, an export.
import type { Scope } from "./scope.ts";

/** Who asks, as each edge knows it. */
export interface Asker {
  /** Name of a credential of the settings; null: a user, or this machine's own where none is needed. */
  credential: string | null;
  /** Who is signed in; absent: nobody. */
  user?: { name: string } | undefined;
}

/** As it is kept. */
export interface OwnerName {
  credential: string | null;
  user?: string;
}

export interface Asking extends Asker {
  /** As the log of acts has it. */
  name: string;
  scope: Scope;
}

export function ownerOf({ credential, user }: Asker): OwnerName {
  return user === undefined ? { credential } : { credential, user: user.name };
}

/** `token NAME`, `user NAME`, or `loopback`: no two owners have the same. */
export function ownerText({ credential, user }: OwnerName): string {
  if (user !== undefined) return `user ${user}`;
  return credential === null ? "loopback" : `token ${credential}`;
}

export function isOwnedBy(owner: OwnerName, asker: Asker): boolean {
  return ownerText(owner) === ownerText(ownerOf(asker));
}

/**
 * Who sees a search beside its owner. `peers`: whoever sees at least what its owner saw when it was saved.
 * `everyone`: whoever has one of its owner's tenants, and may see all that it names.
 */
export const SHARING = ["nobody", "peers", "everyone"] as const;
export type Sharing = (typeof SHARING)[number];
