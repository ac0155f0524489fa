// Goal: no byte that a customer receives tells of a carrier, the buy side or anybody else. Method: a
// seeded month with a mark in every field that a feed can fill and a customer does not see; a session
// and a token call every method and route, well and badly; everything that comes back is searched,
// what it carries as base64 too.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { METHODS } from "../../src/rpc/methods.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { STORES } from "../engine/rerate/test-engine.ts";
import { ACCOUNT, fillMonth, MARK, type Month, TENANT } from "./marked-month.ts";
import { PART_ROWS } from "./part-rows.ts";
import { allRoutes } from "./routes.ts";
import { SCHEDULES } from "./scoped-service.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const CUSTOMER = { roles: ["customer"], tenants: [TENANT], accounts: [ACCOUNT] };
const CREDENTIALS = [
  { name: "all", roles: ["ingest", "read", "rate", "admin"], tenants: ["*"] },
  { name: "customer", ...CUSTOMER },
  // Every role, and a customer by what it sees.
  {
    name: "part",
    roles: ["ingest", "read", "rate", "admin"],
    tenants: [TENANT],
    accounts: [ACCOUNT],
    seesBuy: false,
  },
].map((one) => ({ ...one, tokenSha256: sha256(one.name) }));
const JSON_TYPE = { "content-type": "application/json" };

const FILTER_NAMES = [
  "carriers",
  "trunks",
  "buy",
  "margin",
  "extra",
  "sources",
  "queues",
  "subjects",
];
const KEYS = ["carrier", "gateway", "trunk", "source", "queue", "agent", "category", "extra.node"];

/** Params of a method that a client might send, right ones and wrong ones; some of them for a store
 * that answers slowly here. */
function variants(method: string, month: Month, isBrief: boolean): unknown[] {
  const declared = METHODS.find(({ name }) => name === method);
  const members = Object.keys(declared?.params.shape ?? {});
  const good = PART_ROWS[method]?.params(month.things) ?? {};
  const whole = { from: "2026-02-01T00:00:00Z", to: "2026-03-02T00:00:00Z" };
  const asked: unknown[] = [good, {}, [], { nonsense: MARK }];
  for (const member of members) {
    for (const value of isBrief ? [[MARK]] : [{}, "x", [MARK]])
      asked.push({ ...good, [member]: value });
  }
  if (members.includes("id")) {
    for (const id of month.ids.slice(isBrief ? 4 : 0))
      asked.push({ id }, { id, revision: 1 }, { id, tenant: TENANT });
    asked.push({ id: month.things.own, asOf: "2026-02-20T00:00:00Z" });
  }
  if (members.includes("filter")) {
    for (const name of FILTER_NAMES) {
      for (const value of isBrief ? [["x"]] : [["x"], { min: "0" }]) {
        asked.push(
          { ...good, filter: { [name]: value } },
          { ...good, filter: { not: { [name]: value } } },
        );
      }
    }
    asked.push({ ...good, filter: { callTime: whole, outcomes: ["partial", "unrated"] } });
    asked.push({ ...good, filter: { accounts: ["other-account"], reasons: ["no-carrier"] } });
  }
  if (members.includes("groupBy")) {
    for (const key of KEYS) asked.push({ groupBy: [key] });
    asked.push({ groupBy: ["account", "reason", "outcome", "destination", "plan", "prefix"] });
  }
  if (members.includes("columns")) {
    for (const name of ["buyAmount", "supplier", "extra", "extra.node"])
      asked.push({ columns: [name] });
  }
  if (members.includes("sort")) {
    for (const by of ["buy", "margin", "sell"]) asked.push({ ...good, sort: { by } });
  }
  if (members.includes("limit")) asked.push({ ...good, limit: 1000 }, { ...good, limit: 3 });
  return asked;
}

interface Received {
  by: string;
  what: string;
  /** What was sent: errors name it. */
  sent: string;
  text: string;
}

/** What a text carries as base64: cursors and links do. */
function withDecoded(text: string): string {
  const carried = text.match(/[A-Za-z0-9_\-+/]{16,}/g) ?? [];
  const decoded = carried.map((one) => Buffer.from(one, "base64url").toString("latin1"));
  return `${text}\n${decoded.join("\n")}`;
}

