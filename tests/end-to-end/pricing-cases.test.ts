// Goal: public reports of wrong or missing prices give their right value through each road that
// their calls name. Method: the reference cases, by the command line, rating.price and a posted CDR.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { capturedRun as run } from "../cli/captured-run.ts";
import { fieldCase } from "../formats/reference-cases.ts";
import { startTestService } from "./test-service.ts";

const root = mkdtempSync(join(tmpdir(), "cdrate-cases-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const caseOf = (key: string) => fieldCase(`turn2-${key}`);
const found = caseOf("minimum-charge-per-call") !== null;

type Files = Record<string, string>;

/** The files of a case as a folder of their own, with some of them changed. */
function folderOf(key: string, change: (files: Files) => void = () => {}): string {
  const files: Files = { ...caseOf(key).files };
  change(files);
  const folder = mkdtempSync(join(root, `${key}-`));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function priced(folder: string, ...flags: string[]) {
  const { json } = await run("price", "--tariff", folder, "--account", "a", "--json", ...flags);
  return json();
}

/** A time of a case may leave out its day and its offset: those of the time before it. */
function wholeTime(text: string, before: string): string {
  return text.includes("T") ? text : `${before.slice(0, 11)}${text}${before.slice(19)}`;
}

describe.skipIf(!found)("public reports of prices", () => {
  it("exact pays for what comes before the first slot by the fee", async () => {
    const folder = folderOf("exact-missing-slot");
    const { note: _note, ...amounts } = caseOf("exact-missing-slot").expected;
    for (const compat of ["exact", "cgrates"]) {
      for (const [usage, amount] of Object.entries<string>(amounts)) {
        const answer = await priced(
          folder,
          ...["--compat", compat, "--tenant", "ivoz.example", "--destination", "34911234567"],
          ...["--answer-time", "2020-06-11T10:00:00Z", "--usage", usage],
        );
        expect([compat, usage, Number(answer.sell.amount)]).toEqual([
          compat,
          usage,
          Number(amount),
        ]);
      }
    }
  });

  it("a started interval costs the price at its start, by the plan or by its rows", async () => {
    const { expected } = caseOf("interval-priced-at-its-start");
    const byPlan = folderOf("interval-priced-at-its-start", (files) => {
      files["tariff.yaml"] = (files["tariff.yaml"] ?? "").replace(
        "deck: r.csv",
        "deck: r.csv, intervalPrice: start",
      );
    });
    const byRows = folderOf("interval-priced-at-its-start", (files) => {
      const [header, ...rows] = (files["r.csv"] ?? "").trim().split("\n");
      const all = [`${header},interval_price`, ...rows.map((row) => `${row},start`)];
      files["r.csv"] = `${all.join("\n")}\n`;
    });
    for (const folder of [byPlan, byRows]) {
      for (const [times, amount] of Object.entries<string>(expected)) {
        const [start = "", end = ""] = times.split(" to ");
        const answer = await priced(
          folder,
          ...["--tenant", "bill.example", "--destination", "420700555010"],
          ...["--answer-time", start, "--end-time", wholeTime(end, start)],
        );
        expect([times, answer.sell.amount]).toEqual([times, amount]);
      }
    }
  });

  it("a least amount is charged, by every road", async () => {
    const { files, expected } = caseOf("minimum-charge-per-call");
    const folder = folderOf("minimum-charge-per-call");
    const service = await startTestService({ demo: false });
    try {
      const { version } = await service.rpc("tariff.load", { files });
      await service.rpc("tariff.activate", { version, at: "2026-01-01T00:00:00Z" });
      const call = { tenant: "min.example", account: "a", destination: "442079460123" };
      for (const [usage, amount] of Object.entries<string>(expected["buy.amount"])) {
        const line = ["--tenant", call.tenant, "--destination", call.destination, "--usage", usage];
        expect([usage, (await priced(folder, ...line)).buy.amount]).toEqual([usage, amount]);
        const answerTime = "2026-03-02T09:00:00Z";
        const params = { ...call, answerTime, usage: Number(usage) };
        const answer = await service.rpc("rating.price", params);
        expect([usage, answer.buy.amount]).toEqual([usage, amount]);
        const form = new URLSearchParams({
          ...call,
          accid: `minimum-${usage}`,
          time_answer: answerTime,
          usage: `${usage}s`,
        });
        const { body } = await service.post("/cgr", form.toString());
        expect([usage, body.buy.amount]).toEqual([usage, amount]);
        const { matches, trace } = await service.rpc("cdr.explain", { id: body.id });
        const isRaised = Number(usage) > 0 && Number(usage) < 100;
        expect([matches, trace.basis.buy?.raised ?? false]).toEqual([true, isRaised]);
      }
      const { checks } = await service.rpc("audit.run", { explain: "all" });
      expect(checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    } finally {
      await service.stop();
    }
  });

  it("rows that no call reaches are named, unless the rule set reaches them", async () => {
    const { expected } = caseOf("deck-prefix-never-matches");
    const { lines, code } = await run("tariff", "check", folderOf("deck-prefix-never-matches"));
    const warnings = lines.filter((line) => line.includes(" warning "));
    expect(code).toBe(0);
    expect(warnings.map((line) => /^\S+?:\d+/.exec(line)?.[0])).toEqual(expected.on);
    expect(warnings.every((line) => line.includes("unreachable-prefix"))).toBe(true);
    const digits = folderOf("deck-prefix-never-matches", (files) => {
      files["tariff.yaml"] = (files["tariff.yaml"] ?? "").replace("e164", "digits");
    });
    expect((await run("tariff", "check", digits)).text).not.toContain("warning");
    const answer = await priced(
      digits,
      ...["--tenant", "zero.example", "--destination", "00442079460123", "--usage", "60"],
    );
    expect(answer.sell.amount).toBe("0.0500");
  });

  it("rows of commas only are blank", async () => {
    const { expected } = caseOf("spreadsheet-blank-rows");
    const folder = folderOf("spreadsheet-blank-rows");
    const { code, json } = await run("tariff", "check", folder, "--json");
    const checked = json();
    expect([code, checked.ok, checked.warnings]).toEqual([0, true, []]);
    expect(checked.facts.counts.rates).toBe(expected.rates);
    const answer = await priced(
      folder,
      ...["--tenant", "blank.example", "--destination", "442079460123", "--usage", "60"],
    );
    expect(answer.sell.amount).toBe(expected["sell.amount"]);
  });
});
