// Goal: hostile inputs get what they must, and while each is handled /health answers and the posts
// of others are rated. Method: the reference cases, and folders of our own, against a service with
// its threads; what is timed has room for a machine under load.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { type HostileRequest, hostileCases } from "../formats/reference-cases.ts";

/** The service promises a tenth of it on a quiet machine. */
const HEALTH_MS = 1_000;

let service: TestService;
beforeAll(async () => {
  // After the calls of the cases.
  const now = Date.parse("2026-12-01T00:00:00Z");
  service = await startTestService({ compiler: "worker", clock: () => now });
});
afterAll(() => service.stop());

/** Runs something while /health is asked over and over; answers the longest wait too. */
async function probed<T>(run: () => Promise<T>): Promise<{ result: T; longestMs: number }> {
  let isOver = false;
  let longestMs = 0;
  const probe = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      await service.get("/health");
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  try {
    return { result: await run(), longestMs };
  } finally {
    isOver = true;
    await probe;
  }
}

async function sendAll(requests: HostileRequest[]) {
  const answers = [];
  for (const { path, headers, body } of requests) {
    answers.push(await service.post(path, new Uint8Array(body), headers));
  }
  return answers;
}

type Answers = Awaited<ReturnType<typeof sendAll>>;

async function areDifferentRecords(answers: Answers): Promise<void> {
  const ids = answers.map(({ body }) => body.suspenseId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    const { query } = await service.rpc("suspense.get", { id });
    expect(query).toMatch(/^accid=/);
  }
}

const suspended = ([answer]: Answers): void => {
  expect(answer).toMatchObject({ status: 202, body: { reason: "over-limit" } });
};
const checked = ([answer]: Answers): void => {
  const { ok, faults } = answer?.body.result ?? {};
  expect(ok).toBe(false);
  expect(faults[0].code).toBe("over-limit");
};

/** What each case must get, by its number. */
const MUST: Record<number, (answers: Answers) => void | Promise<void>> = {
  5: suspended,
  10: suspended,
  11: suspended,
  12: areDifferentRecords,
  13: (answers) => {
    expect(answers.slice(2).map(({ body }) => body.outcome)).toEqual(["conflict", "conflict"]);
    return areDifferentRecords(answers.slice(2));
  },
  14: checked,
  15: checked,
};

describe("hostile cases", () => {
  const cases = hostileCases((number) => MUST[number] !== undefined);
  it.skipIf(cases.length === 0).each(cases)("$name", async ({ name, requests }) => {
    const small = { path: "demo" };
    await service.rpc("tariff.check", small);
    const { result, longestMs } = await probed(async () => {
      const [answers, beside] = await Promise.all([
        sendAll(requests),
        service.rpc("tariff.check", small),
      ]);
      expect(beside.ok).toBe(true);
      return answers;
    });
    await MUST[Number.parseInt(name, 10)]?.(result);
    expect(longestMs).toBeLessThan(HEALTH_MS);
  });
});

describe("a heavy check", () => {
  const deck = (tenant: string) => ({
    "tariff.yaml": `tenant: ${tenant}\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\nvoipPlans: { v: { retail: [r] } }\n`,
    "r.csv": "prefix,rate\n34,0.01\n",
  });
  const heavy = (tenant: string) => ({
    ...deck(tenant),
    "tariff.yaml": `tenant: ${tenant}\n${"a: 'x\n".repeat(33_000)}`,
  });

  it("delays neither /health nor a post nor the check of another tenant", async () => {
    const check = (files: Record<string, string>) => service.rpc("tariff.check", { files });
    // Threads that are there already, as in a service that runs.
    await Promise.all(["a.example", "b.example"].map((tenant) => check(deck(tenant))));
    const order: string[] = [];
    const { longestMs } = await probed(async () => {
      const long = ["a.example", "a.example", "c.example"].map(async (tenant) => {
        expect((await check(heavy(tenant))).ok).toBe(false);
        order.push(`heavy ${tenant}`);
      });
      const short = (async () => {
        expect((await check(deck("b.example"))).ok).toBe(true);
        order.push("small b.example");
      })();
      const form = "accid=beside&account=1001&destination=34650123456&usage=60s";
      const posted = await service.post("/cgr", `${form}&answer_time=2026-03-02T09:00:00Z`);
      expect(posted.body.outcome).toBe("rated");
      await Promise.all([...long, short]);
    });
    expect(order.indexOf("small b.example")).toBeLessThan(order.lastIndexOf("heavy a.example"));
    expect(longestMs).toBeLessThan(HEALTH_MS);
  });
});
