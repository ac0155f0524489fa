// What the machine says that the service runs on: files, a certificate, backups, the program's own
// parts. An adapter looks (compose/host/); this only judges.
import { type Finding, notWell, ok, sizeText, spanText } from "./findings.ts";

export interface FileFacts {
  path: string;
  /** Permission bits, as `stat` tells them; null where the system has none of that kind. */
  mode: number | null;
  /** Why it cannot be read; null: it can. */
  fault: string | null;
}

export interface BackupsSeen {
  folder: string;
  /** Older than this it is too old. */
  maxAgeHours: number;
  /** The latest backup in it; null: there is none. */
  latest: { name: string; atMs: number; bytes: number } | null;
  /** Why the folder cannot be read; null: it can. */
  fault: string | null;
}

export interface HostFacts {
  /** Of Node, as `22.14.0`. */
  node: string;
  /** Of the time zones that Node has, as `2026a`; null: it does not tell. */
  zoneData: string | null;
  /** The settings file; null: none was named. */
  settings: FileFacts | null;
  /** Whether the settings hold a secret in plain text, such as a password in an address. */
  holdsSecrets: boolean;
  listen: { address: string; isLoopback: boolean; isTls: boolean; isOpen: boolean };
  /** Null: the settings name no certificate. `validToMs`: epoch milliseconds. */
  certificate: { path: string; validToMs: number } | { path: string; fault: string } | null;
  /** Null: the settings name no folder. */
  backups: BackupsSeen | null;
}

/** PORT: looks at the machine, now. */
export interface Host {
  look(): Promise<HostFacts>;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Time enough to have a certificate made anew. */
const CERTIFICATE_WARNING_MS = 21 * DAY_MS;
/** Clocks of countries change several times a year. */
const ZONE_DATA_YEARS = 2;
const OTHERS_READ = 0o004;
const GROUP_READ = 0o040;
const OTHERS_WRITE = 0o002;

/** @param nowMs epoch milliseconds */
export function hostFindings(facts: HostFacts, nowMs: number): Finding[] {
  return [
    settingsFinding(facts),
    listenFinding(facts),
    ...certificateFindings(facts, nowMs),
    ok("node", `Node ${facts.node}`),
    zoneFinding(facts, nowMs),
    backupFinding(facts, nowMs),
  ];
}

function settingsFinding({ settings, holdsSecrets }: HostFacts): Finding {
  if (settings === null) return ok("settings", "No settings file is named: the defaults hold.");
  const { path: subject, mode, fault } = settings;
  if (fault !== null) {
    return notWell("fault", "settings", {
      ...{ subject, message: `The settings file cannot be read: ${fault}.` },
      remedy: "Let the user that cdrate runs as read it.",
    });
  }
  if (mode !== null && (mode & OTHERS_WRITE) !== 0) {
    return notWell("fault", "settings", {
      ...{ subject, message: "Every user of this machine can change the settings file." },
      remedy: `chmod o-w ${subject}`,
    });
  }
  if (holdsSecrets && mode !== null && (mode & (OTHERS_READ | GROUP_READ)) !== 0) {
    return notWell("warning", "settings", {
      subject,
      message: "Others than its owner can read the settings file, which holds a secret.",
      remedy: `chmod 600 ${subject}, or name the secret by a file or a variable of the environment.`,
    });
  }
  return ok("settings", "The settings are right.", subject);
}

function listenFinding({ listen: { address: subject, isLoopback, isTls, isOpen } }: HostFacts) {
  if (isLoopback) {
    return ok(
      "listen",
      isOpen
        ? "This machine alone is answered, and everybody on it has every right."
        : "This machine alone is answered, who signs in.",
      subject,
    );
  }
  if (isTls) return ok("listen", "Other machines are answered, by TLS.", subject);
  return notWell("warning", "listen", {
    ...{ subject, message: "Tokens and passwords come over the network as they are, without TLS." },
    remedy: "Name a certificate (setting tls), or listen on the loopback behind a proxy with TLS.",
  });
}

function certificateFindings({ certificate }: HostFacts, nowMs: number): Finding[] {
  if (certificate === null) return [];
  const { path: subject } = certificate;
  if ("fault" in certificate) {
    return [
      notWell("fault", "certificate", {
        ...{ subject, message: `The certificate cannot be used: ${certificate.fault}` },
        remedy: "Put a certificate and its key there; new connections get it within a minute.",
      }),
    ];
  }
  const left = certificate.validToMs - nowMs;
  const day = new Date(certificate.validToMs).toISOString().slice(0, 10);
  if (left >= CERTIFICATE_WARNING_MS) return [ok("certificate", `It holds until ${day}.`, subject)];
  return [
    notWell(left <= 0 ? "fault" : "warning", "certificate", {
      subject,
      message: left <= 0 ? `It expired on ${day}.` : `It expires in ${spanText(left)}, on ${day}.`,
      remedy: "Replace the files; new connections get the new certificate without a restart.",
    }),
  ];
}

function zoneFinding({ zoneData }: HostFacts, nowMs: number): Finding {
  const year = Number(zoneData?.slice(0, 4));
  if (zoneData === null || !Number.isInteger(year)) {
    return notWell("unknown", "zone-data", {
      message: "Node does not tell which time zone data it has.",
      remedy: "Use a Node release with full ICU data.",
    });
  }
  if (new Date(nowMs).getUTCFullYear() - year < ZONE_DATA_YEARS) {
    return ok("zone-data", `Time zone data ${zoneData}`);
  }
  return notWell("warning", "zone-data", {
    message: `The time zone data is of ${zoneData}: clock changes decided since are not known.`,
    remedy: "Use a newer Node release of the same line.",
  });
}

function backupFinding({ backups }: HostFacts, nowMs: number): Finding {
  if (backups === null) {
    return notWell("unknown", "backups", {
      message: "The settings do not say where backups are.",
      remedy: "Name their folder: backups: { folder: … }; docs/store.md says how they are taken.",
    });
  }
  const { folder: subject, latest, maxAgeHours, fault } = backups;
  if (fault !== null || latest === null) {
    return notWell("fault", "backups", {
      subject,
      message: fault === null ? "There is no backup." : `The folder cannot be read: ${fault}.`,
      remedy: "Take one with `cdrate store backup FILE` (MongoDB: docs/mongodb.md), every night.",
    });
  }
  const age = nowMs - latest.atMs;
  const told = `The latest backup, ${latest.name} (${sizeText(latest.bytes)}), is ${spanText(age)} old`;
  if (age <= maxAgeHours * HOUR_MS) return ok("backups", `${told}.`, subject);
  return notWell("warning", "backups", {
    ...{ subject, message: `${told}; it may be ${maxAgeHours} hours old.` },
    remedy: "See why no newer one was taken, and take one with `cdrate store backup FILE`.",
  });
}
