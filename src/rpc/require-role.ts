// What a caller may do, the same for JSON-RPC calls and for the other routes.
import type { Role } from "../config/config.ts";
import { engineError } from "../errors.ts";
import type { Caller } from "./method.ts";

/** `admin` may do everything. @throws EngineError `forbidden` that names the role */
export function requireRole(caller: Pick<Caller, "name" | "roles">, role: Role): void {
  if (caller.roles.includes(role) || caller.roles.includes("admin")) return;
  throw engineError("forbidden", `"${caller.name}" lacks the role ${role}.`);
}
