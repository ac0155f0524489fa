// A mail address as it can be sent to: checked before anything is written into a header or an envelope.
import { domainToASCII } from "node:url";

/** RFC 5321, 4.5.3.1. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 253;
/** Without quoted parts: what is in them could be taken for something else by one server of many. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;
/** An IDN has letters and marks of any script; nothing that a URL would read as more than a host. */
const ANY_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;

/** A domain in lower case and ASCII (`bücher.example` → `xn--bcher-kva.example`); null: it is none. */
export function mailDomain(text: string): string | null {
  if (!ANY_DOMAIN.test(text)) return null;
  const domain = domainToASCII(text).toLowerCase();
  return domain.length <= LONGEST_DOMAIN && DOMAIN.test(domain) ? domain : null;
}

/** The address as it stands in an envelope; null: it cannot be sent to, or hides something else. */
export function mailAddress(text: string): string | null {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  if (local.length > LONGEST_LOCAL || !LOCAL.test(local)) return null;
  const domain = mailDomain(text.slice(at + 1));
  return domain === null ? null : `${local}@${domain}`;
}

/** Whether it is one of the addresses, or of one of the domains; without a list each is. */
export function isAllowed(address: string, allow: readonly string[] | undefined): boolean {
  if (allow === undefined) return true;
  const asked = address.toLowerCase();
  const domain = asked.slice(asked.lastIndexOf("@") + 1);
  return allow.some((one) =>
    one.includes("@") ? mailAddress(one)?.toLowerCase() === asked : mailDomain(one) === domain,
  );
}
