// Goal: a masked store holds none of the digits of its calls, costs what it cost, knows what comes again,
// and says what it cannot do any more; one number is told and masked on request. Method: a service with
// calls, corrections, rerates, suspense and events, on a store of each kind, whose bytes are read.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BSON, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW_MS, startTestService, type TestService } from "../../end-to-end/test-service.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";

const uri = await mongoTestUri();
const DAY_MS = 86_400_000;
/** Behind the prefix 346; of the caller; of a correction; of who is asked for; of what is kept aside. */
const OLD = { called: "34650123456", caller: "+441632960961", corrected: "34651987654" };
const ASKED = "+34699555111";
const ASIDE = "34677333222";
const DIGITS = /0123456|2960961|1987654|632960|7333222/;

interface Case {
  name: string;
  url(): string;
  /** Every byte that the store keeps, as text. */
  bytes(): Promise<string>;
  end(): Promise<void>;
}

function sqliteCase(): Case {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-masking-"));
  const path = join(folder, "cdrate.db");
  return {
    name: "sqlite",
    url: () => `sqlite:${path}`,
    async bytes() {
      const files = ["", "-wal"].map((end) => `${path}${end}`).filter((file) => existsSync(file));
      return files.map((file) => readFileSync(file, "latin1")).join("\n");
    },
    end: async () => rmSync(folder, { recursive: true }),
  };
}

function mongoCase(server: string): Case {
  const url = mongoUrl(server);
  return {
    name: "mongo",
    url: () => url,
    async bytes() {
      const client = new MongoClient(url);
      const database = client.db(new URL(url).pathname.slice(1));
      const texts: string[] = [];
      for (const { name } of await database.listCollections().toArray()) {
        for await (const document of database.collection(name).find()) {
          const text = JSON.stringify(document, (_key, value: unknown) => {
            const bytes = (value as BSON.Binary | null)?.buffer;
            return bytes instanceof Uint8Array ? Buffer.from(bytes).toString("latin1") : value;
          });
          texts.push(text);
        }
      }
      await client.close();
      return texts.join("\n");
    },
    end: async () => undefined,
  };
}

const CASES = [sqliteCase(), ...(uri === null ? [] : [mongoCase(uri)])];

