// A service with credentials and a tariff root of its own, asked over real HTTP as CGRateS's clients ask.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const ROLES = {
  reader: ["read", "*"],
  admin: ["admin", "*"],
  sender: ["ingest", "*"],
  other: ["admin", "other.example"],
} as const;
export type As = keyof typeof ROLES;

export interface ApiService extends TestService {
  /** The tariff root. */
  root: string;
  /** Path of a folder under it. */
  folder(name: string, files: Record<string, string>): string;
  /** The result of a method, or the text of its error. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
  call(method: string, param: object, as?: As): Promise<any>;
  /** As our own JSON-RPC asks with it. */
  bearer(as: As): Record<string, string>;
}

export async function startApiService(
  options: Parameters<typeof startTestService>[0] = {},
  more: Record<string, unknown> = {},
): Promise<ApiService> {
  const root = mkdtempSync(join(tmpdir(), "cdrate-api-"));
  const tokens = Object.fromEntries(
    Object.keys(ROLES).map((name) => [name, randomBytes(32).toString("hex")]),
  ) as Record<As, string>;
  const credentials = Object.entries(ROLES).map(([name, [role, tenant]]) => ({
    name,
    tokenSha256: createHash("sha256")
      .update(tokens[name as As])
      .digest("hex"),
    roles: [role],
    tenants: [tenant],
  }));
  const service = await startTestService({
    demo: false,
    ...options,
    settings: { tariffs: root, credentials, ...more },
  });
  const bearer = (as: As) => ({ authorization: `Bearer ${tokens[as]}` });
  return {
    ...service,
    root,
    bearer,
    folder(name, files) {
      const path = join(root, name);
      mkdirSync(path, { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
      return path;
    },
    async call(method, param, as = "admin") {
      const body = JSON.stringify({ method, params: [param], id: 1 });
      const { body: answer } = await service.post("/jsonrpc", body, bearer(as));
      return answer.error ?? answer.result;
    },
    async stop() {
      await service.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
