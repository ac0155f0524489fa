// Keys of erased CDRs in MongoDB.
import type { CdrKey } from "../../ports/cdrs.ts";
import { type CdrKeying, documentKey, keyText, withKeys } from "../cdrs/key.ts";
import type { StoreCollections } from "../schema.ts";

/** The keys of erased CDRs among these, as texts. */
export async function erasedAmong(
  { erased }: Pick<StoreCollections, "erased">,
  keying: CdrKeying,
  keys: readonly CdrKey[],
): Promise<Set<string>> {
  const keyed = keys.map((key) => ({ _id: documentKey(keying, key), tenant: key.tenant }));
  const found = await erased.find(withKeys(keying, keyed)).toArray();
  return new Set(found.map(({ _id, tenant }) => `${keyText(_id)} ${tenant}`));
}

export function isAmong(erased: ReadonlySet<string>, keying: CdrKeying, key: CdrKey): boolean {
  return erased.has(`${keyText(documentKey(keying, key))} ${key.tenant}`);
}
