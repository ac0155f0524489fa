// Goal: kill -9 in the middle of planning, applying and undoing a rerate, and whoever goes on comes
// to the same end: the same plan, each CDR revised once by the job, the amounts as they were.
// Method: a server process on a SQLite file with CDRs from a seed is killed as soon as
// rerate.show has passed a seeded share of the work; what is stored is compared with amounts
// reckoned here in whole ten-thousandths.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAM } from "../program.ts";
import { seededRandom } from "../tariffs/seeded-deck.ts";
import { type ServerProcess, startProcess, stopProcess } from "./server-process.ts";

const SEED = Number(process.env["CRASH_SEED"] ?? 20261121);
const CDRS = 8000;
const PAGE = 1000;
/** Ten-thousandths a minute: first a slipped price, then the right one; 44 is right from the start. */
const RATES = { wrong: 2000, right: 1300, other: 5000 };

const folder = mkdtempSync(join(tmpdir(), "cdrate-rerate-crash-"));
const settings = join(folder, "cdrate.yaml");
writeFileSync(settings, "limits: { rerateLeaseSeconds: 1 }\n");
const random = seededRandom(SEED);

interface Sent {
  seconds: number;
  isWrong: boolean;
}
const sent: Sent[] = Array.from({ length: CDRS }, () => ({
  seconds: 1 + Math.floor(random() * 900),
  isWrong: random() < 0.8,
}));
const wrongCalls = sent.filter(({ isWrong }) => isWrong).length;

/** Rate × seconds ⁄ 60, rounded half up to four decimals. */
function amountText(rate: number, seconds: number): string {
  const units = Math.floor((2 * rate * seconds + 60) / 120);
  return `${Math.floor(units / 10_000)}.${String(units % 10_000).padStart(4, "0")}`;
}

function tariffFiles(rate: number): Record<string, string> {
  return {
    "tariff.yaml": [
      "tenant: crash.example",
      "currency: EUR",
      "retailPlans: { standard: { deck: retail.csv } }",
      "voipPlans: { gold: { retail: [standard] } }",
      "accounts: accounts.csv",
    ].join("\n"),
    "retail.csv": `prefix,rate\n34,${rate / 10_000}\n44,${RATES.other / 10_000}\n`,
    "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
  };
}

let server: ServerProcess;

const startServer = () =>
  startProcess([
    ...[PROGRAM, "--config", settings, "--log", "fatal"],
    ...["--store", `sqlite:${join(folder, "crash.db")}`, "serve", "--listen", "127.0.0.1:0"],
  ]);

async function rpc(method: string, params: object) {
  const response = await fetch(`${server.url}/jsonrpc`, {
    method: "POST",
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: unknown; error?: unknown };
  expect(answer.error, method).toBeUndefined();
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return answer.result as any;
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => server.child.once("exit", resolve));
  server.child.kill("SIGKILL");
  await ended;
  server = await startServer();
}

/**
 * Kills the server once the job has passed a seeded share of its work, from `least` on, and starts
 * it again. False when the work was done before that.
 */
async function killAmid(job: string, state: string, least = 0.05): Promise<boolean> {
  const share = least + 0.3 * random();
  let view: { state: string; progress: { done: number; total: number } };
  do {
    view = await rpc("rerate.show", { job });
    if (view.state !== state) return false;
  } while (view.progress.done <= share * view.progress.total);
  await kill();
  const found = await rpc("rerate.show", { job });
  return found.state === state && found.progress.done < found.progress.total;
}

/** Asks until the job stands in `state`; `again` repeats the command, as an operator would. */
async function until(job: string, state: string, again = "rerate.show") {
  for (;;) {
    const view = await rpc(again, { job });
    if (view.state === state) return view;
    expect(["planning", "applying", "undoing"]).toContain(view.state);
  }
}

async function every<Row>(method: string, params: object, member: string): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await rpc(method, { ...params, limit: PAGE, ...(cursor && { cursor }) });
    rows.push(...page[member]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
}

/** Every CDR is exported once, with the amount at this rate and this revision where it was wrong. */
async function expectStored(rate: number, revision: number): Promise<void> {
  const response = await fetch(`${server.url}/export`, {
    method: "POST",
    body: JSON.stringify({ columns: ["originId", "revision", "sellAmount"] }),
  });
  const [, ...lines] = (await response.text()).trimEnd().split(/\r?\n/);
  const rows = lines.filter((line) => !line.startsWith("#"));
  const wanted = sent.map(({ seconds, isWrong }, index) =>
    isWrong
      ? `${index},${revision},${amountText(rate, seconds)}`
      : `${index},1,${amountText(RATES.other, seconds)}`,
  );
  expect(rows.sort()).toEqual(wanted.sort());
}

beforeAll(async () => {
  process.stdout.write(`\nrerate crash seed ${SEED}\n`);
  server = await startServer();
  const load = async (rate: number) =>
    (await rpc("tariff.load", { files: tariffFiles(rate) })).version;
  const versions = [await load(RATES.wrong), await load(RATES.right)];
  await rpc("tariff.activate", { version: versions[0], at: "2026-03-01T00:00:00Z" });
  for (let from = 0; from < CDRS; from += PAGE) {
    const cdrs = sent.slice(from, from + PAGE).map(({ seconds, isWrong }, index) => ({
      originId: String(from + index),
      tenant: "crash.example",
      account: String(1000 + (index % 7)),
      destination: isWrong ? "34650123456" : "442079460123",
      answerTime: new Date(
        Date.parse("2026-03-02T00:00:00Z") + (from + index) * 7000,
      ).toISOString(),
      usage: seconds,
    }));
    const { results } = await rpc("cdr.processMany", { cdrs });
    expect(results.every(({ outcome }: { outcome: string }) => outcome === "rated")).toBe(true);
  }
  await rpc("tariff.activate", { version: versions[1], at: "2026-03-01T00:00:00Z" });
});

afterAll(async () => {
  await stopProcess(server);
  rmSync(folder, { recursive: true, force: true });
});

describe("kill -9 amid a rerate", () => {
  it("comes to the same plan, applies each line once, and takes each back once", async () => {
    const filter = { tenants: ["crash.example"] };
    let job = "";
    do {
      job = (await rpc("rerate.plan", { filter })).job;
      // Beyond the first checkpoint, which is after 4000 CDRs.
    } while (!(await killAmid(job, "planning", 0.5)));
    const plan = await until(job, "planned");
    const { job: other } = await rpc("rerate.plan", { filter });
    const uninterrupted = await until(other, "planned");
    expect(plan).toMatchObject({
      hash: uninterrupted.hash,
      totals: uninterrupted.totals,
      by: uninterrupted.by,
      lines: wrongCalls,
    });
    const lines = await every<{ line: number; id: string }>("rerate.lines", { job }, "lines");
    expect(lines.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
    expect(new Set(lines.map(({ id }) => id)).size).toBe(wrongCalls);

    await rpc("rerate.apply", { job, hash: plan.hash });
    expect(await killAmid(job, "applying")).toBe(true);
    expect(await until(job, "applied", "rerate.apply")).toMatchObject({
      applied: { done: wrongCalls, left: 0 },
    });
    await expectStored(RATES.right, 2);

    await rpc("rerate.undo", { job });
    expect(await killAmid(job, "undoing")).toBe(true);
    expect(await until(job, "undone", "rerate.undo")).toMatchObject({
      undone: { done: wrongCalls, left: 0 },
    });
    await expectStored(RATES.wrong, 3);
    const { checks } = await rpc("audit.run", {});
    expect(checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
  }, 300_000);
});
