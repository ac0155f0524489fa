// Goal: the page for billing developers says what the service does. Method: its calls are made, its
// filter is used, its table of errors is compared, its commands are parsed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ERROR_CODES, type ErrorCode } from "../../src/errors.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const PAGE = readFileSync(
  fileURLToPath(new URL("../../docs/json-rpc.md", import.meta.url)),
  "utf8",
);

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const calls = [...PAGE.matchAll(/^rpc (\S+) '(.*)'$/gm)].map(([, method = "", params = ""]) => ({
  method,
  params,
}));

it("has calls", () => {
  expect(calls.length).toBeGreaterThan(3);
});

it.each(calls)("rpc $method '$params'", async ({ method, params }) => {
  await expect(service.rpc(method, JSON.parse(params))).resolves.toBeDefined();
});

it("its filter is a filter", async () => {
  const filter = /```json\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? "";
  expect(await service.rpc("cdr.count", { filter: JSON.parse(filter) })).toEqual({ count: 0 });
});

it("its error codes are those of the table", () => {
  const rows = [...PAGE.matchAll(/^\| ((?:`[a-z-]+` ?)+)\| ((?:−\d+ ?)+)\|/gm)];
  expect(rows.length).toBeGreaterThan(5);
  for (const [, names = "", numbers = ""] of rows) {
    const codes = names
      .trim()
      .split(" ")
      .map((name) => name.slice(1, -1) as ErrorCode);
    const expected = codes.map((code) => `−${-ERROR_CODES[code].rpc}`);
    expect(numbers.trim().split(" ")).toEqual(expected);
  }
});
