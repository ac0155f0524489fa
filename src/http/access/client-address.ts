// Where a request comes from: the peer, or what proxies that are trusted say of it.
import { isIP } from "node:net";
import { type AddressSet, plainAddress } from "../../mediation/address-range.ts";

/**
 * The last address that a trusted proxy vouches for. Of `X-Forwarded-For` each proxy appends whom
 * it heard from, so it is read from its end, as long as the one who wrote is trusted. What the client
 * itself wrote in front is never looked at. A text that is no address stays one: no list has it.
 * @param forwardedFor the `X-Forwarded-For` headers in one, with commas; undefined: there is none
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trusted: AddressSet,
): string {
  let address = plainAddress(peer);
  const hops = forwardedFor === undefined ? [] : forwardedFor.split(",");
  while (hops.length > 0 && trusted.has(address)) address = hopAddress(hops.pop() ?? "");
  return address;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function hopAddress(hop: string): string {
  const text = hop.trim();
  const bare = isIP(text) === 0 ? text.replace(/^\[(.*)\](:\d+)?$|^([^:]*):\d+$/, "$1$3") : text;
  return plainAddress(bare);
}
