// Looks at the machine: the settings file, the certificate, the folder of backups, Node itself.
import { X509Certificate } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isOpenLoopback, type Settings } from "../../config/config.ts";
import type { BackupsSeen, FileFacts, Host, HostFacts } from "../../engine/doctor/host.ts";
import { readCertificate } from "../../tls/certificate.ts";
import { isLoopback, listenAddress } from "../../tls/listen.ts";

/** A password in an address, or the hash of one. */
const SECRET = /:\/\/[^\s/@:]*:[^\s/@]+@|passwordScrypt/;
/** Beside a backup of SQLite stands its hash; a dump of MongoDB stands alone. */
const NO_BACKUP = /\.(sha256|part|tmp)$|^\./;

export function createHost(settings: Settings): Host {
  const { settingsPath } = settings;
  return {
    async look(): Promise<HostFacts> {
      const file = settingsPath === undefined ? null : await fileFacts(resolve(settingsPath));
      return {
        node: process.versions.node,
        zoneData: process.versions["tz"] ?? null,
        settings: file,
        holdsSecrets: file !== null && file.fault === null && (await holdsSecret(file.path)),
        listen: listenFacts(settings),
        certificate: await certificateFacts(settings),
        backups: await backupFacts(settings),
      };
    },
  };
}

async function fileFacts(path: string): Promise<FileFacts> {
  try {
    const { mode } = await stat(path);
    await readFile(path);
    return { path, mode: process.platform === "win32" ? null : mode & 0o777, fault: null };
  } catch (error) {
    return { path, mode: null, fault: reasonOf(error) };
  }
}

async function holdsSecret(path: string): Promise<boolean> {
  return SECRET.test(await readFile(path, "utf8"));
}

function listenFacts(settings: Settings): HostFacts["listen"] {
  return {
    address: settings.listen,
    isLoopback: isLoopback(listenAddress(settings.listen).host),
    isTls: settings.tls !== undefined,
    isOpen: isOpenLoopback(settings),
  };
}

async function certificateFacts({ tls }: Settings): Promise<HostFacts["certificate"]> {
  if (tls === undefined) return null;
  const path = tls.cert;
  try {
    const { cert } = await readCertificate(tls);
    return { path, validToMs: Date.parse(new X509Certificate(cert).validTo) };
  } catch (error) {
    return { path, fault: reasonOf(error) };
  }
}

async function backupFacts({ backups }: Settings): Promise<BackupsSeen | null> {
  if (backups === undefined) return null;
  const { folder, maxAgeHours } = backups;
  try {
    let latest: BackupsSeen["latest"] = null;
    for (const name of await readdir(folder)) {
      if (NO_BACKUP.test(name)) continue;
      const { mtimeMs: atMs, size: bytes } = await stat(join(folder, name));
      if (latest === null || atMs > latest.atMs) latest = { name, atMs, bytes };
    }
    return { folder, maxAgeHours, latest, fault: null };
  } catch (error) {
    return { folder, maxAgeHours, latest: null, fault: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
