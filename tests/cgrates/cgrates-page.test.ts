// docs/cgrates.md tells the truth: its tables of faults and rules are complete, its counts recounted.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CGRATES_FAULTS } from "../../src/cgrates/folder/fault-list.ts";
import { compareSemantics, DIFFERENCE_RULES } from "../../src/cgrates/semantics/compare.ts";
import type { CgratesSnapshot } from "../../src/cgrates/snapshot.ts";
import { VERSION_RULES } from "../../src/engine/compare/version-rules.ts";
import { momentOf, nanoseconds, snapshotOf } from "./pricing.ts";
import { hasReference, referenceFolder, referenceText } from "./reference-folder.ts";

const page = readFileSync(new URL("../../docs/cgrates.md", import.meta.url), "utf8");
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** Rows of a section's table as lists of cells without back-ticks. */
function tableOf(text: string, heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.replaceAll("`", "")),
    );
}

describe("docs/cgrates.md", () => {
  it("lists every fault and warning of a folder", () => {
    expect(tableOf(page, "Faults and warnings")).toEqual(
      Object.entries(CGRATES_FAULTS).map(([code, { severity, text }]) => [code, severity, text]),
    );
  });

  it("lists every rule by which the semantics differ, and those of two versions", () => {
    const listed = tableOf(page, "Where they differ").map(([rule, text]) => [rule, text]);
    expect(Object.fromEntries(listed)).toEqual(DIFFERENCE_RULES);
    for (const rule of Object.keys(VERSION_RULES)) expect(page).toContain(`\`${rule}\``);
  });
});

const found = hasReference("cgrates-random/calls.jsonl");

describe.skipIf(!found)("the counts of docs/cgrates.md and of the README", () => {
  it("are those of the reference calls", () => {
    const snapshots = new Map<string, { cgrates: CgratesSnapshot; exact: CgratesSnapshot }>();
    const counts: Record<string, number> = Object.fromEntries(
      Object.keys(DIFFERENCE_RULES).map((rule) => [rule, 0]),
    );
    const calls = referenceText("cgrates-random/calls.jsonl").trim().split("\n");
    let same = 0;
    for (const line of calls) {
      const { plan, answerTime, usage, ...call } = JSON.parse(line);
      const files = snapshots.has(plan) ? {} : referenceFolder(`cgrates-random/${plan}`);
      const pair = snapshots.get(plan) ?? {
        cgrates: snapshotOf(files),
        exact: snapshotOf(files, "exact"),
      };
      snapshots.set(plan, pair);
      const timeStart = momentOf(answerTime);
      const descriptor = { ...call, timeStart, usageNs: nanoseconds(usage) };
      const { rule } = compareSemantics(descriptor, pair);
      if (rule === null) same++;
      else counts[rule] = (counts[rule] ?? 0) + 1;
    }
    const written = tableOf(page, "Where they differ").map(([rule, , count]) => [rule, count]);
    expect(Object.fromEntries(written)).toEqual(
      Object.fromEntries(Object.entries(counts).map(([rule, count]) => [rule, String(count)])),
    );
    expect(page).toContain(`${same.toLocaleString("en")} calls cost the same`);
    expect(page).toContain(`${calls.length.toLocaleString("en")} calls`);
    for (const [rule, count] of Object.entries(counts)) {
      if (count > 0) expect(readme).toContain(`| \`${rule}\` | ${count} |`);
    }
  });
});
