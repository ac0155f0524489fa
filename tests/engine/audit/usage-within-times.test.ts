// Goal: CDRs that were stored before usages were held against their times stay priced, and the audit
// counts them. Method: rows as 0.1.0 left them, put straight into the store beside sound ones.
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";

const HOUR_MS = 3_600_000;
const answerTime = { atMs: Date.UTC(2026, 2, 1, 9), offsetMinutes: 0 };
const after = (ms: number) => ({ atMs: answerTime.atMs + ms, offsetMinutes: 0 });
const ended = (ms: number, usage: number) => ({
  primary: { answerTime, endTime: after(ms), usage },
});

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ demo: false });
});
afterAll(() => service.stop());

it("counts stored usages over their times and limits, by reason, and prices stay", async () => {
  const over = sampleCdr("over", ended(301_000, 302_001));
  const long = sampleCdr("long", { primary: { answerTime, usage: 73 * HOUR_MS } });
  const left = sampleCdr("left to CGRateS", {
    primary: { answerTime, usage: 73 * HOUR_MS },
    rating: { semantics: "cgrates" },
  });
  const voided = sampleCdr("voided", {
    ...ended(1000, 60_000),
    rating: { outcome: "voided", sell: null, buy: null, margin: null },
  });
  const { cdrs } = service.service.engine.store;
  await cdrs.insert([sampleCdr("sound", ended(301_000, 302_000)), over, long, left, voided]);
  const { checks } = await service.rpc("audit.run");
  const check = checks.find(({ name }: { name: string }) => name === "usage-within-times");
  expect(check.detail).toContain(`1 usage-exceeds-times (${over.id})`);
  expect(check.detail).toContain(`1 usage-implausible (${long.id})`);
  expect(check.detail).not.toContain(left.id);
  expect(check.detail).not.toContain(voided.id);
  // A change of rules is no fault.
  expect(check.ok).not.toBe(false);
  expect((await service.rpc("cdr.get", { id: over.id })).rating.sell).toEqual(over.rating.sell);
});
