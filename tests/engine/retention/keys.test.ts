// Goal: keys of erased CDRs stay as long as the setting says, and not a millisecond longer. Method: a service on
// each store whose clock the test moves; the same calls again before and after that time.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW_MS, startTestService, type TestService } from "../../end-to-end/test-service.ts";
import { STORES } from "../rerate/test-engine.ts";

const DAY_MS = 86_400_000;
const KEPT_DAYS = 30;
const COUNT = 5;

const call = (originId: string) => ({
  ...{ originId, originHost: "pbx", account: "1001", destination: "34650123456" },
  ...{ answerTime: "2026-03-02T09:00:00Z", usage: 60 },
});
const CALLS = Array.from({ length: COUNT }, (_, n) => call(`kept-${n}`));

describe.each(STORES)("keys of erased CDRs on $name", ({ url }) => {
  let service: TestService;
  let nowMs = NOW_MS;
  beforeAll(async () => {
    const settings = { retention: { ids: KEPT_DAYS } };
    service = await startTestService({ store: url(), clock: () => nowMs, settings });
    await service.rpc("cdr.processMany", { cdrs: CALLS });
    nowMs += 400 * DAY_MS;
    const { job } = await service.rpc("retention.plan", { kinds: ["cdrs"], olderThanDays: 300 });
    await service.rpc("retention.apply", { job });
    await service.service.engine.retentions.settled(job);
  });
  afterAll(() => service.stop());

  const again = async () => {
    const { results } = await service.rpc("cdr.processMany", { cdrs: CALLS });
    return [...new Set(results.map(({ outcome }: { outcome: string }) => outcome))];
  };
  const forgotten = () => service.service.engine.retentions.forgetKeys();

  it("stay until their time is over", async () => {
    nowMs += KEPT_DAYS * DAY_MS;
    expect(await forgotten()).toBe(0);
    expect(await again()).toEqual(["duplicate"]);
  });

  it("are forgotten then, once, and what comes again is a new call", async () => {
    nowMs += 1;
    expect(await forgotten()).toBe(COUNT);
    expect(await forgotten()).toBe(0);
    expect(await again()).toEqual(["rated"]);
    const { checks } = await service.rpc("audit.run", {});
    expect(checks.filter(({ ok }: { ok: boolean | null }) => ok === false)).toEqual([]);
  });
});

it("stay for ever where the setting says nothing", async () => {
  const service = await startTestService();
  try {
    expect(await service.service.engine.retentions.forgetKeys()).toBe(0);
  } finally {
    await service.stop();
  }
});
