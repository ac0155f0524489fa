// The key of a CDR's document: its id and its tenant, or in a data base of release 0.1.0 the id alone.
import type { Document } from "mongodb";
import type { SchemaState } from "../../migration.ts";
import type { CdrKey } from "../../ports/cdrs.ts";

export type CdrKeying = SchemaState["cdrKey"];

const ID = /^[0-9a-f]{40}$/;
const ID_LENGTH = 40;

/** In the order of the id, then of the tenant. */
export function documentKey(keying: CdrKeying, { tenant, id }: CdrKey): string {
  return keying === "id" ? id : `${id}:${tenant}`;
}

/** The id of a CDR, whichever way its document is keyed. */
export function idOfKey(key: unknown): string {
  return String(key).slice(0, ID_LENGTH);
}

/** Documents of these keys. Their tenants are said too: by them a sharded collection finds the shard. */
export function withKeys(keying: CdrKeying, keys: readonly string[]) {
  const own = { _id: { $in: [...keys] } };
  if (keying === "id") return own;
  const tenants = new Set(keys.map((key) => key.slice(ID_LENGTH + 1)));
  return { ...own, tenant: { $in: [...tenants] } };
}

/** Documents with one of these ids, of any tenant: each is a range of keys. */
export function withIds(ids: readonly string[]): Document {
  const known = ids.filter((id) => ID.test(id));
  return { _id: { $in: [...known, ...known.map((id) => new RegExp(`^${id}:`))] } };
}
