// Goal: guessing is bounded, from one address and from a thousand, and holds up neither this machine nor
// an address that the name came in from. Method: sign-ins by a clock that the test moves, with a
// comparison that takes no time.
import { expect, it } from "vitest";
import { createSignIns } from "../../src/http/access/session-routes.ts";
import { SILENT } from "../end-to-end/test-service.ts";
import { createManualClock, settle } from "../http/access/manual-clock.ts";

const HOUR_MS = 3_600_000;

/** `guess` tries a wrong password; it answers how it ended. */
function service() {
  const clock = createManualClock(1_000_000);
  let compared = 0;
  const begin = async ({ password }: { password: string }) => {
    compared += 1;
    return password === "right" ? { secret: "s", endsMs: 1 } : null;
  };
  const sessions = { begin } as unknown as Parameters<typeof createSignIns>[0]["sessions"];
  const signIns = createSignIns({ sessions, clock: clock.now, later: clock.later, log: SILENT });
  const attempt = (password: string, address: string, name = "anna") =>
    signIns.begin({ name, password }, address).then(
      () => "in",
      (error: { code: string }) => error.code,
    );
  return { clock, attempt, compared: () => compared };
}

it("a thousand addresses guess twenty times, and then ten times a minute", async () => {
  const { clock, attempt, compared } = service();
  const from = (n: number) => `198.51.${n >> 8}.${n & 255}`;
  const flood = async (start: number) => {
    const ends = Array.from({ length: 250 }, (_, n) => attempt("wrong", from(start + n)));
    await settle();
    await clock.advance(6000);
    return Promise.all(ends);
  };
  const first = await flood(0);
  expect(first.filter((end) => end === "unauthorized")).toHaveLength(20);
  expect(first.filter((end) => end === "too-busy")).toHaveLength(230);
  for (let n = 1; n < 4; n += 1) await flood(n * 250);
  // 24 seconds in all.
  expect(compared()).toBeLessThanOrEqual(20 + 4);
  await clock.advance(HOUR_MS);
  expect(await attempt("right", from(5000))).toBe("in");
});

it("one address guesses a few times, and then once a minute", async () => {
  const { clock, attempt, compared } = service();
  for (let second = 0; second < 600; second += 1) {
    const end = attempt("wrong", "192.0.2.1");
    await clock.advance(1000);
    void end;
  }
  expect(compared()).toBeLessThanOrEqual(20);
});

it("holds up neither this machine, nor where the name came in from, nor another name", async () => {
  const { clock, attempt } = service();
  expect(await attempt("right", "192.0.2.9")).toBe("in");
  const flood = Array.from({ length: 60 }, (_, n) => attempt("wrong", `203.0.113.${n}`));
  await clock.advance(0);
  await Promise.all(flood);
  expect(await attempt("right", "203.0.113.200")).toBe("too-busy");
  for (const address of ["127.0.0.1", "::1", "192.0.2.9"]) {
    expect(await attempt("right", address)).toBe("in");
  }
  expect(await attempt("right", "203.0.113.200", "berta")).toBe("in");
  // Wrong ones from this machine do not count against the name elsewhere.
  await clock.advance(HOUR_MS);
  await Promise.all([attempt("wrong", "127.0.0.1"), attempt("wrong", "127.0.0.1")]);
  expect(await attempt("right", "203.0.113.201")).toBe("in");
});
