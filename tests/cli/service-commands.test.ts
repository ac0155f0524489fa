// Goal: tariff activate, rollback and list, rerate and audit do the same on a store and over --url.
// Method: the program in this process, on a file store of its own and on a service on another one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-service-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tariff = (rate: string) => ({
  "tariff.yaml": `tenant: a.example
currency: EUR
retailPlans: { standard: { deck: deck.csv } }
voipPlans: { gold: { retail: [standard] } }
accounts: accounts.csv
`,
  "deck.csv": `prefix,rate\n34,${rate}\n`,
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
});

describe.each(["store", "url"])("by --%s", (way) => {
  let service: TestService;
  let right = "";
  let wrong = "";
  const store = `sqlite:${join(folder, `${way}.db`)}`;
  const ask = (...argv: string[]) =>
    way === "store"
      ? capturedRun("--store", store, ...argv)
      : capturedRun(...argv, "--url", service.url);

  beforeAll(async () => {
    service = await startTestService({ store, demo: false });
    const load = async (name: string, rate: string): Promise<string> =>
      (await service.rpc("tariff.load", { files: tariff(rate), name })).version;
    right = await load("right", "0.10");
    wrong = await load("wrong", "1.00");
    await service.rpc("tariff.activate", { version: wrong, at: "2026-03-01T00:05:00Z" });
    await service.rpc("cdr.process", {
      cdr: {
        originId: "one",
        tenant: "a.example",
        account: "1001",
        destination: "34650123456",
        answerTime: "2026-03-02T10:00:00Z",
        usage: 60,
      },
    });
  });
  afterAll(() => service.stop());

  it("tariff activate says when a later entry takes over; list shows the time line", async () => {
    const early = await ask("tariff", "activate", right, "--at", "2026-03-01T00:00:00Z");
    expect(early.lines[0]).toBe(
      `active for a.example from 2026-03-01T00:00:00.000Z until 2026-03-01T00:05:00.000Z, when ${wrong} takes over: ${right}`,
    );
    const at = ["--at", "2026-03-01T01:05:00+01:00"];
    const { activations } = (await ask("tariff", "activate", right, ...at, "--json")).json();
    expect(activations).toMatchObject([{ version: right, from: "2026-03-01T00:05:00.000Z" }]);
    expect(activations[0]).not.toHaveProperty("until");
    await ask("tariff", "activate", wrong, "--at", "2999-01-01T00:00:00Z");
    const lines = (await ask("tariff", "list")).text.split("\n");
    const shown = (from: string, version: string) =>
      lines.find((line) => line.startsWith(`a.example  ${from}`) && line.includes(version));
    expect(shown("2026-03-01T00:00", right)).toMatch(/2999-01-01T00:00:00.000Z .* in force$/);
    expect(shown("2026-03-01T00:05", wrong)).toMatch(/replaced$/);
    expect(shown("2999-01-01", wrong)).toMatch(/to come$/);
    const back = await ask("tariff", "rollback", "a.example", "--wait");
    expect(back.lines[1]).toBe("every service has it (1)");
    expect(back.lines[0]).toBe(`active for a.example from 2999-01-01T00:00:00.000Z: ${right}`);
  });

  it("rerate: plan, show, lines, apply, undo and list; flags that cannot be are refused", async () => {
    const planned = await ask("rerate", "plan", "--account", "1001", "--from", "2026-03-01T00:00Z");
    expect(planned.text).toContain("1 CDRs priced again, 1 would change");
    const job = /^job (\S+): planned/.exec(planned.text)?.[1] ?? "";
    expect((await ask("rerate", "lines", job)).text).toMatch(
      /1 .* 1001 +1\.0000 +0\.1000 .* tariff$/,
    );
    for (const [flag, value] of [
      ["limit", "0"],
      ["after", "x"],
    ] as const) {
      const refused = await ask("rerate", "lines", job, `--${flag}`, value);
      expect(refused.code).toBe(2);
      expect(refused.warnings[0]).toContain(`--${flag}:`);
    }
    expect((await ask("rerate", "apply", job, "--hash", "0")).code).toBe(1);
    expect((await ask("rerate", "apply", job)).text).toContain("applied 1, left 0");
    expect((await ask("rerate", "lines", job, "--left", "--json")).json()).toEqual({ lines: [] });
    expect((await ask("rerate", "undo", job)).text).toContain("undone 1, left 0");
    expect((await ask("rerate", "show", job, "--json")).json()).toMatchObject({ state: "undone" });
    expect((await ask("rerate", "list")).text).toMatch(
      / undone {2}1 lines {2}accounts=1001 callTime=2026-03-01T00:00:00.000Z\.\.$/,
    );
    expect((await ask("rerate", "show", "nope")).code).toBe(1);
  });

  it("a plan that is not waited for is left to the server", async () => {
    const { code, text } = await ask("rerate", "plan", "--no-wait");
    expect(code).toBe(0);
    const job = /^job (\S+):/.exec(text)?.[1] ?? "";
    await service.service.engine.rerates.resume();
    const shown = await ask("rerate", "show", job, "--wait", "--json");
    expect(shown.json()).toMatchObject({ state: "planned", totals: { cdrs: 1 } });
  });

  it("audit: every check, and exit code 0 when they hold", async () => {
    const audit = await ask("audit", "--all", "--from", "2026-03-01T00:00:00Z");
    expect(audit.code).toBe(0);
    expect(audit.text).toMatch(/^ok {4}batch-lines-once: /m);
    const { checks } = (await ask("audit", "--json")).json();
    expect(checks.length).toBeGreaterThan(4);
  });
});

it("a service that is not there has an exit code of its own", async () => {
  const nobody = await capturedRun("rerate", "list", "--url", "http://127.0.0.1:1");
  expect(nobody.code).toBe(4);
});
