// A job waits out a store that is away, and goes on from its last checkpoint.
import { describe, expect, test } from "vitest";
import { isOutage, throughOutages } from "../../../src/engine/jobs/outage.ts";
import { engineError } from "../../../src/errors.ts";
import { SILENT } from "../../end-to-end/test-service.ts";

const awayError = () => engineError("store-unavailable");

function patient(attempt: (isAgain: boolean) => Promise<string>) {
  const halt = new AbortController();
  const run = throughOutages({ attempt, signal: halt.signal, log: SILENT, name: "a job" });
  return { run, halt };
}

describe("an outage", () => {
  test("is waited out, and each try after it knows that it is one", async () => {
    const tries: boolean[] = [];
    const { run } = patient(async (isAgain) => {
      tries.push(isAgain);
      if (tries.length < 3) throw awayError();
      return "finished";
    });
    expect(await run).toBe("finished");
    expect(tries).toEqual([false, true, true]);
  });

  test("what waiting cannot mend is thrown at once", async () => {
    let tries = 0;
    const { run } = patient(async () => {
      tries += 1;
      throw engineError("internal", "broken");
    });
    await expect(run).rejects.toMatchObject({ code: "internal" });
    expect(tries).toBe(1);
  });

  test("a stop ends the waiting with the outage", async () => {
    const { run, halt } = patient(() => {
      queueMicrotask(() => halt.abort());
      return Promise.reject(awayError());
    });
    await expect(run).rejects.toMatchObject({ code: "store-unavailable" });
  });

  test("is a store that is away or too slow, and no other limit of time", () => {
    expect(isOutage(awayError())).toBe(true);
    expect(isOutage(engineError("timeout", "slow", { data: { where: "store" } }))).toBe(true);
    expect(isOutage(engineError("timeout", "a compile"))).toBe(false);
    expect(isOutage(new Error("broken"))).toBe(false);
  });
});
