// Goal: clients of CDR-Stats find its rate answers here, of their own plan alone. Method: the tables of its
// reference are moved, loaded and asked for over HTTP; a customer, a stranger, hostile names of fields.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { moveCdrStats } from "../../src/tariffs/cdr-stats/folder.ts";
import type { CdrStatsTables } from "../../src/tariffs/cdr-stats/tables.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { STORES } from "../engine/rerate/test-engine.ts";
import { REFERENCE, referenceTables, row } from "../tariffs/cdr-stats/reference-tables.ts";

const TENANT = "own.example";
const sha = (token: string) => createHash("sha256").update(token).digest("hex");
const customer = (account: string) => ({
  name: account,
  tokenSha256: sha(account),
  roles: ["customer"],
  tenants: [TENANT],
  accounts: [account],
});
const CREDENTIALS = [
  { name: "all", tokenSha256: sha("all"), roles: ["read", "admin"], tenants: ["*"] },
  ...[customer("multi"), customer("banned"), customer("nobody")],
];

const TABLES: CdrStatsTables = REFERENCE === null ? {} : referenceTables(REFERENCE);
const BANNED: CdrStatsTables = {
  banplan: [row({ id: 1, name: "uk" })],
  ban_prefix: [row({ ban_plan_id: 1, prefix_id: 44 })],
  voipplan_banplan: [row({ voipplan_id: 3, banplan_id: 1 })],
};
const tables: CdrStatsTables = {
  ...TABLES,
  ...BANNED,
  voip_plan: [...(TABLES.voip_plan ?? []), row({ id: 3, name: "with ban" })],
  voipplan_voipretailplan: [
    ...(TABLES.voipplan_voipretailplan ?? []),
    row({ voipplan_id: 3, voipretailplan_id: 2 }),
  ],
  user_accountcode: [
    row({ user_id: 5, accountcode: "multi" }),
    row({ user_id: 6, accountcode: "banned" }),
  ],
  user_profile: [row({ user_id: 5, voipplan_id: 2 }), row({ user_id: 6, voipplan_id: 3 })],
};

describe.skipIf(REFERENCE === null).each(STORES)("$name", ({ url }) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      store: url(),
      settings: { credentials: CREDENTIALS },
      demo: false,
    });
    const choices = { tenant: TENANT, currency: "EUR", timeZone: "UTC", added: [] };
    const { tariffs } = service.service.engine;
    const { files } = moveCdrStats(tables, choices);
    await tariffs.activate((await tariffs.load({ files })).version);
  });
  afterAll(() => service.stop());

  async function ask(query: Record<string, string>, token: string | null = "multi") {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const text = new URLSearchParams(query).toString();
    const answer = await fetch(`${service.url}/rest-api/voip-rate/?${text}`, { headers });
    // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
    return { status: answer.status, body: (await answer.json()) as any };
  }

  it("every answer of the reference", async () => {
    for (const one of REFERENCE?.voip_rate_api ?? []) {
      const who =
        one.ban !== undefined
          ? "banned"
          : one.plan === undefined && "user" in one
            ? "nobody"
            : "multi";
      const { status, body } = await ask(one.query, who);
      expect(status).toBe(200);
      if (one.expected_any_order !== undefined) {
        const seen = body.map(
          ({ prefix__destination: _name, ...rest }: object & { prefix__destination: unknown }) =>
            rest,
        );
        expect(seen).toHaveLength(one.expected_any_order.length);
        expect(seen).toEqual(expect.arrayContaining(one.expected_any_order));
      } else if (typeof one.expected === "string") {
        // It fails there: a number without digits.
        expect(body).toEqual({ error: "Wrong value for recipient_phone_no !" });
      } else expect(body).toEqual(one.expected);
    }
  });

  it("sorts by the names of a list alone", async () => {
    const prefixes = async (query: Record<string, string>) =>
      (await ask(query)).body.map(({ prefix }: { prefix: number }) => prefix);
    expect(await prefixes({ dialcode: "4", sort_field: "retail_rate", sort_order: "asc" })).toEqual(
      [44, 49, 447],
    );
    // 49 and 447 have no name there.
    expect(await prefixes({ dialcode: "4", sort_field: "destination" })).toEqual([44, 49, 447]);
    for (const sort_field of ["prefix; DROP TABLE x", "constructor", "rate"]) {
      expect((await ask({ dialcode: "4", sort_field })).body).toEqual({
        error: "Wrong value for sort_field !",
      });
    }
    const wrong = { dialcode: "4", sort_field: "prefix", sort_order: "asc, 1" };
    expect((await ask(wrong)).body).toEqual({ error: "Wrong value for sort_order !" });
  });

  it("a customer is answered its own plan, and nobody without credentials", async () => {
    expect((await ask({ dialcode: "44" }, null)).status).toBe(401);
    expect((await ask({ dialcode: "44", account: "banned", tenant: TENANT })).status).toBe(403);
    expect((await ask({ dialcode: "44" }, "banned")).body).toEqual([]);
    const asAll = { dialcode: "44", account: "multi", tenant: TENANT };
    expect((await ask(asAll, "all")).body).toHaveLength(2);
    expect((await ask({ dialcode: "44" }, "all")).body).toEqual({
      error: "User is not attached with voip plan",
    });
  });
});
