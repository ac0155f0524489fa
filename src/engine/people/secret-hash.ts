// Secrets of 256 random bits as they are kept: found by their hash, which tells nothing of them.
import { createHash } from "node:crypto";

/** SHA-256, in hex. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
