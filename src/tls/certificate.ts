// TLS by certificate files: read at the start, and again whenever they change.
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Clock, Log } from "../engine/ports.ts";
import { engineError } from "../errors.ts";
import type { TlsSettings } from "./settings.ts";

/** What Node takes: PEM texts of the certificate (with its chain) and of its key. */
export interface Certificate {
  cert: string;
  key: string;
}

/** @throws EngineError `invalid-settings` for files that cannot be read or do not fit each other */
export async function readCertificate(files: TlsSettings): Promise<Certificate> {
  // One behind the other: where both are missing, it is always the same one that is named.
  const cert = await readPem("cert", files.cert);
  const key = await readPem("key", files.key);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw engineError(
      "invalid-settings",
      `tls: ${files.cert} and ${files.key} are no certificate with its key: ${why}`,
      { path: "tls", hint: "Both are PEM files; the key has no passphrase.", cause },
    );
  }
  return { cert, key };
}

async function readPem(member: "cert" | "key", path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw engineError("invalid-settings", `tls.${member}: ${path} cannot be read: ${why}`, {
      path: `tls.${member}`,
      cause,
    });
  }
}

export interface CertificateWatchParts {
  files: TlsSettings;
  /** What is in use now. */
  current: Certificate;
  use(next: Certificate): void;
  clock: Clock;
  log: Log;
}

/**
 * Answers a function that looks at the files once. New ones that fit each other are taken into use;
 * of others the log tells once for each change, and what was in use stays. A pair that is being
 * replaced, the certificate already and the key not yet, is taken at the next look.
 */
export function watchCertificate(parts: CertificateWatchParts): () => Promise<void> {
  const { files, use, clock, log } = parts;
  let { current } = parts;
  let lastFault = "";
  return async () => {
    let next: Certificate;
    try {
      next = await readCertificate(files);
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== lastFault) {
        log.error({ fault }, "the certificate files cannot be used; the one in use stays");
      }
      lastFault = fault;
      return;
    }
    lastFault = "";
    if (next.cert === current.cert && next.key === current.key) return;
    current = next;
    use(next);
    const { validTo } = new X509Certificate(next.cert);
    log.info({ validTo }, "the certificate files changed; new connections get the new one");
    if (Date.parse(validTo) < clock()) log.warn({ validTo }, "that certificate has expired");
  };
}
