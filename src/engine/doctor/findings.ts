// What a look at an installation says: one finding a thing that was looked at, each with a remedy
// where it is not well.

/** In the order in which they are told. */
export const DOCTOR_CHECKS = [
  ...["settings", "listen", "certificate", "node", "zone-data", "clock"],
  ...["store", "schema", "indexes", "damage", "room", "backups"],
  ...["tariffs", "rates", "source-settings", "processes"],
  ...["feeds", "outputs", "deliveries", "jobs"],
  ...["last-record", "suspense", "unpriced", "kept-sums"],
] as const;
export type DoctorCheck =
  | ("settings" | "listen" | "certificate" | "node" | "zone-data" | "clock")
  | ("store" | "schema" | "indexes" | "damage" | "room" | "backups")
  | ("tariffs" | "rates" | "source-settings" | "processes")
  | ("feeds" | "outputs" | "deliveries" | "jobs")
  | ("last-record" | "suspense" | "unpriced" | "kept-sums");

/**
 * `unknown`: it could not be looked at; `warning`: it works, but not as it should, or not for long;
 * `fault`: something does not work. From the best to the worst.
 */
export const LEVELS = ["ok", "unknown", "warning", "fault"] as const;
export type Level = (typeof LEVELS)[number];

export interface Finding {
  check: DoctorCheck;
  level: Level;
  /** What it is about, where there are several: a feed, a file, a tenant. */
  subject: string | null;
  message: string;
  /** What to do about it; null: nothing is to be done. */
  remedy: string | null;
}

interface About {
  subject?: string | undefined;
  message: string;
}

export function ok(check: DoctorCheck, message: string, subject?: string): Finding {
  return { check, level: "ok", subject: subject ?? null, message, remedy: null };
}

export function notWell(
  level: Exclude<Level, "ok">,
  check: DoctorCheck,
  { subject, message, remedy }: About & { remedy: string },
): Finding {
  return { check, level, subject: subject ?? null, message, remedy };
}

/** The worst level among them; `ok` of none. */
export function worstOf(findings: readonly Pick<Finding, "level">[]): Level {
  let worst = 0;
  for (const { level } of findings) worst = Math.max(worst, LEVELS.indexOf(level));
  return LEVELS[worst] ?? "ok";
}

/** In the order of the checks; those of one check as they came. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (left, right) => DOCTOR_CHECKS.indexOf(left.check) - DOCTOR_CHECKS.indexOf(right.check),
  );
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** `3 days`, `5 hours`, `12 minutes`: whole ones, never 0 of a larger unit. */
export function spanText(ms: number): string {
  const [count, unit] =
    ms >= 2 * DAY_MS
      ? [Math.floor(ms / DAY_MS), "day"]
      : ms >= 2 * HOUR_MS
        ? [Math.floor(ms / HOUR_MS), "hour"]
        : [Math.max(0, Math.floor(ms / 60_000)), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const GIGA = 1e9;
const MEGA = 1e6;

/** Decimal units, as disks are sold: `1.5 GB`, `20 MB`. */
export function sizeText(bytes: number): string {
  if (bytes >= GIGA) return `${(bytes / GIGA).toFixed(1)} GB`;
  return `${bytes < 10 * MEGA ? (bytes / MEGA).toFixed(1) : Math.round(bytes / MEGA)} MB`;
}
