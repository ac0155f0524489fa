// What whoever set a schedule may see now.
import { type Grant, scopeOf } from "../../access/grant.ts";
import { permissionsOf } from "../../access/permissions.ts";
import type { Scope } from "../../access/scope.ts";
import type { Store } from "../../stores/store.ts";
import { toProgram } from "../people/program.ts";
import { toUser } from "../people/user.ts";
import type { DeliverySettings, Owner } from "./model.ts";

/** Null: they are gone, or may not send reports any more. */
export async function rightsNow(
  {
    store: { logins },
    scopeOf: ofCredential,
    customerFields = [],
  }: Pick<DeliverySettings, "scopeOf" | "customerFields"> & { store: Pick<Store, "logins"> },
  { credential, user }: Owner,
): Promise<Scope | null> {
  if (user === undefined) {
    const scope = ofCredential(credential);
    if (scope !== null || credential === null) return scope;
    const program = await logins.get({ kind: "program", name: credential });
    return program === null ? null : scopeIfMay(toProgram(program), customerFields);
  }
  const found = await logins.get({ kind: "user", name: user });
  if (found === null) return null;
  const { active, ...grant } = toUser(found);
  return active ? scopeIfMay(grant, customerFields) : null;
}

function scopeIfMay(grant: Grant, customerFields: readonly string[]): Scope | null {
  const may = grant.roles.some((role) => permissionsOf(role).includes("schedule.write"));
  return may ? scopeOf(grant, customerFields) : null;
}
