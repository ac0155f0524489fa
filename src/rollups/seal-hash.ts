// The hash by which kept sums of erased CDRs are known again.
import { createHash } from "node:crypto";

/** @returns sha256 hex over the number of CDRs and the bytes of each rollup, in their order */
export function sealHash(cdrs: number, bytes: readonly Uint8Array[]): string {
  const hash = createHash("sha256").update(`${cdrs}`);
  for (const some of bytes) hash.update(`:${some.length}:`).update(some);
  return hash.digest("hex");
}
