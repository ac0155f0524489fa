// Goal: what is applied in the moment in which its plan ends is applied, and not answered as if it were.
// Method: a store that asks for it while the last write of the plan has not returned yet.
import { expect, it } from "vitest";
import type { Job } from "../../../src/stores/ports/jobs.ts";
import { NOW_MS, startTestService, type TestService } from "../../end-to-end/test-service.ts";
import { withParts } from "../../stores/wrapped-store.ts";

const YEAR_MS = 366 * 86_400_000;
/** Of the event loop. */
const TURNS = 10;

it("a masking job that is applied as its plan ends comes to its end", async () => {
  let service: TestService | undefined;
  let asked: Promise<unknown> | undefined;
  let nowMs = NOW_MS;
  service = await startTestService({
    clock: () => nowMs,
    wrapStore: (store) =>
      withParts(store, {
        jobs: {
          async update(job: Job, expectedVersion: number) {
            const isWritten = await store.jobs.update(job, expectedVersion);
            if (isWritten && job.state === "planned") {
              asked ??= service?.service.engine.maskings.apply(job.id);
              // The call looks at the job meanwhile.
              for (let turn = 0; turn < TURNS; turn += 1) await new Promise(setImmediate);
            }
            return isWritten;
          },
        },
      }),
  });
  try {
    const call = { account: "1001", destination: "34650123456", usage: 60 };
    const cdr = { ...call, originId: "one", answerTime: "2026-03-02T09:00:00Z" };
    await service.rpc("cdr.process", { cdr });
    nowMs += YEAR_MS;
    const { job } = await service.rpc("privacy.plan", { olderThanDays: 300, why: "age" });
    const { maskings } = service.service.engine;
    await maskings.settled(job);
    await asked;
    await maskings.settled(job);
    expect(await service.rpc("privacy.show", { job })).toMatchObject({ state: "applied" });
  } finally {
    await service.stop();
  }
});
