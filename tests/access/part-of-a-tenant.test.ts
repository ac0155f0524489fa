// Goal: who is for single accounts, or may not see the buy side, is told nothing else, by any method
// and any question. Method: a tenant whose secrets have names that no answer may hold, on every
// store; a credential with every role, so that the scope alone hides them.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { permissionsOf } from "../../src/access/permissions.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { STORES } from "../engine/rerate/test-engine.ts";
import { PART_ROWS, type PartThings } from "./part-rows.ts";
import { EXPORTS, SCHEDULES } from "./scoped-service.ts";

const TENANT = "own.example";
/** A carrier, its gateway and trunk, buy prices, another account, a note: nowhere in an answer. */
const SECRETS = /secret|0\.0777|0\.155|0\.033|other-account|costly note/i;
/** Members that tell of the buy side; null says nothing. */
const BUY_MEMBERS = /"(buy|margin|carrier|gateway|supplier|cheapest|routing|runs|job)":(?!null)/;

const tariffOf = (tenant: string) => ({
  "tariff.yaml": `tenant: ${tenant}
currency: EUR
retailPlans: { standard: { deck: retail.csv } }
carrierPlans:
  secretPlan: { carrier: SecretCarrier, gateway: gw.secret.example, deck: secret.csv }
  secretOther: { carrier: SecretOther, deck: other.csv }
voipPlans: { gold: { retail: [standard], carriers: [secretPlan, secretOther] } }
accounts: accounts.csv
`,
  "retail.csv": "prefix,rate,destination\n34,0.11,Spain\n",
  // 99 has no retail price: only the buy side knows its destination.
  "secret.csv": "prefix,rate,destination\n34,0.0777,SecretSpain\n99,0.0777,SecretNowhere\n",
  "other.csv": "prefix,rate\n34,0.0888\n",
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
});

const ALL_ROLES = ["ingest", "read", "rate", "admin"];
const CREDENTIALS = {
  all: { roles: ALL_ROLES, tenants: ["*"] },
  part: { roles: ALL_ROLES, tenants: [TENANT], accounts: ["mine"], seesBuy: false },
  account: { roles: ALL_ROLES, tenants: [TENANT], accounts: ["mine"] },
  blind: { roles: ALL_ROLES, tenants: [TENANT], seesBuy: false },
  customer: { roles: ["customer"], tenants: [TENANT], accounts: ["mine"] },
  pairs: {
    roles: ["read"],
    tenants: ["*"],
    accounts: [
      { tenant: TENANT, account: "mine" },
      { tenant: "second.example", account: "other-account" },
    ],
  },
} as const;
type Who = keyof typeof CREDENTIALS;

const by = (who: Who) => ({ authorization: `Bearer ${who}` });

/** CDR `originId` → its fields beside those of every call. */
const CALLS = {
  own: { account: "mine" },
  named: { account: "mine", supplier: "SecretCarrier" },
  cheap: { account: "mine", usage: 120, extraTrunk: "SecretTrunk" },
  unsold: { account: "mine", destination: "9912345678" },
  unanswered: { account: "mine", usage: 0, supplier: "SecretCarrier" },
  moved: { account: "other-account" },
  voided: { account: "mine" },
  theirs: { account: "other-account" },
  second: { tenant: "second.example", account: "other-account" },
  secondMine: { tenant: "second.example", account: "mine" },
};

it("every method says what it answers to who sees a part of a tenant", () => {
  expect(Object.keys(PART_ROWS).sort()).toEqual(METHODS.map(({ name }) => name).sort());
});

