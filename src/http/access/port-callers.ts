// Who everybody is that reaches a port without credentials of its own: on this machine alone, or from the
// addresses that the settings name.

import type { Settings } from "../../config/config.ts";
import { createAddressSet } from "../../mediation/address-range.ts";
import type { Caller } from "../../rpc/method.ts";
import { LOOPBACK, toAccess } from "./access.ts";

type PortSettings = Pick<Settings, "credentials" | "customerFields"> & { isOpen: boolean } & {
  cgrates: Settings["cgrates"];
};

/** By the address; null: it may not connect. `readSettings` has looked at what makes no sense. */
export function createPortCallers({
  credentials,
  isOpen,
  customerFields,
  cgrates: { tcpCredential, tcpAllow },
}: PortSettings): (address: string) => Caller | null {
  const entry = credentials.find(({ name }) => name === tcpCredential);
  const allowed = tcpAllow.length === 0 ? null : createAddressSet(tcpAllow);
  if (!isOpen && entry === undefined) return () => null;
  const access = entry === undefined ? LOOPBACK : toAccess(entry, customerFields);
  return (address) =>
    allowed === null || allowed.has(address) ? { ...access, address, road: "tcp" } : null;
}
