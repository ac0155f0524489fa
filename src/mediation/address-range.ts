// Sets of IP addresses, written as addresses and CIDR ranges, IPv4 and IPv6.
import { BlockList, isIP } from "node:net";

export interface AddressSet {
  /** False for a text that is no address. */
  has(address: string): boolean;
}

/** @param ranges addresses and CIDR ranges that passed `isAddressRange` */
export function createAddressSet(ranges: readonly string[]): AddressSet {
  const list = new BlockList();
  for (const range of ranges) {
    const parsed = parseRange(range);
    if (parsed !== null) list.addSubnet(parsed.base, parsed.length, familyOf(parsed.base));
  }
  return {
    has(address) {
      const plain = plainAddress(address);
      return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
    },
  };
}

export function isAddressRange(text: string): boolean {
  return parseRange(text) !== null;
}

/**
 * An address as it is compared: an IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4
 * address, and a zone (`fe80::1%eth0`) names an interface of this host, not another address.
 */
export function plainAddress(address: string): string {
  return (address.split("%")[0] ?? "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

function parseRange(text: string): { base: string; length: number } | null {
  const [written = "", length, more] = text.split("/");
  const base = plainAddress(written);
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(base)] ?? 0;
  if (bits === 0 || more !== undefined) return null;
  if (length === undefined) return { base, length: bits };
  return /^\d{1,3}$/.test(length) && Number(length) <= bits
    ? { base, length: Number(length) }
    : null;
}
