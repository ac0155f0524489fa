// The signature of a post, by which the receiver knows who wrote it and that it is not an old one.
import { createHmac } from "node:crypto";

/** HMAC-SHA256 of `TIMESTAMP.BODY`, in hex. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
}
