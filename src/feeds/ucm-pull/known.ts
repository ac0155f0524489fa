// Records that were handed over and are durable: what a device answers again need not be read again.
import { createHash } from "node:crypto";

export interface Known {
  /** Whether exactly these bytes were; it counts as seen now. */
  has(bytes: Uint8Array): boolean;
  add(bytes: Uint8Array): void;
}

/** @param most records that are remembered, those that were seen last */
export function createKnown(most: number): Known {
  const hashes = new Set<string>();
  const keyOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");
  return {
    has(bytes) {
      const key = keyOf(bytes);
      if (!hashes.delete(key)) return false;
      hashes.add(key);
      return true;
    },
    add(bytes) {
      hashes.add(keyOf(bytes));
      if (hashes.size <= most) return;
      const [oldest] = hashes;
      if (oldest !== undefined) hashes.delete(oldest);
    },
  };
}
