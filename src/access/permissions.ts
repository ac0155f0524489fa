// What a caller may do, by name. A role is a set of permissions; `admin` has all of them.
import { engineError } from "../errors.ts";

export const ROLES = ["ingest", "read", "rate", "admin", "customer"] as const;
export type Role = (typeof ROLES)[number];

/** Each permission with the role that has it besides `admin`. */
const ROLE_OF = {
  "cdr.write": "ingest",
  "dialect.sniff": "ingest",
  "import.write": "ingest",
  "dialect.write": "ingest",
  "upload.write": "ingest",
  "suspense.retry": "ingest",
  "account.read": "read",
  "audit.run": "read",
  "cdr.read": "read",
  "batch.read": "read",
  "dialect.read": "read",
  "import.read": "read",
  "job.read": "read",
  "master.read": "read",
  "feed.read": "read",
  "output.read": "read",
  "metrics.read": "read",
  "number.read": "read",
  "rating.price": "read",
  "rerate.read": "read",
  "schedule.read": "read",
  "suspense.read": "read",
  "system.read": "read",
  "tariff.read": "read",
  "account.write": "rate",
  "cdr.correct": "rate",
  "batch.rollback": "rate",
  "job.cancel": "rate",
  "master.write": "rate",
  "period.close": "rate",
  "rerate.plan": "rate",
  "rerate.apply": "rate",
  "schedule.write": "rate",
  "suspense.discard": "rate",
  "suspense.replace": "rate",
  "tariff.check": "rate",
  "tariff.compare": "rate",
  "tariff.backtest": "rate",
  "log.read": "admin",
  "token.read": "admin",
  "token.write": "admin",
  "user.read": "admin",
  "user.write": "admin",
  "feed.control": "admin",
  "output.control": "admin",
  "mail.test": "admin",
  "system.diagnose": "admin",
  "retention.plan": "admin",
  "retention.apply": "admin",
  "privacy.disclose": "admin",
  "privacy.plan": "admin",
  "privacy.apply": "admin",
  "rollup.rebuild": "admin",
  "tariff.load": "admin",
  "tariff.activate": "admin",
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof ROLE_OF;

export const PERMISSIONS = Object.keys(ROLE_OF) as Permission[];

/** Reads of one's own things; the scope of a customer shows the sell side of its accounts alone. */
const OF_CUSTOMERS: readonly Permission[] = [
  "account.read",
  "cdr.read",
  "number.read",
  "rating.price",
  "system.read",
];

/** The role to ask for: the one that has the permission and the least beside it. */
export function roleFor(permission: Permission): Role {
  return ROLE_OF[permission];
}

export function permissionsOf(role: Role): readonly Permission[] {
  if (role === "customer") return OF_CUSTOMERS;
  return PERMISSIONS.filter((permission) => role === "admin" || ROLE_OF[permission] === role);
}

/** @throws EngineError `forbidden` that names the role */
export function requirePermission(
  caller: { name: string; roles: readonly Role[] },
  permission: Permission,
): void {
  const role = roleFor(permission);
  const { name, roles } = caller;
  if (roles.includes(role) || roles.includes("admin")) return;
  if (roles.includes("customer") && OF_CUSTOMERS.includes(permission)) return;
  throw engineError("forbidden", `"${name}" lacks the role ${role}.`);
}