describe.each(STORES)("what a customer receives on $name", ({ name, url }) => {
  let service: TestService;
  let month: Month;
  let cookie: string;
  const received: Received[] = [];

  async function take(
    by: string,
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> },
  ): Promise<string> {
    const own = by === "session" ? { cookie } : { authorization: `Bearer ${by}` };
    const headers = { "x-requested-with": "test", ...init.headers, ...own };
    const answer = await fetch(service.url + path, { ...init, headers });
    const text = `${[...answer.headers].join("\n")}\n${await answer.text()}`;
    const sent = `${init.method ?? "GET"} ${path} ${init.body ?? ""}`;
    received.push({ by, what: sent.slice(0, 300), sent, text });
    return text;
  }

  /** Each variant in a call of its own batch, and the page behind each cursor and link. */
  async function call(by: string, method: string, asked: readonly unknown[]): Promise<void> {
    for (let from = 0; from < asked.length; from += 50) {
      const batch = asked
        .slice(from, from + 50)
        .map((params, id) => ({ jsonrpc: "2.0", id, method, params }));
      const body = JSON.stringify(batch);
      const text = await take(by, "/jsonrpc", { method: "POST", body, headers: JSON_TYPE });
      const link = /"link":"([^"]+)"/.exec(text)?.[1];
      if (link !== undefined) await take(by, link, {});
    }
  }

  beforeAll(async () => {
    service = await startTestService({
      store: url(),
      settings: { schedules: SCHEDULES, credentials: CREDENTIALS },
      demo: false,
    });
    month = await fillMonth(service, { authorization: "Bearer all" }, name === "sqlite" ? 180 : 48);
    const user = { name: "portal", ...CUSTOMER, password: "long enough" };
    await service.rpc("user.set", user, { authorization: "Bearer all" });
    const body = JSON.stringify({ name: "portal", password: "long enough" });
    const { headers } = await service.post("/session", body, JSON_TYPE);
    cookie = (headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  });
  afterAll(() => service.stop());

  /** Where a secret stands in what was received. */
  function findings(): string[] {
    return received.flatMap(({ by, what, sent, text }) => {
      const whole = withDecoded(text);
      const asked = new Set(sent.match(month.secrets)?.map((one) => one.toLowerCase()));
      const found = [...whole.matchAll(month.secrets)].filter(
        ([secret]) => !asked.has(secret.toLowerCase()),
      );
      return found.slice(0, 1).map(({ 0: secret, index }) => {
        const near = whole.slice(Math.max(0, index - 120), index + 60);
        return `${by}: ${what}: ${secret} in …${near}…`;
      });
    });
  }

  it("the marks are there for who sees everything", async () => {
    const text = JSON.stringify(
      await service.rpc("cdr.find", { limit: 1000 }, { authorization: "Bearer all" }),
    );
    for (const mark of month.marks) expect(text).toContain(mark);
    expect(month.amounts.length).toBeGreaterThan(10);
  });

  const callers = name === "sqlite" ? ["session", "customer", "part"] : ["session"];
  it.each(callers)(
    "nothing, by any method, to the %s",
    async (by) => {
      const isBrief = by !== "session" || name !== "sqlite";
      for (const { name: method } of METHODS) {
        await call(by, method, variants(method, month, isBrief));
      }
      expect(findings()).toEqual([]);
      const told = received.filter((one) => one.by === by).map(({ text }) => text);
      // It was told of its own.
      expect(told.some((text) => text.includes(month.things.own))).toBe(true);
      received.length = 0;
    },
    60_000,
  );

  it.each(callers.slice(0, 2))(
    "nothing, by any route, to the %s",
    async (by) => {
      const form = { "content-type": "application/x-www-form-urlencoded" };
      for (const { method, path } of allRoutes()) {
        // It ends the session.
        if (path === "/session" && method === "DELETE") continue;
        // No client of Node sends these.
        if (method === "TRACE" || method === "CONNECT") continue;
        if (method === "GET" || method === "HEAD") {
          for (const query of ["", "?request=x", "?dialcode=34", "?limit=200&tenant=x"]) {
            await take(by, path + query, { method });
          }
          continue;
        }
        for (const body of ["", "{", "{}", '{"columns":["supplier"]}', '{"format":"jsonl"}']) {
          await take(by, path, { method, body, headers: JSON_TYPE });
        }
        const body = `accid=x&tenant=${TENANT}&account=${ACCOUNT}&destination=34650123456`;
        await take(by, path, { method, body, headers: form });
      }
      expect(findings()).toEqual([]);
      expect(received.some(({ text }) => text.includes(month.things.own))).toBe(true);
      received.length = 0;
    },
    60_000,
  );
});
