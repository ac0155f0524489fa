// Where something listens: `address:port`.
import { z } from "zod";

export interface ListenAddress {
  host: string;
  port: number;
}

/** Splits `address:port`; an IPv6 address stands in brackets. */
export function listenAddress(listen: string): ListenAddress {
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  return { host, port: Number(listen.slice(colon + 1)) };
}

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);
}

/** @param example that a fault names */
export function listenText(example: string) {
  return z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^:[\]]+):\d{1,5}$/, `\`address:port\`, e.g. ${example}`)
    .refine((listen) => listenAddress(listen).port <= 65_535, "the port is over 65535");
}
