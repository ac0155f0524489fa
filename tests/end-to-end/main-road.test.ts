// Goal: the whole road, the same on every store: a switch posts a CDR, it is rated on both sides,
// stored, found over JSON-RPC and explained. Method: one scenario, real HTTP, a clock that stands.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoUrl } from "../stores/mongo-urls.ts";
import { startTestService, type TestService } from "./test-service.ts";

const mongoUri = await mongoTestUri();

const STORES = [
  { name: "sqlite", url: () => "sqlite::memory:" },
  ...(mongoUri === null ? [] : [{ name: "mongo", url: () => mongoUrl(mongoUri) }]),
];

const DOCUMENTED =
  "accid=dsafdsaf&cdrhost=192.168.1.1&reqtype=rated&direction=*out&tenant=cgrates.org&tor=call" +
  "&account=1001&subject=1001&destination=1002&time_answer=1383813746&duration=10s" +
  "&field_extr1=val_extr1&fieldextr2=valextr2";

describe.each(STORES)("the main road on $name", ({ url }) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ store: url() });
  });
  afterAll(() => service.stop());

  it("splits the documented /cgr example into primary and two extra fields", async () => {
    const posted = await service.post("/cgr", DOCUMENTED);
    expect(posted.status).toBe(200);
    expect(posted.body).toMatchObject({ outcome: "rated" });
    const cdr = await service.rpc("cdr.get", { id: posted.body.id });
    expect(cdr.extra).toEqual({ field_extr1: "val_extr1", fieldextr2: "valextr2" });
    expect(cdr.primary).toEqual({
      originId: "dsafdsaf",
      originHost: "192.168.1.1",
      source: "",
      requestType: "*rated",
      direction: "*out",
      tenant: "cgrates.org",
      category: "call",
      tor: "*voice",
      account: "1001",
      subject: "1001",
      destination: "1002",
      answerTime: "2013-11-07T08:42:26.000Z",
      usage: 10,
    });
  });

  it("takes the same CDR by query, and knows it again", async () => {
    const again = await service.get(`/cgr?${DOCUMENTED}`);
    expect(again.status).toBe(200);
    expect(again.body.outcome).toBe("duplicate");
    const other = await service.get(`/cdr_http?${DOCUMENTED.replace("dsafdsaf", "by-query")}`);
    expect(other.body.outcome).toBe("rated");
    const cdr = await service.rpc("cdr.get", { id: other.body.id });
    expect(Object.keys(cdr.extra)).toEqual(["field_extr1", "fieldextr2"]);
  });

  it("keeps the first of two contents of one id and puts the second aside", async () => {
    const other = await service.post("/cgr", DOCUMENTED.replace("duration=10s", "duration=11s"));
    expect(other.status).toBe(200);
    expect(other.body).toMatchObject({ outcome: "conflict", reason: "content-differs" });
    const record = await service.rpc("suspense.get", { id: other.body.suspenseId });
    expect(record.text).toContain("duration=11s");
    expect(record.cdrId).toBe(other.body.id);
    expect((await service.rpc("cdr.get", { id: other.body.id })).primary.usage).toBe(10);
  });

  it("rates both sides: each carrier by its own longest prefix, then the cheaper call", async () => {
    const posted = await service.post(
      "/cgr",
      "accid=both-sides&account=1001&destination=%2B34650123456&time_answer=2026-03-02T09:00:00Z&duration=95s",
    );
    expect(posted.body.outcome).toBe("rated");
    const { sell, buy } = posted.body;
    const explained = await service.rpc("cdr.explain", { id: posted.body.id });
    expect(explained.matches).toBe(true);
    expect(explained.differences).toEqual([]);
    const routes = await service.rpc("rating.routes", {
      account: "1001",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
      usage: 95,
    });
    const lengthless = {
      account: "1001",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
    };
    const minute = await service.rpc("rating.routes", { ...lengthless, usage: 60 });
    expect(await service.rpc("rating.routes", lengthless)).toEqual(minute);
    await expect(service.rpc("rating.price", lengthless)).rejects.toThrow("usage: is missing");
    expect(routes.routes[0]).toMatchObject({ carrier: buy.carrier, amount: buy.amount });
    const prefixes = routes.routes.map((route: { prefix: string }) => route.prefix);
    expect(new Set(prefixes).size).toBeGreaterThan(1);
    expect(prefixes[0].length).toBeLessThan(Math.max(...prefixes.map((one: string) => one.length)));
    const cdr = await service.rpc("cdr.get", { id: posted.body.id });
    expect(cdr.rating.sell).toEqual(sell);
    expect(Number(cdr.rating.margin.amount)).toBeCloseTo(
      Number(sell.amount) - Number(buy.amount),
      10,
    );
  });

  it("finds, counts and sums what was posted", async () => {
    const filter = {
      accounts: ["1001"],
      answerTime: { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" },
    };
    const { cdrs } = await service.rpc("cdr.find", { filter });
    expect(cdrs.map((cdr: { primary: { originId: string } }) => cdr.primary.originId)).toEqual([
      "both-sides",
    ]);
    expect(await service.rpc("cdr.count", { filter })).toEqual({ count: 1 });
    const { rows } = await service.rpc("cdr.summarize", {
      filter,
      groupBy: ["day", "account", "carrier", "outcome"],
    });
    expect(rows).toEqual([
      {
        day: "2026-03-02",
        account: "1001",
        carrier: cdrs[0].rating.buy.carrier,
        outcome: "rated",
        currency: "EUR",
        calls: 1,
        answered: 1,
        seconds: 95,
        billedSeconds: cdrs[0].rating.sell.billedSeconds,
        buyBilledSeconds: cdrs[0].rating.buy.billedSeconds,
        marginCalls: 1,
        sellOnly: 0,
        buyOnly: 0,
        sell: expect.stringMatching(/^\d+\.\d+$/),
        buy: expect.stringMatching(/^\d+\.\d+$/),
        margin: expect.stringMatching(/^-?\d+\.\d+$/),
        asr: 1,
        acd: 95,
        pdd: null,
      },
    ]);
    expect(Number(rows[0].sell)).toBe(Number(cdrs[0].rating.sell.amount));
  });

  it("pages through everything once, whatever the page size", async () => {
    const cdrs = Array.from({ length: 25 }, (_, index) => ({
      accid: `page-${index}`,
      account: "pages",
      destination: "34650123456",
      answer_time: `2026-03-01T10:00:${String(index % 5).padStart(2, "0")}Z`,
      usage: 30,
    }));
    const { results } = await service.rpc("cdr.processMany", { cdrs });
    expect(results).toHaveLength(25);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await service.rpc("cdr.find", {
        filter: { accounts: ["pages"] },
        limit: 7,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.cdrs.map((cdr: { id: string }) => cdr.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(results.map((result: { id: string }) => result.id).sort());
  });

  it("keeps the lines of a batch that is sent in parts apart, so that it reconciles", async () => {
    const part = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        accid: `line-${from + index}`,
        account: "parts",
        destination: "34650123456",
        answer_time: "2026-03-02T10:00:00Z",
        usage: 30,
      }));
    await service.rpc("cdr.processMany", { cdrs: part(1, 2), batch: "monday" });
    await service.rpc("cdr.processMany", { cdrs: part(3, 2), batch: "monday", firstLine: 3 });
    const { cdrs } = await service.rpc("cdr.find", { filter: { batchIds: ["monday"] } });
    const lines = cdrs.map(
      ({ primary, batchLine }: { primary: { originId: string }; batchLine: number }) => [
        primary.originId,
        batchLine,
      ],
    );
    expect(lines.sort()).toEqual([1, 2, 3, 4].map((line) => [`line-${line}`, line]));
    const { checks } = await service.rpc("audit.run");
    expect(checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
  });

  it("rates by account.set from its time on", async () => {
    const call = { account: "moved", destination: "34650123456", usage: 60 };
    const before = await service.rpc("rating.price", {
      ...call,
      answerTime: "2026-02-01T10:00:00Z",
    });
    await service.rpc("account.set", {
      account: "moved",
      voipPlan: "no-such-plan",
      from: "2026-02-15T00:00:00Z",
      allowUnknown: true,
    });
    const same = await service.rpc("rating.price", { ...call, answerTime: "2026-02-01T10:00:00Z" });
    const after = await service.rpc("rating.price", {
      ...call,
      answerTime: "2026-02-20T10:00:00Z",
    });
    expect(same).toEqual(before);
    expect(after).toMatchObject({ outcome: "unrated", reason: "voip-plan-unknown" });
    const account = await service.rpc("account.get", { account: "moved" });
    expect(account.current).toMatchObject({ voipPlan: "no-such-plan" });
  });

  it("refuses a faulty tariff whole, with every fault in its place", async () => {
    const files = {
      "tariff.yaml": "tenant: a.example\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\n",
      "r.csv": "prefix,rate\n34,0.1\n34x,0.1\n35,abc\n",
    };
    const checked = await service.rpc("tariff.check", { files });
    expect(checked.ok).toBe(false);
    const places = checked.faults.map(
      (fault: { file: string; line: number; column: number }) =>
        `${fault.file}:${fault.line}:${fault.column}`,
    );
    expect(places).toContain("r.csv:3:1");
    expect(places).toContain("r.csv:4:4");
    await expect(service.rpc("tariff.load", { files })).rejects.toMatchObject({
      data: { code: "tariff-faults", faults: checked.faults },
    });
  });

  it("loads a version once, however often, and says what is active", async () => {
    const first = await service.rpc("tariff.load", { path: "demo" });
    const second = await service.rpc("tariff.load", { path: "demo" });
    expect(second.version).toBe(first.version);
    const status = await service.rpc("system.status");
    expect(status.store.ok).toBe(true);
    expect(status.tariffs).toEqual([
      expect.objectContaining({ version: first.version, tenant: "cgrates.org", name: "demo" }),
    ]);
    const { tariffs } = await service.rpc("tariff.list");
    expect(tariffs).toHaveLength(1);
    expect(tariffs[0].activations).toHaveLength(1);
  });

  it("normalises a number by a preset and by the account's rule set", async () => {
    const inline = await service.rpc("number.normalize", {
      number: "0044 20 7946 0123",
      ruleSet: { preset: "ES" },
    });
    expect(inline).toMatchObject({ e164: "+442079460123", country: "GB" });
    const own = await service.rpc("number.normalize", { number: "", account: "1001" });
    expect(own).toMatchObject({ normalized: "", e164: null });
  });
});
