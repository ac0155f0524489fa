// Passwords as they are kept: scrypt with a salt of its own each, in Node's thread pool.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const SCRYPT_KEY_BYTES = 32;
const deriveKey = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  keyBytes: number,
) => Promise<Buffer>;

/** `salt:hash` in hex. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await deriveKey(password, salt, SCRYPT_KEY_BYTES);
  return `${salt.toString("hex")}:${hash.toString("hex")}`;
}

export async function passwordMatches(password: string, stored: string): Promise<boolean> {
  const [salt = "", hash = ""] = stored.split(":");
  const computed = await deriveKey(password, Buffer.from(salt, "hex"), SCRYPT_KEY_BYTES);
  return timingSafeEqual(computed, Buffer.from(hash, "hex"));
}

/** Compared in place of a password that does not exist, so that both take the same time. */
export function decoyHash(): string {
  return `${randomBytes(16).toString("hex")}:${randomBytes(SCRYPT_KEY_BYTES).toString("hex")}`;
}
