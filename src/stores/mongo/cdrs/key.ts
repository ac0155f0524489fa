// The key of a CDR's document (`_id`), in the form that its data base has: bytes of the id and of a
// hash of the tenant; their texts, in a data base of schema 11 or older; or in one of release 0.1.0
// the id alone. A data base never holds two forms: a record sent again would be stored twice.
import { createHash } from "node:crypto";
import { Binary, type Document } from "mongodb";
import type { SchemaState } from "../../migration.ts";
import type { CdrKey } from "../../ports/cdrs.ts";

export type CdrKeying = "bytes" | "text" | "id";
export type DocumentKey = Binary | string;
/** What of a document finds it again. */
export type Keyed = { _id: DocumentKey; tenant: string };

const ID = /^[0-9a-f]{40}$/;
const ID_LENGTH = 40;
const ID_BYTES = 20;
/**
 * All keys are of one length: the server orders bytes by their length first, and CDRs of one time are
 * to be in the order of their ids. So the tenant is in it by a hash, long enough that nobody finds a
 * tenant of the hash of another one.
 */
const TENANT_BYTES = 8;
/** More keys of one filter than this are asked for as ranges, one for each id. */
const MOST_KEYS = 10_000;

export function keyingOf({ cdrKey, keyForm }: Pick<SchemaState, "cdrKey" | "keyForm">): CdrKeying {
  if (cdrKey === "id") return "id";
  return keyForm === "bytes" ? "bytes" : "text";
}

function tenantBytes(tenant: string): Buffer {
  return createHash("sha256").update(tenant, "utf8").digest().subarray(0, TENANT_BYTES);
}

function bytesOf(id: string, rest: Buffer): Binary {
  return new Binary(Buffer.concat([Buffer.from(id, "hex"), rest]));
}

/** In the order of the id; of the text form, then of the tenant. Of what is no id: a key that no document has. */
export function documentKey(keying: CdrKeying, { tenant, id }: CdrKey): DocumentKey {
  if (keying === "id") return id;
  if (keying === "text" || !ID.test(id)) return `${id}:${tenant}`;
  return bytesOf(id, tenantBytes(tenant));
}

/** The id of a CDR, whichever way its document is keyed. */
export function idOfKey(key: unknown): string {
  return keyText(key).slice(0, ID_LENGTH);
}

/** A key as text, for places and for maps; the bytes as hex. */
export function keyText(key: unknown): string {
  return key instanceof Binary ? Buffer.from(key.value()).toString("hex") : String(key);
}

/** The key of a text, or in a place of another form one that is beside it. */
export function keyOfText(keying: CdrKeying, text: string): DocumentKey {
  return keying === "bytes" ? new Binary(Buffer.from(text, "hex")) : text;
}

/** Whether keys of one id follow the order of the tenants. */
export function ordersTenants(keying: CdrKeying): boolean {
  return keying !== "bytes";
}

/** The keys, as bytes, that the CDRs of one id may have: from the first to the last. */
export function keysOfId(id: string): { first: Binary; last: Binary } {
  return {
    first: bytesOf(id, Buffer.alloc(TENANT_BYTES)),
    last: bytesOf(id, Buffer.alloc(TENANT_BYTES, 0xff)),
  };
}

/** Whether a CDR of the key is of the same id as that of another. */
export function isOfOneId({ _id: left }: Keyed, { _id: right }: Keyed): boolean {
  if (!(left instanceof Binary && right instanceof Binary)) return idOfKey(left) === idOfKey(right);
  const start = (key: Binary) => key.value().subarray(0, ID_BYTES);
  return Buffer.compare(start(left), start(right)) === 0;
}

/** The documents of these keys. Their tenants are said too: by them a sharded collection finds the shard. */
export function withKeys(keying: CdrKeying, keys: readonly Keyed[]) {
  const own = { _id: { $in: keys.map(({ _id }) => _id) } };
  if (keying === "id") return own;
  return { ...own, tenant: { $in: [...new Set(keys.map(({ tenant }) => tenant))] } };
}

/** Documents with one of these ids, of these tenants or of any: each is a key, or a range of keys. */
export function withIds(
  ids: readonly string[],
  { keying, tenants }: { keying: CdrKeying; tenants: readonly string[] | undefined },
): Document {
  const known = ids.filter((id) => ID.test(id));
  if (keying !== "bytes") {
    return { _id: { $in: [...known, ...known.map((id) => new RegExp(`^${id}:`))] } };
  }
  if (tenants !== undefined && known.length * tenants.length <= MOST_KEYS) {
    const ends = tenants.map(tenantBytes);
    return { _id: { $in: known.flatMap((id) => ends.map((end) => bytesOf(id, end))) } };
  }
  if (known.length === 0) return { _id: { $in: [] } };
  const ranges = known.map(keysOfId);
  return { $or: ranges.map(({ first, last }) => ({ _id: { $gte: first, $lte: last } })) };
}
