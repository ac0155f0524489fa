// IP addresses and CIDR ranges of sources, IPv4 and IPv6.

interface Address {
  bits: 32 | 128;
  value: bigint;
}

/** Whether an address lies in an address or CIDR range; false when either text is none. */
export function addressMatches(address: string, range: string): boolean {
  const wanted = parseRange(range);
  const given = parseAddress(address);
  if (wanted === null || given === null || wanted.base.bits !== given.bits) {
    return false;
  }
  const shift = BigInt(given.bits - wanted.length);
  return given.value >> shift === wanted.base.value >> shift;
}

export function isAddressRange(text: string): boolean {
  return parseRange(text) !== null;
}

function parseRange(text: string): { base: Address; length: number } | null {
  const slash = text.indexOf("/");
  const base = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (base === null) {
    return null;
  }
  if (slash < 0) {
    return { base, length: base.bits };
  }
  const length = text.slice(slash + 1);
  return /^\d{1,3}$/.test(length) && Number(length) <= base.bits
    ? { base, length: Number(length) }
    : null;
}

/** An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address. */
function parseAddress(text: string): Address | null {
  const plain = text.replace(/^::ffff:(?=\d+\.)/i, "");
  return plain.includes(":") ? parseIpv6(plain) : parseIpv4(plain);
}

function parseIpv4(text: string): Address | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) {
    return null;
  }
  return { bits: 32, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function parseIpv6(text: string): Address | null {
  // A zone (`fe80::1%eth0`) names an interface of this host, not another address.
  const halves = (text.split("%")[0] ?? "").split("::");
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) {
    return null;
  }
  const groups = [...head, ...new Array<string>(missing).fill("0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) {
    return null;
  }
  return {
    bits: 128,
    value: BigInt(`0x${groups.map((group) => group.padStart(4, "0")).join("")}`),
  };
}
