// Goal: a source whose rule set no tariff in force has is told of, at the start, at each activation
// and in the status. Method: an engine over a store in memory whose log is kept.
import { beforeEach, expect, it } from "vitest";
import { composeEngine } from "../../../src/compose/engine.ts";
import { openStore } from "../../../src/compose/open-store.ts";
import { readSettings } from "../../../src/config/config.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { systemStatus } from "../../../src/engine/system-status.ts";
import { sourceList } from "../../../src/mediation/source-settings.ts";

const NOW_MS = Date.parse("2026-03-03T00:00:00Z");
const settings = {
  ...readSettings({ environment: {}, flags: { store: "sqlite::memory:", log: "silent" } }),
  sources: sourceList.parse([
    { name: "own", ruleSet: "trunk" },
    { name: "preset", ruleSet: "ES" },
    { name: "none" },
  ]),
};
const files = (numbering: string) => ({
  "tariff.yaml": [
    "tenant: example.com",
    "currency: EUR",
    "retailPlans: { standard: { deck: retail.csv } }",
    `numbering: { ${numbering}: { preset: wholesale-digits } }`,
    "voipPlans: { gold: { retail: [standard] } }",
  ].join("\n"),
  "retail.csv": "prefix,rate\n34,0.10\n",
});
const WARNING = { code: "unknown-rule-set", source: "own", ruleSet: "trunk" };

let engine: ComposedEngine;
let warned: unknown[];
let nowMs: number;
beforeEach(async () => {
  warned = [];
  nowMs = NOW_MS;
  engine = await composeEngine(settings, {
    store: await openStore(settings),
    clock: () => nowMs,
    log: { info: () => {}, error: () => {}, warn: (facts) => warned.push(facts) },
  });
  engine.sourceChecks.look();
  return () => engine.close();
});

async function activate(numbering: string, fromMs?: number): Promise<void> {
  const { version } = await engine.tariffs.load({ files: files(numbering) });
  await engine.tariffs.activate(version, { fromMs });
  await look();
}

/** As the service does, once a second. */
async function look(): Promise<void> {
  await engine.refresh();
  engine.sourceChecks.look();
}

it("is warned of at the start, and again at each activation that does not mend it", async () => {
  expect(warned).toEqual([WARNING]);
  await look();
  expect(warned).toEqual([WARNING]);
  await activate("other");
  expect(warned).toEqual([WARNING, WARNING]);
  expect((await systemStatus(engine)).warnings).toMatchObject([
    { ...WARNING, message: expect.stringMatching(/own.*trunk.*no price/) },
  ]);
  await activate("trunk");
  expect(warned).toHaveLength(2);
  expect((await systemStatus(engine)).warnings).toEqual([]);
});

it("is warned of when an activation that was planned comes into force", async () => {
  await activate("trunk");
  await activate("other", NOW_MS + 60_000);
  expect(warned).toHaveLength(1);
  nowMs += 60_000;
  await look();
  expect(warned).toHaveLength(2);
  expect((await systemStatus(engine)).warnings).toHaveLength(1);
});
