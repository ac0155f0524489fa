// The 50 and more called numbers of the reference: what CDR-Stats answers, and what is right.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import { ruleSetSettings } from "../../src/numbering/rule-sets/schema.ts";

interface Case {
  id: string;
  settings: Record<string, unknown> & { LOCAL_DIALCODE: string };
  input: string;
  expected: Record<string, unknown>;
  recommended: Record<string, unknown>;
}

const file = new URL("../../../shared/reference/normalisation-cases.json", import.meta.url);
const cases: Case[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).cases : [];
if (cases.length === 0) {
  process.stderr.write(
    "SKIPPED: ../shared/reference/normalisation-cases.json is not there; its cases were not run.\n",
  );
}

const PRESET_BY_DIAL_CODE: Record<string, string> = { "1": "US", "44": "GB", "34": "ES" };

describe.skipIf(cases.length === 0)("reference cases", () => {
  test.each(cases)("$id under preset cdr-stats", ({ settings, input, expected }) => {
    const answer = normalizeNumber(
      input,
      ruleSetSettings.parse({ preset: "cdr-stats", ...settings }),
    );
    expect({
      authorized: answer.authorized,
      normalized: answer.normalized,
      country_iso2: answer.country,
      prefix: answer.prefix,
      kind: answer.kind,
      cdr_dialcode: answer.cdrDialcode,
    }).toEqual(expected);
  });

  test.each(cases)("$id under its country's preset", ({ settings, input, recommended }) => {
    const { blacklist, whitelist } = settings;
    const techPrefixes = input.startsWith("99999") ? { techPrefixes: ["99999"] } : {};
    const answer = normalizeNumber(
      input,
      ruleSetSettings.parse({
        preset: PRESET_BY_DIAL_CODE[settings.LOCAL_DIALCODE],
        blacklist,
        whitelist,
        ...techPrefixes,
      }),
    );
    const known: Record<string, unknown> = {
      e164: answer.e164,
      country: answer.country,
      kind: answer.kind,
      type: answer.type,
      authorized: answer.authorized,
      post: answer.postDial,
      tech: answer.techPrefix,
      lrn: answer.routingNumber,
    };
    for (const [name, value] of Object.entries(recommended)) {
      if (name !== "note" && name !== "reason") expect(known[name], name).toBe(value);
    }
  });
});
