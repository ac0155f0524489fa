// Goal: a flood of wrong passwords slows nobody but itself. Method: a service with real scrypt, 48
// clients of one address with ever other passwords, and beside them a token and the right switch.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { hashPassword } from "../../../src/engine/people/password-hash.ts";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";

let service: TestService;
beforeAll(async () => {
  const token = { tokenSha256: createHash("sha256").update("token").digest("hex") };
  service = await startTestService({
    settings: {
      trustedProxies: ["127.0.0.1"],
      credentials: [
        {
          name: "sw",
          user: "fs",
          passwordScrypt: await hashPassword("right"),
          roles: ["ingest"],
          tenants: ["*"],
        },
        { name: "tk", ...token, roles: ["ingest", "read"], tenants: ["*"] },
      ],
    },
  });
});
afterAll(() => service.stop());

const basic = (text: string, address: string) => ({
  authorization: `Basic ${Buffer.from(text).toString("base64")}`,
  "x-forwarded-for": address,
});
const bearer = { authorization: "Bearer token" };
const cdr = (id: string) =>
  `accid=${id}&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&duration=9s`;

async function tries(): Promise<Record<string, number>> {
  const { body } = await service.get("/metrics", bearer);
  const lines = [...String(body).matchAll(/^cdrate_password_tries\{result="(.+)"\} (\d+)$/gm)];
  return Object.fromEntries(lines.map(([, result, count]) => [result, Number(count)]));
}

it("slows nobody but itself", async () => {
  const end = new AbortController();
  const flood = Array.from({ length: 48 }, (_, index) =>
    fetch(`${service.url}/cgr`, {
      method: "POST",
      body: cdr("flood"),
      headers: basic(`fs:wrong-${index}`, "203.0.113.66"),
      signal: end.signal,
    }).then(
      ({ status }) => status,
      () => "given up",
    ),
  );
  await vi.waitFor(async () => expect((await tries())["wrong"]).toBeGreaterThan(0), {
    timeout: 20_000,
  });
  for (let index = 0; index < 20; index += 1) {
    const zipped = await service.post("/cgr", gzipSync(cdr(`zip-${index}`)), {
      ...bearer,
      "content-encoding": "gzip",
    });
    expect(zipped.status).toBe(200);
  }
  expect((await service.post("/cgr", cdr("switch"), basic("fs:right", "192.0.2.1"))).status).toBe(
    200,
  );
  const seen = await tries();
  expect(seen["right"]).toBe(1);
  // Three at once, then one after each delay: 1 s, 2 s, 4 s …
  expect(seen["wrong"]).toBeLessThanOrEqual(7);
  end.abort();
  const statuses = new Set(await Promise.all(flood));
  // A CDR is never refused for lack of a turn as if its password were wrong.
  expect(
    [...statuses].every((status) => status === 401 || status === 503 || status === "given up"),
  ).toBe(true);
});

it("answers 503 with Retry-After where no turn came, and stores nothing", async () => {
  // Three are compared at once, two after 1 s and 2 s; 4 s more is over the 5 s of the others.
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      service.post("/cgr", cdr("none"), basic(`fs:other-${index}`, "203.0.113.77")),
    ),
  );
  const late = answers.filter(({ status }) => status === 503);
  expect(answers.filter(({ status }) => status === 401).length + late.length).toBe(8);
  expect(late.length).toBeGreaterThan(0);
  expect(late[0]?.body).toMatchObject({ code: "too-busy" });
  expect(Number(late[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  const { count } = await service.rpc(
    "cdr.count",
    { filter: { ids: [createHash("sha1").update("none").digest("hex")] } },
    bearer,
  );
  expect(count).toBe(0);
});
