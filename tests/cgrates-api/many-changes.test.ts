// Goal: however often a plan in force is changed, its layers stay few and its prices what they were. Method:
// more changes than layers are let stand, on an engine with a store in memory.
import { expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import { layersOf } from "../../src/cgrates/layers/read.ts";
import { composeEngine } from "../../src/compose/engine.ts";
import { readSettings } from "../../src/config/config.ts";
import { SILENT } from "../end-to-end/test-service.ts";
import { PLAN } from "./plans.ts";

const CHANGES = 430;

it("many changes of a plan leave few layers, and each its price", async () => {
  const flags = { store: "sqlite::memory:", log: "silent" };
  const settings = readSettings({ environment: {}, flags });
  let nowMs = Date.parse("2026-01-01T00:00:00Z");
  const clock = () => {
    nowMs += 1;
    return nowMs;
  };
  const engine = await composeEngine(settings, { log: SILENT, compiler: "inline", clock });
  const by = { by: { name: "test" }, act: "set", subject: "plan", scope: EVERYTHING };
  const change = (files: Record<string, string>) => engine.livePlans.change({ files }, by);
  const layers = async () => {
    const [entry] = engine.snapshots.timeline().inForce(nowMs);
    return layersOf((await engine.store.tariffs.getFiles(entry?.version ?? "")) ?? {}).length;
  };
  await change(PLAN);
  let most = 0;
  for (let number = 0; number < CHANGES; number += 1) {
    const profile = `cgrates.org,call,s${number % 50},2020-01-01T00:00:00Z,P,\n`;
    const destination = `D,44\nD,33${number}\n`;
    const files =
      number % 2 === 0 ? { "RatingProfiles.csv": profile } : { "Destinations.csv": destination };
    expect(await change(files)).toMatchObject({ ok: true });
    if (number % 25 === 0) most = Math.max(most, await layers());
  }
  expect(most).toBeLessThanOrEqual(200);
  expect(await layers()).toBeLessThan(100);
  const costOf = async (subject: string, destination: string) => {
    const descriptor = {
      ...{ tenant: "cgrates.org", category: "call", tor: "*voice", subject, destination },
      ...{
        timeStart: { atMs: Date.parse("2024-01-10T10:00:00Z"), offsetMinutes: 0 },
        usageNs: 60e9,
      },
    };
    const described = await engine.prices.byDescriptor(descriptor, EVERYTHING);
    return described !== null && "cost" in described.price ? described.price.cost : null;
  };
  expect(await costOf("s48", `33${CHANGES - 1}1`)).toBe("0.6");
  expect(await costOf("s48", `33${CHANGES - 3}1`)).toBeNull();
  expect(await costOf("s49", "441")).toBeNull();
  await engine.close();
});
