// Goal: small changes of a plan in force compile nothing but themselves, are stored as what they add, and
// leave what a process that begins anew compiles of the whole. Method: an engine whose compiles are counted
// by its log, and a second one over the same store.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import { createApiServer } from "../../src/cgrates-api/server.ts";
import { composeEngine } from "../../src/compose/engine.ts";
import { readSettings } from "../../src/config/config.ts";
import type { ComposedEngine } from "../../src/engine/engine.ts";
import { SILENT } from "../end-to-end/test-service.ts";
import { PLAN } from "./plans.ts";

const CALLER = {
  name: "test",
  credential: null,
  address: null,
  roles: ["admin"],
  scope: EVERYTHING,
};

const folder = mkdtempSync(join(tmpdir(), "cdrate-small-"));
let nowMs = Date.parse("2026-01-01T00:00:00Z");
const engines: ComposedEngine[] = [];

interface Api {
  engine: ComposedEngine;
  compiled: () => number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
  call(method: string, param: unknown): Promise<any>;
}

const apis: Api[] = [];

async function open(): Promise<Api> {
  const flags = { store: `sqlite:${join(folder, "small.db")}`, log: "silent" };
  const settings = readSettings({ environment: {}, flags });
  let compiled = 0;
  const log = {
    ...SILENT,
    info: (_facts: object, message: string) => {
      if (message === "tariff version compiled") compiled += 1;
    },
  };
  const clock = () => {
    nowMs += 1;
    return nowMs;
  };
  const engine = await composeEngine(settings, { log, compiler: "inline", clock });
  engines.push(engine);
  const server = createApiServer({ engine, log: SILENT, limits: settings.limits });
  const opened: Api = {
    engine,
    compiled: () => compiled,
    async call(method, param) {
      const body = JSON.stringify({ method: `APIerSv1.${method}`, params: [param], id: 1 });
      const answer = JSON.parse(await server.receive(body, CALLER as never));
      return answer.error ?? answer.result;
    },
  };
  apis.push(opened);
  return opened;
}

let api: Api;
beforeAll(async () => {
  api = await open();
  const by = { by: { name: "test" }, act: "load", subject: "plan", scope: EVERYTHING };
  await api.engine.livePlans.change({ files: PLAN }, by);
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const costOf = async ({ call }: Api, Subject: string, Destination: string) => {
  const asked = { Category: "call", Subject, Destination, AnswerTime: "2024-01-10T10:00:00Z" };
  const answer = await call("GetCost", { ...asked, Usage: "60s" });
  return answer.Cost ?? answer;
};

it("many of them compile nothing whole, and each is in force at once", async () => {
  const before = api.compiled();
  const activation = { ActivationTime: "2020-01-01T00:00:00Z", RatingPlanId: "P" };
  for (let number = 0; number < 30; number += 1) {
    const Subject = `s${number}`;
    const profile = { Category: "call", Subject, RatingPlanActivations: [activation] };
    const changes: [string, object][] = [
      ["SetRatingProfile", profile],
      ["SetDestination", { Id: "D", Prefixes: ["44", `33${number}`], Overwrite: true }],
    ];
    const [method, param] = changes[number % 2] as [string, object];
    expect(await api.call(method, param)).toBe("OK");
  }
  expect(await costOf(api, "s28", "332912")).toBe(0.6);
  expect(await costOf(api, "s28", "332712")).toBe("SERVER_ERROR: UNAUTHORIZED_DESTINATION");
  expect(await costOf(api, "s29", "44123")).toBe("SERVER_ERROR: RATING_PLAN_NOT_FOUND");
  expect(api.compiled()).toBe(before);
});

it("leave the plan that a new process compiles of all layers", async () => {
  const fresh = await open();
  for (const [subject, destination] of [
    ["s28", "332912"],
    ["s28", "332712"],
    ["s29", "44123"],
    ["1001", "44123"],
  ] as const) {
    expect(await costOf(fresh, subject, destination)).toBe(await costOf(api, subject, destination));
  }
  expect(fresh.compiled()).toBe(1);
  const [ours, theirs] = [
    await api.call("GetRatingPlan", "P"),
    await fresh.call("GetRatingPlan", "P"),
  ];
  expect(ours).toEqual(theirs);
});

it("of another process compile nothing whole here either", async () => {
  const other = engines[1] as ComposedEngine;
  const fresh = apis[1] as Api;
  const before = fresh.compiled();
  const removal = { DestinationIDs: ["D"] };
  expect(await api.call("RemoveDestination", removal)).toBe("OK");
  await other.refresh();
  expect(await costOf(fresh, "1001", "44123")).toBe("SERVER_ERROR: UNAUTHORIZED_DESTINATION");
  const again = { Id: "D", Prefixes: ["44"] };
  expect(await api.call("SetDestination", again)).toBe("OK");
  await other.refresh();
  expect(await costOf(fresh, "1001", "44123")).toBe(0.6);
  expect(fresh.compiled()).toBe(before);
});

it("have the id that a look at all of their files gives", async () => {
  const { engine } = api;
  const [entry] = engine.snapshots.timeline().inForce(nowMs);
  const version = entry?.version ?? "";
  const files = (await engine.store.tariffs.getFiles(version)) ?? {};
  const { checkFolder } = await import("../../src/engine/tariffs/work.ts");
  expect(checkFolder(files, "cgrates")).toMatchObject({
    facts: { version, counts: (await engine.store.tariffs.get(version))?.counts },
  });
});
