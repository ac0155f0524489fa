// Goal: a folder gets whole files alone, the same name for the same period; a webhook hears of each report at
// least once, with the same id. Method: a real folder and a receiver of every bad manner.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Parcel } from "../../src/engine/mailing/target.ts";
import { scheduleSettings } from "../../src/outputs/targets/settings.ts";
import { createTargets } from "../../src/outputs/targets/targets.ts";
import { signatureOf } from "../../src/outputs/webhook/signature.ts";
import { answers, diesMidWay, hangs, type Receiver, startReceiver } from "../outputs/receiver.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-targets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const receivers: Receiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

const PARCEL: Parcel = {
  ...{ id: "k1", schedule: "daily", report: "daily", fileName: "daily-2026-03-02.csv" },
  period: { from: "2026-03-02T00:00:00.000Z", to: "2026-03-03T00:00:00.000Z" },
  content: Buffer.from("a\r\n"),
  answer: { rows: [] },
};
const NEVER = new AbortController().signal;

function targets(settings: object) {
  const parts = { clock: () => 1_772_496_000_000, secret: async () => "key" };
  const [target] = createTargets(scheduleSettings.parse(settings), parts);
  if (target === undefined) throw new Error("there is one");
  return target;
}

describe("a folder", () => {
  it("gets a whole file; the same again is the same one", async () => {
    const target = targets({ folders: [{ name: "reports", path: folder }] });
    expect(await target.deliver(PARCEL, NEVER)).toMatchObject({ outcome: "sent" });
    const again = { ...PARCEL, content: Buffer.from("b\r\n") };
    expect(await target.deliver(again, NEVER)).toMatchObject({ outcome: "sent" });
    expect(readdirSync(folder)).toEqual(["daily-2026-03-02.csv"]);
    expect(readFileSync(join(folder, "daily-2026-03-02.csv"), "utf8")).toBe("b\r\n");
  });

  it("that is not there takes nothing, and tells no path", async () => {
    const target = targets({ folders: [{ name: "reports", path: join(folder, "absent") }] });
    const became = await target.deliver(PARCEL, NEVER);
    expect(became).toEqual({
      outcome: "not-taken",
      fault: "the folder reports took no file: ENOENT",
    });
  });
});

describe("a webhook", () => {
  async function hook(more: object = {}) {
    const receiver = await startReceiver();
    receivers.push(receiver);
    const one = { name: "erp", url: receiver.url, secretEnv: "KEY", timeoutSeconds: 0.5, ...more };
    return { receiver, target: targets({ webhooks: [one] }) };
  }

  it("is told the id, twice the same for the same delivery, and signs", async () => {
    const { receiver, target } = await hook();
    for (let time = 0; time < 2; time += 1) {
      expect(await target.deliver(PARCEL, NEVER)).toMatchObject({ outcome: "sent" });
    }
    for (const { headers, body } of receiver.posts) {
      expect(headers["idempotency-key"]).toBe("k1");
      const { fileName: _name, content: _content, ...told } = PARCEL;
      expect(JSON.parse(body)).toEqual(told);
      const signature = signatureOf("key", String(headers["x-cdrate-timestamp"]), body);
      expect(headers["x-cdrate-signature"]).toBe(`sha256=${signature}`);
    }
  });

  it("that refuses, hangs, dies or sends on has not taken it", async () => {
    const { receiver, target } = await hook();
    receiver.manners.push(
      answers(500, {}, "no room"),
      answers(429, { "retry-after": "120" }),
      answers(302, { location: "http://127.0.0.1:1/" }),
      hangs,
      diesMidWay,
    );
    const became = [];
    for (let time = 0; time < 5; time += 1) became.push(await target.deliver(PARCEL, NEVER));
    expect(became.map(({ outcome }) => outcome)).toEqual(Array(5).fill("not-taken"));
    expect(became[0]).toMatchObject({ fault: expect.stringContaining("500: no room") });
    expect(became[1]).toMatchObject({ againMs: 120_000 });
  });
});
