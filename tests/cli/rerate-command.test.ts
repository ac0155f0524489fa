// Goal: the money that cdrate rerate prints is whole, and says whose it is; any filter can be planned,
// and whatever is left or further down a list can be shown.
// Method: the program in this process, on a store with the accounts of two tenants, and over --url.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-rerate-command-"));
const store = `sqlite:${join(folder, "rerate.db")}`;
const TENANTS = ["a.example", "c.example"];
/** One whose calls the tests change. */
const CHANGED = "b.example";
const ACCOUNTS = 12;

const tariff = (tenant: string, rate: string) => ({
  "tariff.yaml": `tenant: ${tenant}
currency: EUR
retailPlans: { standard: { deck: deck.csv }, cheap: { deck: cheap.csv } }
voipPlans: { gold: { retail: [standard] }, silver: { retail: [cheap] } }
accounts: accounts.csv
`,
  "deck.csv": `prefix,rate\n34,${rate}\n`,
  "cheap.csv": "prefix,rate\n34,0.02\n",
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
});

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ store, demo: false });
  const activate = async (tenant: string, rate: string) => {
    const { version } = await service.rpc("tariff.load", { files: tariff(tenant, rate) });
    await service.rpc("tariff.activate", { version, at: "2026-03-01T00:00:00Z" });
  };
  for (const tenant of [...TENANTS, CHANGED]) await activate(tenant, "1.00");
  const cdrs = TENANTS.flatMap((tenant) =>
    Array.from({ length: ACCOUNTS }, (_, n) => ({
      originId: `${tenant}-${n}`,
      tenant,
      account: `${1001 + n}`,
      destination: "34650123456",
      answerTime: "2026-03-02T10:00:00Z",
      usage: 60 * (n + 1),
    })),
  );
  await service.rpc("cdr.processMany", { cdrs });
  for (const tenant of TENANTS) await activate(tenant, "0.10");
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(["store", "url"])("by --%s", (way) => {
  const ask = (...argv: string[]) =>
    way === "store"
      ? capturedRun("--store", store, "rerate", ...argv)
      : capturedRun("rerate", ...argv, "--url", service.url);
  const plan = async (...flags: string[]) => (await ask("plan", "--json", ...flags)).json();
  const planned = async (...flags: string[]): Promise<string> =>
    (await plan("--tenant", ...TENANTS, ...flags)).job;
  /** The rows by account, cell by cell. */
  const accountRows = (lines: string[]): string[][] => {
    const begin = lines.findIndex((line) => /^(tenant +)?account /.test(line));
    return lines.slice(begin, lines.indexOf("", begin)).map((line) => line.split(/ {2,}/));
  };

  it("the rows by account add up, however many are shown, and name their tenants", async () => {
    const shown = await ask("show", await planned());
    const [head, , ...rows] = accountRows(shown.text.split("\n"));
    expect(head?.slice(0, 2)).toEqual(["tenant", "account"]);
    expect(rows).toHaveLength(11);
    expect(rows.slice(0, 2).map((row) => row.slice(0, 3).join())).toEqual(
      TENANTS.map((tenant) => `${tenant},1012,1`),
    );
    expect(rows.at(-1)?.join()).toMatch(/^,\*others,14,/);
    const sum = rows.reduce((all, row) => all + Number(row[3]), 0);
    expect(sum).toBe(2 * ((ACCOUNTS * (ACCOUNTS + 1)) / 2));
    expect(shown.text).toContain("*others: the sum of all beyond the rows shown; --top");
  });

  it("--top shows all of them, as text and as JSON", async () => {
    const job = await planned();
    const text = (await ask("show", job, "--top", "24")).text;
    expect(accountRows(text.split("\n"))).toHaveLength(26);
    expect(text).not.toContain("*others");
    expect((await ask("show", job, "--json")).json().by.account).toHaveLength(24);
    const few = (await ask("show", job, "--json", "--top", "1")).json();
    expect(few.by.account).toMatchObject([
      { account: "1012", tenant: "a.example", cdrs: 1 },
      { account: "*others", tenant: null, cdrs: 23 },
    ]);
    expect((await ask("show", job, "--top", "1001")).code).toBe(2);
  });

  it("accounts of one tenant are shown without it; lines always with it", async () => {
    const flags = ["--tenant", "c.example", "--account", "1001", "--account", "1002"];
    const { job } = await plan(...flags);
    expect(accountRows((await ask("show", job)).text.split("\n"))[0]?.[0]).toBe("account");
    expect((await ask("lines", job)).text).toMatch(
      /^line +id +tenant +account .*\n.*\n.* c\.example +100[12] /,
    );
  });

  it("any filter can be planned; a member that two flags give is refused", async () => {
    const cdrs = async (...flags: string[]) =>
      (await plan("--tenant", ...TENANTS, ...flags)).totals.cdrs;
    expect(await cdrs("--filter", '{"usage":{"min":600}}', "--account", "1010", "1011")).toBe(4);
    expect(await cdrs("--not", "account=1001", "--destination", "34650123456")).toBe(22);
    expect(await cdrs("--from", "2026-03-02", "--to", "2026-03-03", "--country", "PT")).toBe(0);
    expect(await cdrs("--priced-by", "none")).toBe(0);
    const both = await ask("plan", "--filter", '{"accounts":["1001"]}', "--account", "1", "--json");
    expect([both.code, both.json().error]).toMatchObject([
      2,
      { code: "invalid-params", path: "filter.accounts" },
    ]);
    const ends = ["--filter", '{"callTime":{"from":"2026-03-01T00:00:00Z"}}', "--to", "2026-03"];
    expect((await ask("plan", ...ends)).warnings[0]).toContain('"callTime"');
    const empty = await ask("plan", "--from", "2026-03-02", "--to", "2026-03-01", "--json");
    expect([empty.code, empty.json().error.path]).toEqual([2, "filter.callTime.to"]);
  });

  it("what undo left is said, and listed", async () => {
    const call = { tenant: CHANGED, account: way, destination: "34650123456", usage: 60 };
    const when = { originId: way, answerTime: "2026-03-02T10:00:00Z" };
    const { id } = await service.rpc("cdr.process", { cdr: { ...call, ...when } });
    await service.rpc("account.set", {
      tenant: CHANGED,
      account: way,
      voipPlan: "silver",
      from: "2026-03-01T00:00:00Z",
    });
    const { job } = await plan("--filter", JSON.stringify({ ids: [id] }));
    expect((await ask("apply", job)).text).toContain("applied 1, left 0 that changed meanwhile\n");
    await service.rpc("cdr.correct", { id, fields: { usage: 90 } });
    expect((await ask("undo", job)).text).toContain(
      `undone 0, left 1 that changed meanwhile: rerate lines ${job} --undo-left\n`,
    );
    const left = await ask("lines", job, "--undo-left");
    expect(left.text).toBe(`1  ${id}  changed-meanwhile`);
    expect((await ask("lines", job, "--left", "--undo-left")).code).toBe(2);
  });

  it("list says that there are more jobs, and goes on with them", async () => {
    for (let n = 0; n < 3; n += 1) await planned();
    const { jobs } = (await ask("list", "--json")).json();
    const first = await ask("list", "--limit", "2");
    expect(first.lines).toHaveLength(3);
    const cursor = /^there are more: --cursor (\S+)$/.exec(first.lines[2] ?? "")?.[1] ?? "";
    const rest = await ask("list", "--cursor", cursor, "--limit", "1000");
    expect([...first.lines.slice(0, 2), ...rest.lines].map((line) => line.split(" ")[0])).toEqual(
      jobs.map(({ job }: { job: string }) => job),
    );
    expect((await ask("list", "--limit", "0")).code).toBe(2);
  });
});
