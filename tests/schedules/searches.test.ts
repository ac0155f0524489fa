// Goal: a schedule sends the CDRs of a saved search of its period, within the rights of whoever set it as they
// are then, whether a token or a user. Method: a folder as the receiver, read back; the rights change between.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { scheduleSettings } from "../../src/outputs/targets/settings.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const TENANT = "own.example";
let service: TestService;
let folder: string;
let cookie: string;
const JSON_TYPE = { "content-type": "application/json" };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cdrate-searches-"));
  const folders = [{ name: "reports", path: folder, tenants: [TENANT, "second.example"] }];
  const schedules = scheduleSettings.parse({ folders, tries: 1 });
  service = await startTestService({ settings: { schedules }, demo: false });
  for (const [tenant, originId, answerTime] of [
    [TENANT, "own", "2026-03-02T09:00:00Z"],
    [TENANT, "before", "2026-03-01T09:00:00Z"],
    ["second.example", "theirs", "2026-03-02T09:00:00Z"],
  ]) {
    const cdr = {
      tenant,
      originId,
      answerTime,
      account: "1001",
      destination: "34650123456",
      usage: 61,
    };
    await service.rpc("cdr.process", { cdr });
  }
  const password = "long enough";
  const grant = { roles: ["rate", "read"], tenants: [TENANT], password };
  await service.rpc("user.set", { name: "carla", ...grant });
  const answer = await service.post(
    "/session",
    JSON.stringify({ name: "carla", password }),
    JSON_TYPE,
  );
  cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

const SCHEDULE = { every: "day", at: "00:00", to: [{ folder: "reports" }], report: "search" };
const headers = () => ({ ...JSON_TYPE, cookie });

async function sent(name: string): Promise<string[]> {
  const { deliveries } = await service.rpc("schedule.run", { name });
  await service.service.engine.schedules.turn(new AbortController().signal);
  const { deliveries: now } = await service.rpc("delivery.list", { schedule: name });
  return [now[0].state, now[0].fault, deliveries[0].delivery];
}

it("the CDRs of the period are in the file, of the tenants of the user who set it", async () => {
  const search = { name: "calls", columns: ["tenant", "originId", "answerTime", "usage"] };
  const callTime = { from: "2020-01-01T00:00:00Z" };
  await service.rpc(
    "search.save",
    { ...search, filter: { callTime }, zone: "Europe/Madrid" },
    headers(),
  );
  const params = { search: "calls" };
  const set = await service.rpc(
    "schedule.set",
    { ...SCHEDULE, name: "of-user", params },
    headers(),
  );
  expect(set).toMatchObject({ user: "carla", credential: null });
  const [state, fault] = await sent("of-user");
  expect([state, fault]).toEqual(["sent", null]);
  expect(readdirSync(folder)).toEqual(["of-user-2026-03-02.csv"]);
  expect(readFileSync(join(folder, "of-user-2026-03-02.csv"), "utf8")).toBe(
    "tenant,originId,answerTime,usage\r\nown.example,own,2026-03-02T10:00:00.000+01:00,61\r\n",
  );
});

it("a report of a user shows the tenants of the user alone", async () => {
  const daily = { ...SCHEDULE, name: "traffic", report: "accounts", format: "json" };
  await service.rpc("schedule.set", daily, headers());
  const [state] = await sent("traffic");
  expect(state).toBe("sent");
  const { totals } = JSON.parse(readFileSync(join(folder, "traffic-2026-03-02.json"), "utf8"));
  expect(totals[0].cdrs).toBe(1);
});

it("a search that is not there, or not for them, is refused at once; one that goes is a fault of the delivery", async () => {
  const set = (name: string, params: object, by?: Record<string, string>) =>
    service
      .rpc("schedule.set", { ...SCHEDULE, name, params }, by)
      .catch((error) => error.data.code);
  expect(await set("none", { search: "nothing" })).toBe("not-found");
  expect(await set("theirs", { search: "calls" })).toBe("not-found");
  await service.rpc("search.save", { name: "short" }, headers());
  await set("gone", { search: "short" }, headers());
  await service.rpc("search.remove", { name: "short" }, headers());
  const [state, fault] = await sent("gone");
  expect([state, fault]).toEqual(["failed", "There is no search short."]);
});

it("a user who is not active any more sends nothing", async () => {
  const params = { search: "calls" };
  await service.rpc("schedule.set", { ...SCHEDULE, name: "late", params }, headers());
  await service.rpc("user.set", { name: "carla", active: false });
  const [state, fault] = await sent("late");
  expect(state).toBe("failed");
  expect(fault).toMatch(/user carla is gone, or may not send/);
});
