// The connection to a manager: plain, or TLS from the first byte.
import { readFile } from "node:fs/promises";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { isLoopback } from "../../tls/listen.ts";
import type { AmiSettings } from "../settings.ts";

const PORT = 5038;
const TLS_PORT = 5039;
const CONNECT_MS = 10_000;

export interface Connecting {
  /** @throws when there is no connection within 10 s, or its certificate is not believed */
  connected(): Promise<Socket>;
  /** Gives up. */
  cancel(): void;
}

export async function startConnecting(settings: AmiSettings): Promise<Connecting> {
  const { host, tls, port = tls === false ? PORT : TLS_PORT } = settings;
  const socket =
    tls === false ? connectPlain({ host, port }) : connectTls(await tlsOptions(settings, port));
  const readyEvent = tls === false ? "connect" : "secureConnect";
  const ready = new Promise<Socket>((resolve, reject) => {
    socket.setTimeout(CONNECT_MS, () => {
      socket.destroy(
        new Error(`There is no connection to ${host}:${port} within ${CONNECT_MS / 1000} s.`),
      );
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`${host}:${port} closed the connection at once.`)));
    socket.once(readyEvent, () => {
      socket.setTimeout(0);
      resolve(socket);
    });
  });
  // Who cancels does not wait for it.
  ready.catch(() => undefined);
  return { connected: () => ready, cancel: () => socket.destroy() };
}

async function tlsOptions({ host, tls }: AmiSettings, port: number) {
  const { ca, serverName } = typeof tls === "object" ? tls : {};
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    ...{ host, port },
    ...(name === undefined ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca: await readFile(ca) }),
  };
}

/** Nobody else can read what is sent: it is encrypted, or stays on this machine. */
export function isPrivateTo({ host, tls }: AmiSettings): boolean {
  return tls !== false || isLoopback(host);
}
