// What whoever set a schedule may see now.
import { scopeOf } from "../../access/grant.ts";
import { permissionsOf } from "../../access/permissions.ts";
import type { Scope } from "../../access/scope.ts";
import type { Store } from "../../stores/store.ts";
import { toUser } from "../people/user.ts";
import type { DeliverySettings, Owner } from "./model.ts";

/** Null: they are gone, or may not send reports any more. */
export async function rightsNow(
  {
    store: { logins },
    scopeOf: ofCredential,
  }: Pick<DeliverySettings, "scopeOf"> & { store: Pick<Store, "logins"> },
  { credential, user }: Owner,
): Promise<Scope | null> {
  if (user === undefined) return ofCredential(credential);
  const found = await logins.get({ kind: "user", name: user });
  if (found === null) return null;
  const { active, roles, ...grant } = toUser(found);
  const may = roles.some((role) => permissionsOf(role).includes("schedule.write"));
  return active && may ? scopeOf({ ...grant, roles }) : null;
}
