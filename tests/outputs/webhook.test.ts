// Goal: a billing system gets each CDR and each later revision at least once, in the order of its
// revisions, whatever it answers meanwhile. Method: a receiver with every bad manner beside a store.
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { outputList } from "../../src/outputs/settings.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { sampleCdr, sampleRating } from "../stores/contracts/sample-cdrs.ts";
import { type DeskUnderTest, NOW_MS, outputDesk } from "./desk-under-test.ts";
import { answers, diesMidWay, hangs, type Receiver, startReceiver } from "./receiver.ts";

const WAIT = { timeout: 20_000, interval: 10 };

describe("an output of kind webhook", () => {
  let store: Store;
  let receiver: Receiver;
  const desks: DeskUnderTest[] = [];
  beforeEach(async () => {
    store = await openSqliteStore({ path: ":memory:" });
    receiver = await startReceiver();
  });
  afterEach(async () => {
    for (const desk of desks.splice(0)) await desk.close();
    await receiver.stop();
    await store.close();
  });

  async function begin(output: Record<string, unknown> = {}, more = {}): Promise<DeskUnderTest> {
    const desk = outputDesk(store, { kind: "webhook", url: receiver.url, ...output }, more);
    desks.push(desk);
    await desk.look();
    return desk;
  }
  const keys = () => receiver.posts.map(({ cdrs }) => cdrs.map(({ key }) => key));
  const keyOf = (originId: string, revision = 1) => {
    const { tenant, id } = sampleCdr(originId);
    return `${tenant}/${id}/${revision}`;
  };
  const sent = (count: number) => vi.waitFor(() => expect(keys().flat()).toHaveLength(count), WAIT);

  async function revise(originId: string, revision: number): Promise<void> {
    const { tenant, id } = sampleCdr(originId);
    const rating = sampleRating({ revision: revision + 1 });
    const revised = { tenant, id, expectedRevision: revision, rating, atMs: NOW_MS };
    expect(await store.cdrs.revise([revised])).toEqual(["revised"]);
  }

  it("posts what is stored, then each revision, and goes on there after a restart", async () => {
    await store.cdrs.insert([sampleCdr("a"), sampleCdr("b")]);
    const desk = await begin();
    await sent(2);
    expect(keys()).toEqual([[keyOf("a"), keyOf("b")]]);
    expect(receiver.posts[0]?.cdrs[0]).toMatchObject({
      tenant: "example.com",
      primary: { originId: "a", account: "1001", usage: 60 },
      rating: { revision: 1, sell: { amount: sampleRating().sell?.amount } },
    });
    await revise("a", 1);
    await sent(3);
    await vi.waitFor(async () => {
      const { state } = await desk.get("billing");
      expect(state).toMatchObject({ sent: 3, failures: 0, fault: null, caughtUp: true });
    }, WAIT);
    await desk.close();
    await revise("b", 1);
    await begin();
    await sent(4);
    expect(keys().flat().slice(2)).toEqual([keyOf("a", 2), keyOf("b", 2)]);
  });

  it("sends again what was not taken, the same with the same key, later and later", async () => {
    receiver.manners.push(
      answers(500, {}, "no room"),
      hangs,
      diesMidWay,
      answers(302, { location: "http://127.0.0.1:1/" }),
      answers(429, { "retry-after": "120" }),
    );
    await store.cdrs.insert([sampleCdr("a")]);
    const desk = await begin({ timeoutSeconds: 1.5 });
    await vi.waitFor(() => expect(receiver.posts).toHaveLength(6), WAIT);
    expect(new Set(receiver.posts.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.posts.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(desk.pauses.slice(0, 5)).toEqual([1000, 2000, 4000, 8000, 120_000]);
    await vi.waitFor(async () => {
      expect((await desk.get("billing")).state).toMatchObject({
        sent: 1,
        failures: 5,
        fault: null,
      });
    }, WAIT);
  });

  it("waits for a receiver that is away for an hour, and says why", async () => {
    const port = Number(new URL(receiver.url).port);
    await receiver.stop();
    await store.cdrs.insert([sampleCdr("a"), sampleCdr("b")]);
    const desk = await begin();
    await vi.waitFor(() => {
      const hour = desk.pauses.reduce((sum, ms) => sum + ms, 0) >= 3_600_000;
      expect(hour).toBe(true);
    }, WAIT);
    expect(Math.max(...desk.pauses)).toBe(60_000);
    expect((await desk.get("billing")).state.fault).toContain("cannot be reached");
    receiver = await startReceiver(port);
    await sent(2);
    expect(keys().flat()).toEqual([keyOf("a"), keyOf("b")]);
  });

  it("a process that is gone is followed by another, which repeats what was not kept", async () => {
    await store.cdrs.insert([sampleCdr("a")]);
    let nowMs = NOW_MS;
    const clock = () => nowMs;
    // Taken, but the place behind it cannot be kept: as a kill between the two would have it.
    const update = store.feeds.update;
    let isGone = false;
    store.feeds.update = (feed, version) =>
      isGone ? new Promise(() => {}) : update(feed, version);
    receiver.manners.push((_post, response) => {
      isGone = true;
      response.writeHead(204).end();
    });
    const first = outputDesk(store, { kind: "webhook", url: receiver.url }, { clock });
    await first.look();
    await sent(1);
    store.feeds.update = update;
    nowMs += 15_001;
    await begin({}, { clock });
    await sent(2);
    expect(keys()).toEqual([[keyOf("a")], [keyOf("a")]]);
    const [one, again] = receiver.posts;
    expect(again?.headers["idempotency-key"]).toBe(one?.headers["idempotency-key"]);
  });

  it("signs the timestamp and the body, and says who it is", async () => {
    await store.cdrs.insert([sampleCdr("a")]);
    const environment = { SIGN: "s3cret", AUTH: "Bearer t0ken" };
    await begin({ secretEnv: "SIGN", authorizationEnv: "AUTH" }, { environment });
    await sent(1);
    const post = receiver.posts[0];
    if (post === undefined) throw new Error("nothing was posted");
    const { headers, body } = post;
    const timestamp = headers["x-cdrate-timestamp"];
    expect(timestamp).toBe(String(NOW_MS / 1000));
    const expected = createHmac("sha256", "s3cret").update(`${timestamp}.${body}`).digest("hex");
    expect(headers["x-cdrate-signature"]).toBe(`sha256=${expected}`);
    expect(headers.authorization).toBe("Bearer t0ken");
    expect(headers["x-cdrate-output"]).toBe("billing");
  });

  it("posts nothing unsigned while the secret is not there", async () => {
    await store.cdrs.insert([sampleCdr("a")]);
    const environment: Record<string, string> = {};
    const desk = await begin({ secretEnv: "SIGN" }, { environment });
    await vi.waitFor(() => expect(desk.pauses.length).toBeGreaterThan(2), WAIT);
    expect((await desk.get("billing")).state.fault).toBe("The variable SIGN has no secret.");
    expect(receiver.posts).toEqual([]);
    environment["SIGN"] = "s3cret";
    await sent(1);
  });

  it("without the buy side nothing of it is on the wire", async () => {
    const extra = { trunk: "carrier-x" };
    await store.cdrs.insert([sampleCdr("a", { extra, primary: { supplier: "carrier-x" } })]);
    await begin({ seesBuy: false });
    await sent(1);
    expect(receiver.posts[0]?.body).not.toMatch(/carrier-x|gateway/);
    expect(receiver.posts[0]?.cdrs[0].rating).toMatchObject({ buy: null, margin: null });
  });

  it("sends the tenants of its filter alone, in posts of the size that is set", async () => {
    const other = sampleCdr("x", { primary: { tenant: "other" } });
    await store.cdrs.insert([sampleCdr("a"), other, sampleCdr("b"), sampleCdr("c")]);
    await begin({ filter: { tenants: ["example.com"] }, records: 2 });
    await sent(3);
    expect(keys()).toEqual([[keyOf("a"), keyOf("b")], [keyOf("c")]]);
  });

  it("begins now unless the settings say otherwise, and anew where it is asked to", async () => {
    await store.cdrs.insert([sampleCdr("a")]);
    const desk = await begin({ from: "now" });
    await vi.waitFor(async () => {
      expect((await desk.get("billing")).state.position).not.toBeNull();
    }, WAIT);
    await store.cdrs.insert([sampleCdr("b")]);
    await sent(1);
    await expect(desk.start("billing", "beginning")).rejects.toMatchObject({ code: "conflict" });
    await desk.stop("billing");
    await desk.start("billing", "beginning");
    await desk.look();
    await sent(3);
    expect(keys().flat()).toEqual([keyOf("b"), keyOf("a"), keyOf("b")]);
    await expect(desk.get("other")).rejects.toMatchObject({ code: "not-found" });
  });

  it("of two processes one sends", async () => {
    const first = await begin();
    const second = await begin();
    await store.cdrs.insert([sampleCdr("a")]);
    await sent(1);
    expect((await first.get("billing")).runs).toBe("here");
    expect((await second.get("billing")).runs).toBe("elsewhere");
  });
});

describe("settings of outputs", () => {
  const webhook = { name: "billing", kind: "webhook", url: "https://billing.example/cdrs" };
  it.each([
    [{ ...webhook, url: "https://user:secret@billing.example/" }, "no user or password"],
    [{ ...webhook, url: "file:///etc/passwd" }, "URL"],
    [{ ...webhook, secretEnv: "A", secretFile: "b" }, "either secretEnv or secretFile"],
    [{ ...webhook, filter: { outcomes: ["rated"] } }, "outcomes"],
    [{ name: "f", kind: "files", folder: "/x", timeZone: "Nowhere/Land" }, "IANA zone"],
    [{ name: "f", kind: "files", folder: "/x", columns: ["nothing"] }, "column of an export"],
  ])("refuses %j", (output, fault) => {
    const read = outputList.safeParse([output]);
    expect(read.success).toBe(false);
    expect(read.error?.message).toContain(fault);
  });

  it("refuses a name that comes twice", () => {
    expect(outputList.safeParse([webhook, webhook]).error?.message).toContain("comes twice");
  });
});
