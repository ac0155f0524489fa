// Goal: numbers that public reports got wrong prices for have the right one on every road: number.normalize,
// rating.price, a posted CDR, rating.routes and `cdrate price`. Method: the reference cases, where
// they are there, against one service a case.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { capturedRun } from "../cli/captured-run.ts";
import { startTestService, type TestService } from "./test-service.ts";

const FOLDER = "../shared/reference/field";
const isThere = existsSync(FOLDER);
if (!isThere) process.stderr.write(`SKIPPED: ${FOLDER} is not there; its cases were not run.\n`);

interface Case {
  input?: { number: string; ruleSet: unknown };
  files: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: each case expects something else.
  expected: any;
}

const readCase = (name: string): Case =>
  JSON.parse(readFileSync(`${FOLDER}/turn2-${name}.json`, "utf8")) as Case;

const root = mkdtempSync(join(tmpdir(), "cdrate-number-cases-"));
let service: TestService | null = null;
async function endService(): Promise<void> {
  await service?.stop();
  service = null;
}
afterEach(endService);
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface AskedCall {
  destination: string;
  callerNumber?: string;
  usage: number;
  answerTime?: string;
}

type Prices = { prefix: string | null; amount: string | null; reason: string | null };

/** What one call costs on the sell side, by each road that prices calls; all must agree. */
async function pricesOf(files: Record<string, string>, asked: AskedCall): Promise<Prices> {
  const tenant = /^tenant: (\S+)/.exec(files["tariff.yaml"] ?? "")?.[1] ?? "";
  if (service === null) {
    service = await startTestService({ demo: false });
    const { version } = await service.service.engine.tariffs.load({ files }, { name: "case" });
    await service.service.engine.tariffs.activate(version);
  }
  const answerTime = asked.answerTime ?? "2026-03-02T09:00:00Z";
  const call = { tenant, account: "a", ...asked, answerTime };
  const byRpc = await service.rpc("rating.price", call);
  const form = new URLSearchParams({
    accid: `case-${Math.round(performance.now() * 1e6)}`,
    tenant,
    account: "a",
    destination: asked.destination,
    answer_time: answerTime,
    duration: `${asked.usage}s`,
    ...(asked.callerNumber === undefined ? {} : { callerNumber: asked.callerNumber }),
  });
  const posted = (await service.post("/cgr", form.toString())).body;
  const folder = join(root, tenant);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const caller = asked.callerNumber === undefined ? [] : ["--caller-number", asked.callerNumber];
  const { lines } = await capturedRun(
    ...["price", "--tariff", folder, "--tenant", tenant, "--account", "a", "--json"],
    ...["--destination", asked.destination, "--usage", String(asked.usage)],
    ...["--answer-time", answerTime, ...caller],
  );
  const byCli = JSON.parse(lines.join(""));
  const [first, ...others] = [byRpc, posted, byCli].map(({ sell, reason }) => ({
    prefix: sell.prefix,
    amount: sell.amount,
    reason: reason ?? null,
  }));
  for (const other of others) expect(other).toEqual(first);
  return first as Prices;
}

const normalize = (number: string, ruleSet: unknown) => {
  if (service === null) throw new Error("a call is priced first");
  return service.rpc("number.normalize", { number, ruleSet });
};

describe.skipIf(!isThere)("reference cases of numbers", () => {
  it("Argentina's 15 in front of a local number", async () => {
    const { input, files, expected } = readCase("argentina-15-local");
    const spellings = [input!.number, ...expected["equal to"]];
    for (const destination of spellings) {
      expect(await pricesOf(files, { destination, usage: 60 })).toEqual({
        prefix: expected["sell.prefix"],
        amount: expected["sell.amount"],
        reason: null,
      });
      expect((await normalize(destination, input!.ruleSet)).e164).toBe(expected.e164);
    }
    const fixed = await normalize("6123-4567", input!.ruleSet);
    expect(fixed.e164).toBe(expected["local fixed 6123-4567 stays"]);
  });

  it("Mexico's +52 1", async () => {
    const { input, files, expected } = readCase("mexico-521");
    for (const destination of [input!.number, ...expected["same for"]]) {
      expect(await pricesOf(files, { destination, usage: 60 })).toEqual({
        prefix: expected["sell.prefix"],
        amount: expected["sell.amount"],
        reason: null,
      });
      const { e164, kind, steps } = await normalize(destination, input!.ruleSet);
      expect({ e164, kind }).toEqual({ e164: expected.e164, kind: expected.kind });
      expect(steps).toContainEqual(
        expect.objectContaining({
          step: "plan-change",
          note: "Mexico, since 2019-08-03: the 1 before mobile numbers was dropped",
        }),
      );
    }
    // Before the change the deck of then has its own row for the old digits.
    const then = { destination: input!.number, usage: 60, answerTime: "2018-05-01T12:00:00Z" };
    expect(await pricesOf(files, then)).toMatchObject({ prefix: "521", amount: "0.1500" });
  });

  it("local numbers that no area code completes", async () => {
    const { files, expected } = readCase("not-understood-number-priced");
    const none = { prefix: null, amount: null, reason: "number-not-understood" };
    const numbers = ["5551234", ...expected["same for"].map((text: string) => text.slice(0, 7))];
    const refusing = { preset: "US", validate: "refuse" };
    for (const destination of numbers) {
      expect(await pricesOf(files, { destination, usage: 600 })).toEqual(none);
      const routes = await service!.rpc("rating.routes", {
        tenant: "us.example",
        account: "a",
        destination,
        usage: 600,
      });
      expect(routes).toMatchObject({ routes: [], reason: "number-not-understood" });
      expect(await normalize(destination, refusing)).toMatchObject({
        kind: "invalid",
        reason: "area-code-missing",
      });
    }
    await endService();
    const settings = files["tariff.yaml"] ?? "";
    const coded = settings.replace("preset: US", 'preset: US, areaCode: "212"');
    const priced = await pricesOf(
      { ...files, "tariff.yaml": coded },
      {
        destination: "5551234",
        usage: 600,
      },
    );
    const area = expected["with areaCode 212"];
    expect(priced).toEqual({
      prefix: area["sell.prefix"],
      amount: area["sell.amount"],
      reason: null,
    });
    await endService();
    const strict = settings.replace("preset: US", "preset: US, validate: refuse");
    const refused = { ...files, "tariff.yaml": strict };
    for (const destination of numbers) {
      expect(await pricesOf(refused, { destination, usage: 600 })).toEqual(none);
    }
  });

  it("callers that are no number of a country", async () => {
    const { files, expected } = readCase("caller-extension-prefix");
    const destination = "34911234567";
    for (const callerNumber of ["3112", "+3112", undefined, "anonymous", "+12125550123"]) {
      const caller = callerNumber === undefined ? {} : { callerNumber };
      const found = await pricesOf(files, { destination, usage: 60, ...caller });
      expect([callerNumber, found.amount]).toEqual([callerNumber, expected["sell.amount"]]);
    }
    for (const text of expected["0.0100"] as string[]) {
      const callerNumber = text.replace("caller ", "");
      const found = await pricesOf(files, { destination, usage: 60, callerNumber });
      expect([callerNumber, found.amount]).toEqual([callerNumber, "0.0100"]);
    }
  });
});