describe.each(STORES)("a part of a tenant on $name", ({ url }) => {
  let service: TestService;
  let things: PartThings;
  const ids = {} as Record<keyof typeof CALLS, string>;

  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
  async function ask(who: Who, method: string, params: unknown = {}): Promise<any> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json", ...by(who) };
    return (await service.post("/jsonrpc", body, headers)).body;
  }
  const done = async (method: string, params: unknown) => {
    const { result, error } = await ask("all", method, params);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  /** The answer of a caller, which holds no secret. */
  const seen = async (who: Who, method: string, params: unknown = {}) => {
    const answer = await ask(who, method, params);
    const text = JSON.stringify(answer);
    expect(text).not.toMatch(SECRETS);
    expect(text).not.toMatch(BUY_MEMBERS);
    return answer;
  };

  beforeAll(async () => {
    const credentials = Object.entries(CREDENTIALS).map(([name, grant]) => ({
      name,
      tokenSha256: createHash("sha256").update(name).digest("hex"),
      ...grant,
    }));
    service = await startTestService({
      store: url(),
      settings: { schedules: SCHEDULES, exports: EXPORTS, credentials },
      demo: false,
    });
    let version = "";
    for (const tenant of ["second.example", TENANT]) {
      ({ version } = await done("tariff.load", { files: tariffOf(tenant) }));
      await done("tariff.activate", { version, at: "2020-01-01T00:00:00Z" });
    }
    for (const [originId, fields] of Object.entries(CALLS)) {
      const cdr = {
        tenant: TENANT,
        destination: "34650123456",
        answerTime: "2026-03-02T09:00:00Z",
        usage: 60,
        originId,
        ...fields,
      };
      ids[originId as keyof typeof CALLS] = (await done("cdr.process", { cdr })).id;
    }
    await done("cdr.correct", {
      id: ids.moved,
      fields: { account: "mine" },
      reason: "costly note",
    });
    await done("cdr.void", { id: ids.voided, reason: "costly note" });
    await done("cdr.correct", { id: ids.cheap, fields: { usage: "121s" }, reason: "costly note" });
    for (const account of ["mine", "other-account"]) {
      const from = "2026-01-01T00:00:00Z";
      await done("account.set", { tenant: TENANT, account, voipPlan: "gold", from });
    }
    const bad = { tenant: TENANT, account: "mine", usage: -1, originId: "bad", carrier: "Secret" };
    const { suspenseId: suspense } = await done("cdr.process", { cdr: bad });
    const { job } = await done("rerate.plan", {});
    await service.service.engine.rerates.settled(job);
    const period = { from: "2026-03-02T00:00:00Z", to: "2026-03-02T10:00:00Z" };
    const closing = await done("period.close", { tenant: TENANT, account: "mine", period });
    await service.service.engine.periods.settled(closing.job);
    const closed = "1";
    things = { own: ids.own, theirs: ids.theirs, suspense, job, closed, version };
  });
  afterAll(() => service.stop());

  it.each(Object.entries(PART_ROWS))("%s", async (method, { params, answer }) => {
    const asked = params(things);
    const { result, error } = await seen("part", method, asked);
    if (answer === "own") expect([method, error]).toEqual([method, undefined]);
    else expect(error.data.code).toBe(answer === "absent" ? "not-found" : "forbidden");
    if (answer === "own") expect(result).toBeDefined();
  });

  it("the secrets are there for who sees everything", async () => {
    expect(JSON.stringify(await ask("all", "cdr.find"))).toMatch(/SecretCarrier.*0\.0777/);
    const { result } = await ask("all", "cdr.get", { id: ids.moved });
    expect(result.history).toHaveLength(1);
    expect((await ask("all", "cdr.count")).result.count).toBe(9);
  });

  it("an account sees its own CDRs, whatever the filter says, and the buy side where it may", async () => {
    const own = ["own", "named", "cheap", "unsold", "unanswered", "moved"] as const;
    for (const who of ["part", "account", "customer"] as const) {
      for (const filter of [{}, { accounts: ["other-account", "mine"] }, { tenants: [TENANT] }]) {
        const { cdrs } = (await ask(who, "cdr.find", { filter })).result;
        const found = cdrs.map((cdr: { id: string }) => cdr.id).sort();
        expect(found).toEqual(own.map((name) => ids[name]).sort());
        expect((await ask(who, "cdr.count", { filter })).result.count).toBe(own.length);
      }
      const foreign = { accounts: ["other-account"] };
      expect((await ask(who, "cdr.count", { filter: foreign })).result.count).toBe(0);
    }
    const { cdrs } = (await ask("account", "cdr.find", { filter: { ids: [ids.named] } })).result;
    expect(cdrs[0].rating.buy.carrier).toBe("SecretCarrier");
    expect(cdrs[0].rating.margin.amount).toBeTypeOf("string");
  });

  it("an account's pairs are no product of tenants and names", async () => {
    const { cdrs } = (await ask("pairs", "cdr.find")).result;
    const owners = cdrs.map((cdr: { tenant: string; primary: { account: string } }) =>
      [cdr.tenant, cdr.primary.account].join(" "),
    );
    expect([...new Set(owners)].sort()).toEqual([`${TENANT} mine`, "second.example other-account"]);
    const rows = (await ask("pairs", "cdr.summarize", { groupBy: ["tenant", "account"] })).result
      .rows;
    expect(rows.map((row: { account: string }) => row.account)).toEqual(["mine", "other-account"]);
    expect((await ask("pairs", "account.find")).result.assignments).toHaveLength(1);
  });

  it("a CDR of another account is answered as one that nobody has", async () => {
    const nobody = "0".repeat(40);
    for (const method of ["cdr.get", "cdr.explain"]) {
      const there = await ask("part", method, { id: ids.theirs });
      const none = await ask("part", method, { id: nobody });
      expect(JSON.stringify(there).replaceAll(ids.theirs, nobody)).toBe(JSON.stringify(none));
      expect(none.error.data.code).toBe("not-found");
    }
  });

  it("of a CDR that was another account's only what came after is seen", async () => {
    for (const who of ["part", "account"] as const) {
      const { result } = await ask(who, "cdr.get", { id: ids.moved });
      expect(result.primary.account).toBe("mine");
      expect(result.history).toEqual([]);
      const { error } = await ask(who, "cdr.explain", { id: ids.moved, revision: 1 });
      expect(error.data).toMatchObject({ code: "not-found", path: "revision" });
      expect((await ask(who, "cdr.explain", { id: ids.moved, revision: 2 })).result.matches).toBe(
        true,
      );
    }
    const { history } = (await seen("part", "cdr.get", { id: ids.cheap })).result;
    expect(history).toHaveLength(1);
    expect(history[0].rating.sell.amount).toBe("0.2200");
  });

  it("outcome and reason are those of the sell side", async () => {
    const ratingOf = async (name: keyof typeof CALLS) =>
      (await seen("part", "cdr.get", { id: ids[name] })).result.rating;
    expect((await ask("all", "cdr.get", { id: ids.unsold })).result.rating.outcome).toBe("partial");
    expect(await ratingOf("unsold")).toMatchObject({ outcome: "unrated", reason: "no-rate" });
    expect(await ratingOf("own")).toMatchObject({ outcome: "rated", sell: { amount: "0.1100" } });
    expect(await ratingOf("unanswered")).toMatchObject({ outcome: "rated", reason: "unanswered" });
    expect(await ratingOf("voided")).toMatchObject({ outcome: "voided", sell: null });
    const trace = (await seen("part", "cdr.explain", { id: ids.own })).result.trace;
    expect(trace.steps.map(({ step }: { step: string }) => step)).toContain("sell-amount");
    expect(trace.basis.sell.amount).toBe("0.1100");
  });

  it("sums are those of the CDRs that are seen", async () => {
    const { rows } = (await seen("part", "cdr.summarize", { groupBy: ["destination"] })).result;
    expect(rows).toMatchObject([
      { destination: null, calls: 1, buy: null, margin: null, marginCalls: 0, buyOnly: 0 },
      { destination: "Spain", calls: 5, sell: "0.5518", sellOnly: 5, buyBilledSeconds: 0 },
    ]);
  });

  /** What is asked, and the same with a name that nobody knows. */
  const hidden: [method: string, params: (name: string) => object, names: string[]][] = [
    [
      "cdr.find",
      (name) => ({ filter: { [name]: ["x"] } }),
      ["carriers", "trunks", "buy", "margin", "extra"],
    ],
    ["cdr.count", (name) => ({ filter: { not: { [name]: 5 } } }), ["carriers", "buy", "extra"]],
    ["cdr.changes", (name) => ({ filter: { [name]: { max: "0" }, accounts: 7 } }), ["margin"]],
    ["cdr.summarize", (name) => ({ groupBy: ["day", name] }), ["carrier", "gateway", "trunk"]],
    ["cdr.summarize", (name) => ({ groupBy: [name] }), ["extra.extraTrunk"]],
    ["cdr.export", (name) => ({ columns: ["id", name] }), ["buyAmount", "supplier", "carrier"]],
    ["cdr.export", (name) => ({ columns: [name] }), ["extra.extraTrunk", "extra", "trunk"]],
    ["cdr.export", (name) => ({ filter: { [name]: ["x"] } }), ["carriers"]],
    [
      "cdr.search",
      (name) => ({
        ...{ texts: ["650"], from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" },
        filter: { [name]: ["x"] },
      }),
      ["carriers"],
    ],
    ["report.countries", (name) => ({ sort: { by: name } }), ["buy", "margin", "buyOnly"]],
    ["report.traffic", (name) => ({ by: "day", filter: { [name]: [] } }), ["carriers"]],
    ["report.statement", (name) => ({ [name]: "x", period: "2026-03" }), ["carrier"]],
    ["period.list", (name) => ({ [name]: "x" }), ["carrier"]],
    ["rating.price", (name) => ({ [name]: "x", usage: 1 }), ["carrier"]],
    [
      "report.concurrent",
      (name) => ({ from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z", by: name }),
      ["carrier"],
    ],
  ];
  it.each(hidden)("%s knows no name of the buy side", async (method, params, names) => {
    for (const who of ["part", "blind", "customer"] as const) {
      const unknown = JSON.stringify(await seen(who, method, params("nonsense")));
      expect(unknown).toContain("invalid-params");
      for (const name of names) {
        const answer = JSON.stringify(await seen(who, method, params(name)));
        expect(answer.replaceAll(name, "nonsense")).toBe(unknown);
      }
    }
  });

  /** Members that only a customer does not have. */
  const ofStaff: typeof hidden = [
    [
      "cdr.find",
      (name) => ({ filter: { [name]: ["x"] } }),
      ["sources", "batchIds", "queues", "agents", "subjects", "categories", "tariffVersions"],
    ],
    ["cdr.count", (name) => ({ filter: { not: { [name]: [] } } }), ["warnings", "directions"]],
    ["cdr.summarize", (name) => ({ groupBy: [name] }), ["source", "queue", "agent", "category"]],
    ["cdr.export", (name) => ({ columns: [name] }), ["source", "originId", "queue", "batchId"]],
    ["call.list", (name) => ({ [name]: ["x"] }), ["sources", "directions"]],
    ["number.normalize", (name) => ({ number: "1", [name]: "ES" }), ["ruleSet"]],
  ];
  it.each(ofStaff)("%s knows no member that a customer has not", async (method, params, names) => {
    for (const who of ["part", "customer"] as const) {
      const unknown = JSON.stringify(await seen(who, method, params("nonsense")));
      expect(unknown).toContain("invalid-params");
      for (const name of names) {
        const answer = JSON.stringify(await seen(who, method, params(name)));
        expect(answer.replaceAll(name, "nonsense")).toBe(unknown);
      }
    }
  });

  it("filters and groups by outcome and reason are those of the sell side", async () => {
    const count = async (filter: object) =>
      (await seen("customer", "cdr.count", { filter })).result.count;
    expect(await count({ outcomes: ["rated"] })).toBe(5);
    expect(await count({ outcomes: ["unrated"] })).toBe(1);
    expect(await count({ outcomes: ["partial"] })).toBe(0);
    expect(await count({ not: { outcomes: ["rated"] } })).toBe(1);
    expect(await count({ outcomes: ["voided"] })).toBe(1);
    expect(await count({ reasons: ["no-rate"] })).toBe(1);
    expect(await count({ reasons: ["unanswered"] })).toBe(1);
    const { rows } = (await seen("customer", "cdr.summarize", { groupBy: ["outcome", "reason"] }))
      .result;
    const found = rows.map(({ outcome, reason, calls }: Record<string, unknown>) => [
      ...[outcome, reason, calls],
    ]);
    expect(found).toEqual([
      ["rated", null, 4],
      ["rated", "unanswered", 1],
      ["unrated", "no-rate", 1],
    ]);
    // Who sees both sides asks for those.
    const all = { filter: { outcomes: ["partial"], accounts: ["mine"] } };
    expect((await ask("account", "cdr.count", all)).result.count).toBe(1);
  });

  it("a price is of the own account, without carrier, subject or version of one's choice", async () => {
    const call = { tenant: TENANT, account: "mine", destination: "34650123456", usage: 60 };
    const { result } = await seen("customer", "rating.price", { ...call, trace: true });
    expect(result).toMatchObject({ outcome: "rated", sell: { amount: "0.1100" }, buy: null });
    const paths = [
      [{ account: "other-account" }, "account"],
      [{ tenant: "second.example" }, "tenant"],
      [{ subject: "another" }, "subject"],
    ] as const;
    for (const [more, path] of paths) {
      const { error } = await seen("customer", "rating.price", { ...call, ...more });
      expect(error.data).toMatchObject({ code: "forbidden", path });
    }
    const versioned = { ...call, tariffVersion: things.version };
    expect((await seen("customer", "rating.price", versioned)).error.data.code).toBe("forbidden");
  });

  it("an export has the columns and sums that are seen", async () => {
    const { result } = await seen("part", "cdr.export", {});
    expect(result.columns).toContain("sellAmount");
    const csv = (await service.get(result.link, by("part"))).body;
    const posted = await fetch(`${service.url}/export`, {
      method: "POST",
      body: JSON.stringify({ format: "jsonl" }),
      headers: by("part"),
    });
    for (const text of [csv, await posted.text()]) {
      expect(text).not.toMatch(SECRETS);
      expect(text).not.toMatch(/"(buy|margin)":(?!null)/);
    }
    const [header, ...lines] = csv.split("\r\n");
    expect(header).toMatch(/^id,tenant,receivedAt,tor,account,callerNumber,destination,/);
    expect(header).not.toMatch(/buy|margin|carrier|gateway|supplier|extra|source|origin|queue/);
    expect(lines.filter((line: string) => line.includes("34650123456"))).toHaveLength(5);
    expect(csv).toMatch(/#sums.*sell=0.5518/);
    // Whoever made the link: the caller's own scope counts.
    const whole = (await ask("all", "cdr.export", { columns: ["id", "buyAmount"] })).result.link;
    expect((await service.get(whole, by("part"))).status).toBe(400);
    expect((await service.get(whole, by("all"))).body).toContain("0.0777");
  });

  it("status and metrics have no figures of a part", async () => {
    for (const who of ["part", "blind", "account"] as const) {
      const { result } = await seen(who, "system.status");
      expect(result).toMatchObject({ tariffs: [], unpriced: [], suspense: { open: 0 }, feeds: [] });
      const { body } = await service.get("/metrics", by(who));
      expect(body).not.toMatch(/^cdrate_\w+\{/m);
      expect(body).not.toMatch(SECRETS);
    }
  });

  it("who posts without seeing the buy side is answered the sell side", async () => {
    const call = {
      tenant: TENANT,
      account: "posted",
      usage: 60,
      answerTime: "2026-03-02T09:00:00Z",
    };
    const post = async (originId: string, destination: string) =>
      (await seen("blind", "cdr.process", { cdr: { ...call, originId, destination } })).result;
    expect(await post("blind-1", "34650123456")).toMatchObject({
      outcome: "rated",
      sell: { amount: "0.1100" },
    });
    expect(await post("blind-2", "9912345678")).toMatchObject({
      outcome: "unrated",
      reason: "no-rate",
    });
    expect((await post("blind-1", "34650123456")).outcome).toBe("duplicate");
  });

  it("a file of CDRs is imported by who sees the whole tenant", async () => {
    const line = `${JSON.stringify({ originId: "f1", tenant: TENANT, account: "mine", usage: 60 })}\n`;
    const hash = createHash("sha256").update(line).digest("hex");
    const send = async (method: string, params: unknown) => {
      const { result, error } = await seen("part", method, params);
      expect(error).toBeUndefined();
      return result;
    };
    const { upload } = await send("upload.begin", { hash, bytes: Buffer.byteLength(line) });
    const base64 = Buffer.from(line).toString("base64");
    await send("upload.part", { upload, number: 0, base64 });
    await send("upload.end", { upload });
    const { error } = await seen("part", "import.start", { upload, format: "jsonl" });
    expect(error?.data.code).toBe("forbidden");
    expect((await done("import.list", {})).imports).toEqual([]);
  });

  it("a customer may read its own things and nothing else", async () => {
    const own = permissionsOf("customer");
    for (const { name, permission } of METHODS) {
      const { error } = await seen("customer", name, PART_ROWS[name]?.params(things));
      const answers = { own: undefined, absent: "not-found", forbidden: "forbidden" };
      const told = answers[PART_ROWS[name]?.answer ?? "forbidden"];
      expect([name, error?.data.code]).toEqual([
        name,
        own.includes(permission) ? told : "forbidden",
      ]);
    }
  });
});
