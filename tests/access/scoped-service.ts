// A service with one credential for each role and tenant, and what is asked with them.
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "../../src/access/permissions.ts";
import { exportSettings } from "../../src/outputs/exports/settings.ts";
import { scheduleSettings } from "../../src/outputs/targets/settings.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

export const ROLES: readonly Role[] = ["ingest", "read", "rate", "admin"];

/** What the callers are for, and what must never be named to them. */
export const OWN = "own.example";
export const OTHER = "hidden-tenant.example";

/** A folder that is not there: the first try is the last. */
export const SCHEDULES = scheduleSettings.parse({
  folders: [{ name: "reports", path: "/nowhere", tenants: [OWN, OTHER, "second.example"] }],
  tries: 1,
});

export const EXPORTS = exportSettings.parse({ path: join(tmpdir(), "cdrate-exports-of-tests") });

export interface ScopedService {
  service: TestService;
  headers(role: Role | "all", tenant?: string): Record<string, string>;
  /** The whole answer of a call. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
  ask(by: Record<string, string>, method: string, params?: unknown): Promise<any>;
  stop(): Promise<void>;
}

export async function startScopedService(
  options: { store?: string; settings?: Record<string, unknown> } = {},
): Promise<ScopedService> {
  const tokenSha256 = (token: string) => createHash("sha256").update(token).digest("hex");
  const scoped = [OWN, OTHER].flatMap((tenant) =>
    ROLES.map((role) => ({
      name: `${role}-${tenant === OWN ? "own" : "else"}`,
      tokenSha256: tokenSha256(`${role} ${tenant}`.replace(" ", "-")),
      roles: [role],
      tenants: [tenant],
    })),
  );
  const everything = { roles: [...ROLES], tenants: ["*"] };
  const both = { roles: [...ROLES], tenants: [OWN, "second.example"] };
  const credentials = [
    ...scoped,
    { name: "all", tokenSha256: tokenSha256("all"), ...everything },
    { name: "both", tokenSha256: tokenSha256("both"), ...both },
  ];
  const service = await startTestService({
    ...(options.store === undefined ? {} : { store: options.store }),
    settings: { schedules: SCHEDULES, exports: EXPORTS, ...options.settings, credentials },
    demo: false,
  });
  return {
    service,
    headers: (role, tenant = OWN) => ({
      authorization: `Bearer ${role === "all" ? "all" : `${role}-${tenant}`}`,
    }),
    async ask(by, method, params = {}) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const headers = { "content-type": "application/json", ...by };
      return (await service.post("/jsonrpc", body, headers)).body;
    },
    stop: () => service.stop(),
  };
}

/** A native tariff of one tenant; `fault` breaks its deck. */
export function tariffOf(tenant: string, fault = ""): Record<string, string> {
  return {
    "tariff.yaml": `tenant: ${tenant}\ncurrency: EUR\nretailPlans: { standard: { deck: retail.csv } }\ncarrierPlans: { alpha: { carrier: alpha, deck: carrier.csv } }\nvoipPlans: { gold: { retail: [standard] } }\naccounts: accounts.csv\n`,
    "retail.csv": `prefix,rate\n34,0.10\n${fault}`,
    "carrier.csv": "prefix,rate\n34,0.05\n",
    "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
  };
}
