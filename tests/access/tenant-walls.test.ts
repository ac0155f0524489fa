// Goal: nothing of one tenant is told to, blocked by or put into another. Method: two tenants with a
// credential for each role, on every store; each answer is searched for the other one's name.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STORES } from "../engine/rerate/test-engine.ts";
import { OTHER, OWN, type ScopedService, startScopedService, tariffOf } from "./scoped-service.ts";

const root = mkdtempSync(join(tmpdir(), "cdrate-walls-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function writeFolder(name: string, files: Record<string, string>): void {
  mkdirSync(join(root, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, name, file), text);
}
writeFolder("own", tariffOf(OWN));
writeFolder("own-faulty", tariffOf(OWN, "35,cheap\n"));
writeFolder("theirs", tariffOf(OTHER));
writeFolder("theirs-faulty", tariffOf(OTHER, "35,dear\n"));
writeFolder("theirs-cgrates", {
  "RatingPlans.csv": "#Id,DestinationRatesId,TimingTag,Weight\nRP,DR,*any,10\n",
  "RatingProfiles.csv": `#Tenant,Category,Subject,ActivationTime,RatingPlanId,Fallback\n${OTHER},call,*any,2020-01-01T00:00:00Z,RP,\n`,
});

const CALL = {
  account: "1001",
  destination: "34650123456",
  answerTime: "2026-03-02T09:00:00Z",
  usage: 60,
};

describe.each(STORES)("walls between tenants on $name", ({ url }) => {
  let scoped: ScopedService;
  let shared: string;
  let theirs: string;
  /** By default what the caller's own admin may do. */
  const ask = async (method: string, params: unknown, by = scoped.headers("admin")) => {
    const answer = await scoped.ask(by, method, params);
    expect(JSON.stringify(answer)).not.toContain(OTHER);
    return answer;
  };
  const askAll = (method: string, params: unknown) =>
    scoped.ask(scoped.headers("all"), method, params);
  const post = (cdr: object, by: Record<string, string>) => scoped.ask(by, "cdr.process", { cdr });

  beforeAll(async () => {
    scoped = await startScopedService({ store: url(), settings: { tariffs: root } });
    for (const path of ["own", "theirs"]) {
      const { version } = (await askAll("tariff.load", { path })).result;
      await askAll("tariff.activate", { version, at: "2020-01-01T00:00:00Z" });
    }
    const by = scoped.headers("ingest", OTHER);
    const first = { ...CALL, tenant: OTHER, originId: "shared", account: "theirs" };
    shared = (await post(first, by)).result.id;
    theirs = (await post({ ...first, originId: "theirs" }, by)).result.id;
  });
  afterAll(() => scoped.stop());

  it("an id that another tenant has is stored and priced for this one too", async () => {
    const cdr = { ...CALL, tenant: OWN, originId: "shared" };
    const stored = await ask("cdr.process", { cdr }, scoped.headers("ingest"));
    expect(stored.result).toMatchObject({ id: shared, outcome: "rated" });
    const again = await ask("cdr.process", { cdr }, scoped.headers("ingest"));
    expect(again.result).toMatchObject({ id: shared, outcome: "duplicate" });
    const changed = { ...cdr, usage: 61 };
    const conflict = await ask("cdr.process", { cdr: changed }, scoped.headers("ingest"));
    expect(conflict.result).toMatchObject({ outcome: "conflict", reason: "content-differs" });
    expect((await ask("cdr.get", { id: shared })).result.primary.account).toBe("1001");
    expect((await ask("cdr.count", {})).result.count).toBe(1);
  });

  it("who may see several CDRs of an id is asked which, by the tenants that he may see", async () => {
    const methods: [string, object][] = [
      ["cdr.get", {}],
      ["cdr.explain", {}],
      ["cdr.correct", { fields: { usage: "60s" } }],
      ["cdr.void", { reason: "test" }],
    ];
    for (const [method, more] of methods) {
      const { error } = await askAll(method, { id: shared, ...more });
      expect(error.data).toMatchObject({ code: "ambiguous", tenants: [OTHER, OWN].sort() });
    }
    const { result } = await askAll("cdr.get", { id: shared, tenant: OTHER });
    expect(result.primary.account).toBe("theirs");
    const { result: voided } = await askAll("cdr.void", {
      id: shared,
      tenant: OTHER,
      reason: "test",
    });
    expect(voided.outcome).toBe("voided");
    expect((await ask("cdr.get", { id: shared })).result.rating.outcome).toBe("rated");
  });

  it("a CDR of another tenant is answered as one that nobody has", async () => {
    const nobody = "0".repeat(40);
    const methods: [string, object][] = [
      ["cdr.get", {}],
      ["cdr.get", { tenant: OTHER }],
      ["cdr.explain", {}],
      ["cdr.correct", { fields: { usage: "1s" } }],
      ["cdr.void", { reason: "test" }],
    ];
    for (const [method, more] of methods) {
      const answers = [theirs, nobody].map((id) =>
        scoped.ask(scoped.headers("admin"), method, { id, ...more }),
      );
      const [there, absent] = (await Promise.all(answers)).map((answer) =>
        JSON.stringify(answer).replaceAll(theirs, nobody),
      );
      expect(there).toBe(absent);
      expect(there).toContain("not-found");
    }
  });

  it("a comparison that goes on after a CDR does not tell whose it is", async () => {
    const before = { path: "own" };
    const nobody = "0".repeat(40);
    const [there, absent] = await Promise.all(
      [theirs, nobody].map((afterCdr) =>
        ask("tariff.compare", { before, after: before, afterCdr }, scoped.headers("rate")),
      ),
    );
    expect(there.error.data.code).toBe("not-found");
    expect(JSON.stringify(there).replace(theirs, nobody)).toBe(JSON.stringify(absent));
    const went = await ask("tariff.compare", { before, after: before, afterCdr: shared, days: 30 });
    expect(went.result.calls).toBe(0);
  });

  it("a record for another tenant is refused, also where it cannot be read", async () => {
    const bad = { ...CALL, originId: "bad", answerTime: "yesterday" };
    for (const tenant of [OTHER, ` ${OTHER}`]) {
      const form = new URLSearchParams({ ...bad, usage: "60", tenant }).toString();
      const headers = {
        "content-type": "application/x-www-form-urlencoded",
        ...scoped.headers("ingest"),
      };
      const answer = await scoped.service.post("/cgr", form, headers);
      expect(answer.status).toBe(403);
      expect(JSON.stringify(answer.body)).not.toContain(OTHER);
    }
    const { records } = (await scoped.ask(scoped.headers("read", OTHER), "suspense.find")).result;
    expect(records).toEqual([]);
    const own = await ask("cdr.process", { cdr: { ...bad, tenant: OWN } });
    expect(own.result.outcome).toBe("suspended");
  });

  it("a broken record belongs to the tenants of the credential that sent it", async () => {
    const send = (headers: Record<string, string>, body = '{"broken":') =>
      scoped.service.post("/freeswitch_json", body, {
        "content-type": "application/json",
        ...headers,
      });
    const { suspenseId: id } = (await send(scoped.headers("ingest"))).body;
    const found = async (by: Record<string, string>) =>
      (await scoped.ask(by, "suspense.find", { reasons: ["broken-json"] })).result.records.map(
        (record: { id: string }) => record.id,
      );
    const theirReader = scoped.headers("read", OTHER);
    expect(await found(scoped.headers("read"))).toEqual([id]);
    expect(await found(theirReader)).toEqual([]);
    expect((await scoped.ask(theirReader, "suspense.get", { id })).error.data.code).toBe(
      "not-found",
    );
    const record = (await ask("suspense.get", { id }, scoped.headers("read"))).result;
    expect(record).toMatchObject({ text: '{"broken":' });
    expect(record).not.toHaveProperty("owners");
    // The same bytes of another tenant are that one's record too, and still this one's.
    expect((await send(scoped.headers("ingest", OTHER))).body.suspenseId).toBe(id);
    expect(await found(theirReader)).toEqual([id]);
    expect(await found(scoped.headers("read"))).toEqual([id]);
    const { body } = await send({ authorization: "Bearer both" }, '{"of two":');
    expect(await found(scoped.headers("read"))).toContain(body.suspenseId);
    expect(await found(theirReader)).not.toContain(body.suspenseId);
  });

  it("a tariff folder of another tenant is answered as one that is not there", async () => {
    const by = scoped.headers("rate");
    for (const path of ["theirs", "theirs-faulty", "theirs-cgrates"]) {
      const before = { path: "own" };
      const calls: [string, object, Record<string, string>][] = [
        ["tariff.check", { path }, by],
        ["tariff.load", { path }, scoped.headers("admin")],
        ["tariff.compare", { before, after: { path } }, by],
        ["tariff.compare", { before: { path }, after: before }, by],
      ];
      for (const [method, params, caller] of calls) {
        const { error } = await ask(method, params, caller);
        expect(error).toMatchObject({
          message: `There is no folder ${path} under the tariff root.`,
          data: { code: "not-found" },
        });
      }
    }
    expect((await ask("tariff.check", { path: "own" }, by)).result.ok).toBe(true);
    const faulty = (await ask("tariff.check", { path: "own-faulty" }, by)).result;
    expect(faulty.faults.map((fault: { code: string }) => fault.code)).toContain("not-a-decimal");
    const inline = await ask("tariff.check", { files: tariffOf(OWN, "35,cheap\n") }, by);
    expect(inline.result.ok).toBe(false);
  });

  it("counters and metrics are those of the caller's tenants", async () => {
    const by = scoped.headers("read");
    const { counters } = (await ask("system.status", {}, by)).result;
    const all = (await askAll("system.status", {})).result.counters;
    expect(counters.received).toBeGreaterThan(0);
    expect(all.received).toBeGreaterThan(counters.received);
    const own = (await scoped.service.get("/metrics", by)).body;
    expect(own).toContain(`cdrate_records{tenant="${OWN}",source="default",outcome="received"}`);
    expect(own).not.toContain(OTHER);
    expect(own).not.toContain("process_cpu");
    const whole = (await scoped.service.get("/metrics", scoped.headers("all"))).body;
    expect(whole).toContain(`cdrate_records{tenant="${OTHER}",source="default",outcome="rated"}`);
    expect(whole).toContain("process_cpu");
  });
});