describe.each(CASES)("masking on $name", ({ url, bytes, end }) => {
  let service: TestService;
  const now = { ms: NOW_MS };
  const ids: Record<string, string> = {};

  function record(name: string, changes: object = {}) {
    return {
      ...{ originId: name, account: "1001", destination: OLD.called, usage: "95s" },
      ...{ answerTime: "2026-03-02T09:00:00Z", ...changes },
    };
  }
  const post = async (name: string, changes: object = {}) => {
    const answer = await service.rpc("cdr.process", { cdr: record(name, changes) });
    ids[name] = answer.id;
    return answer;
  };
  async function settled(job: string) {
    await service.service.engine.maskings.settled(job);
    return service.rpc("privacy.show", { job });
  }
  async function masked(asked: object) {
    const { job } = await service.rpc("privacy.plan", { why: "asked", ...asked });
    const planned = await settled(job);
    await service.rpc("privacy.apply", { job });
    return { planned, applied: await settled(job) };
  }
  const ofAccount = { account: "1001", from: "2026-01-01T00:00:00Z" };
  const audit = async () => {
    const { checks } = await service.rpc("audit.run", { explain: "all" });
    return Object.fromEntries(
      checks.map(({ name, ok, detail }: { name: string; ok: boolean; detail: string }) => {
        expect(`${name} ${ok} ${detail}`).toContain(`${name} true`);
        return [name, detail];
      }),
    );
  };
  const sums = async () => {
    const groupBy = ["account", "prefix", "country"];
    const { from: _where, ...report } = await service.rpc("report.prefixes", {});
    return { summary: await service.rpc("cdr.summarize", { groupBy }), report };
  };

  beforeAll(async () => {
    const settings = { retention: { maskedFields: ["customer", "callerName"] }, rollups: false };
    service = await startTestService({ store: url(), clock: () => now.ms, settings });
    const extra = { customer: "Anna", uri: `sip:${OLD.called}@gw`, callerId: "0163 2960961" };
    await post("old", { callerNumber: OLD.caller, callerName: "Anna", ...extra });
    await post("corrected");
    const change = { id: ids["corrected"], fields: { destination: OLD.corrected } };
    await service.rpc("cdr.correct", { ...change, reason: `it was ${OLD.corrected}` });
    await post("void", { callerNumber: OLD.caller });
    await service.rpc("cdr.void", { id: ids["void"], reason: "test" });
    await post("asked", { destination: "00 34 699 555 111" });
    await service.rpc("account.set", { ...ofAccount, voipPlan: "gold" });
    const { job } = await service.rpc("rerate.plan", {});
    await service.service.engine.rerates.settled(job);
    const { hash } = await service.rpc("rerate.show", { job });
    await service.rpc("rerate.apply", { job, hash });
    await service.service.engine.rerates.settled(job);
    ids["rerate"] = job;
    const aside = { destination: ASIDE, account: "1001" };
    const { suspenseId } = await service.rpc("cdr.process", { cdr: aside });
    await service.rpc("suspense.discard", { id: suspenseId });
    ids["aside"] = suspenseId;
    for (let look = 0; look < 3; look += 1) await service.service.engine.rollups.tend();
  });
  afterAll(async () => {
    await service.stop();
    await end();
  });

  it("tells and masks one number, and no other", async () => {
    const { found } = await service.rpc("privacy.disclose", { number: ASKED });
    expect(found.map(({ kind }: { kind: string }) => kind).sort()).toEqual(["cdr", "jobLine"]);
    expect(found[0]).toMatchObject({ id: ids["asked"], content: { primary: { account: "1001" } } });
    const before = await sums();
    const { planned, applied } = await masked({ number: ASKED, why: `of ${ASKED}` });
    expect(planned).toMatchObject({ state: "planned", found: { cdrs: 1, jobLines: 1, acts: 0 } });
    expect(applied).toMatchObject({
      ...{ state: "applied", of: "number", why: "of +***********", purged: true },
      ...{ done: { cdrs: 1, jobLines: 1 }, left: { cdrs: 0, jobLines: 0 } },
    });
    expect(await bytes()).not.toMatch(/699 ?555 ?111|9555111/);
    expect((await bytes()).match(DIGITS)).not.toBeNull();
    expect((await service.rpc("privacy.disclose", { number: ASKED })).found).toEqual([]);
    expect(await sums()).toEqual(before);
    const cdr = await service.rpc("cdr.get", { id: ids["asked"] });
    expect(cdr).toMatchObject({ maskedAt: expect.any(String) });
    expect(cdr.primary.destination).toBe("00 34 6** *** ***");
    expect(cdr.rating.normalized.destination).toMatchObject({
      ...{ normalized: "346********", e164: "+346********", country: "ES" },
      kind: "international",
    });
    await audit();
  });

  it("masks what is old: no byte of the store has the digits", async () => {
    now.ms = NOW_MS + 40 * DAY_MS;
    const before = await sums();
    const { planned, applied } = await masked({ olderThanDays: 30 });
    expect(planned.found).toMatchObject({ cdrs: 3, suspense: 1, jobLines: 2 });
    expect(applied.done).toMatchObject({ cdrs: 3, suspense: 1, jobLines: 2, acts: 1 });
    const text = await bytes();
    expect(text.match(DIGITS)).toBeNull();
    expect(text).not.toContain("Anna");
    expect(await sums()).toEqual(before);
    const checks = await audit();
    expect(checks["keys-are-their-record"]).toContain("4 of them with masked numbers");
    expect((await masked({ olderThanDays: 30 })).planned.found).toMatchObject({ cdrs: 0, acts: 0 });
  });

  it("explains from the stored prefix, and says so", async () => {
    const again = await service.rpc("cdr.explain", { id: ids["old"] });
    expect(again).toMatchObject({ matches: true, masked: true });
    expect(JSON.stringify(again.trace)).toContain("it starts from the stored prefix 346");
  });

  it("knows what comes again, whatever became of it", async () => {
    const extra = { customer: "Anna", uri: `sip:${OLD.called}@gw`, callerId: "0163 2960961" };
    const old = { callerNumber: OLD.caller, callerName: "Anna", ...extra };
    expect((await post("old", old)).outcome).toBe("duplicate");
    expect((await post("corrected")).outcome).toBe("duplicate");
    expect((await post("void", { callerNumber: OLD.caller })).outcome).toBe("duplicate");
    expect((await bytes()).match(DIGITS)).toBeNull();
  });

  it("lists masked CDRs in a rerate and leaves them, and takes no new facts for them", async () => {
    await service.rpc("account.set", { ...ofAccount, voipPlan: "basic" });
    const { job } = await service.rpc("rerate.plan", {});
    await service.service.engine.rerates.settled(job);
    expect(await service.rpc("rerate.show", { job })).toMatchObject({ lines: 0, masked: 3 });
    const { lines } = await service.rpc("job.lines", { job, list: "masked" });
    expect(lines.map(({ id }: { id: string }) => id).sort()).toEqual(
      [ids["old"], ids["corrected"], ids["asked"]].sort(),
    );
    const change = { id: ids["old"], fields: { usage: "5s" } };
    await expect(service.rpc("cdr.correct", change)).rejects.toMatchObject({
      data: { code: "conflict" },
    });
    const numbers = [OLD.called, OLD.corrected, "34699555111"];
    expect(await service.rpc("cdr.count", { filter: { destinations: numbers } })).toMatchObject({
      count: 0,
    });
  });

  it("undoes a rerate whose lines were masked, and voids a masked CDR", async () => {
    await service.rpc("rerate.undo", { job: ids["rerate"] });
    await service.service.engine.rerates.settled(ids["rerate"] ?? "");
    expect(await service.rpc("rerate.show", { job: ids["rerate"] })).toMatchObject({
      ...{ state: "undone", undone: { done: 3, left: 0 } },
    });
    await service.rpc("cdr.void", { id: ids["old"], reason: "asked" });
    expect((await bytes()).match(DIGITS)).toBeNull();
    await audit();
  });

  it("gives bytes back to a discarded record that comes again", async () => {
    const aside = { destination: ASIDE, account: "1001" };
    const again = await service.rpc("cdr.process", { cdr: aside });
    expect(again.suspenseId).toBe(ids["aside"]);
    const record = await service.rpc("suspense.get", { id: ids["aside"] });
    expect(record).toMatchObject({ state: "open", text: expect.stringContaining(ASIDE) });
    const { planned, applied } = await masked({ number: `00${ASIDE}` });
    expect(planned.found).toMatchObject({ suspense: 1, cdrs: 0 });
    expect(applied.done).toMatchObject({ suspense: 1 });
    const closed = await service.rpc("suspense.get", { id: ids["aside"] });
    expect(closed).toMatchObject({ state: "discarded" });
    expect((await bytes()).includes(ASIDE.slice(-7))).toBe(false);
  });

  it("leaves what an open rerate holds, and names it", async () => {
    await post("held", { destination: "34688777666" });
    await service.rpc("rerate.plan", {});
    const { applied } = await masked({ number: "+34688777666" });
    expect(applied).toMatchObject({ done: { cdrs: 0 }, left: { cdrs: 1 } });
    expect(applied.heldBy.join()).toMatch(/the rerate job .* is (planning|planned)/);
  });
});
