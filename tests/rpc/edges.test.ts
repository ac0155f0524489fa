// Goal: every number and every time of every parameter has a range, and whatever is sent at its
// edges or beyond is answered by a result or a named error, soon. Method: the places are read from
// the OpenRPC document; each edge is sent to the method, on both stores.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import { GROUP_REPORTS } from "../../src/reports/groups.ts";
import { openRpcDocument } from "../../src/rpc/document/openrpc.ts";
import { type JsonSchema, referredId } from "../../src/rpc/document/shared-schemas.ts";
import type { Caller } from "../../src/rpc/method.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { createRpcServer, type RpcServer } from "../../src/rpc/server.ts";
import { SILENT, startTestService, type TestService } from "../end-to-end/test-service.ts";
import { STORES } from "../engine/rerate/test-engine.ts";

/** Where a value stands in the params of a method, and how to put one there. */
interface Place {
  path: string;
  schema: JsonSchema;
  put(value: unknown): unknown;
}

/** Members that the objects on the way must have besides. */
const REQUIRED: Record<string, unknown> = {
  preset: "cdr-stats",
  from: "2026-01-01",
  usage: 1,
  min: 1,
  max: 15,
  account: "1001",
  tariffVersion: "none",
  by: "callTime",
};

const { components, methods } = openRpcDocument();

/** The schema itself, where one refers to it. */
function meant(schema: JsonSchema): JsonSchema {
  const id = referredId(schema);
  return id === undefined ? schema : { ...components.schemas[id], ...schema };
}

function placesOf(written: JsonSchema, place: Omit<Place, "schema">): Place[] {
  const schema = meant(written);
  const {
    properties = {},
    items,
    anyOf = [],
    required = [],
  } = schema as {
    properties?: Record<string, JsonSchema>;
    items?: JsonSchema;
    anyOf?: JsonSchema[];
    required?: string[];
  };
  const others = (name: string) =>
    Object.fromEntries(required.filter((one) => one !== name).map((one) => [one, REQUIRED[one]]));
  return [
    { ...place, schema },
    ...anyOf.flatMap((one) => placesOf(one, place)),
    ...Object.entries(properties).flatMap(([name, member]) =>
      placesOf(member, {
        path: `${place.path}.${name}`,
        put: (value) => place.put({ ...others(name), [name]: value }),
      }),
    ),
    ...(items === undefined
      ? []
      : placesOf(items, { path: `${place.path}[]`, put: (value) => place.put([value]) })),
  ];
}

const EVERY_PLACE = methods.flatMap(({ name, params }) =>
  params.flatMap((param) =>
    placesOf(param.schema, { path: param.name, put: (value) => ({ [param.name]: value }) }).map(
      (place) => ({ method: name, ...place }),
    ),
  ),
);
/** The same filter, read by one schema and answered by one adapter: on a second store this method asks it. */
const ASKS_FILTERS = "cdr.find";
/** Each call of these compiles tariffs: the filter, which is that of every method, is asked elsewhere. */
const COMPILE = new Set(["tariff.backtest", "tariff.compare"]);
/** Of methods with the same params one is enough: all of them are declared by one function. */
const TWINS = new Set(GROUP_REPORTS.slice(1).map(({ name }) => `report.${name}`));
const isNumber = ({ schema }: Place): boolean =>
  schema["type"] === "number" || schema["type"] === "integer";
const NUMBERS = EVERY_PLACE.filter(isNumber);
const TIMES = EVERY_PLACE.filter(({ schema }) => schema["format"] === "date-time");
const DECIMALS = EVERY_PLACE.filter(({ schema }) => String(schema["pattern"]).includes("{1,20}"));
const LISTS = EVERY_PLACE.filter(({ schema }) => schema["type"] === "array");

const EXTREMES = [0, -0, -1, 0.5, -0.5, 1e-9, 2 ** 31, 2 ** 53, -(2 ** 53), 2 ** 53 + 2, 2 ** 63];
const HUGE = [1e17, -1e17, 1e22, 1e308, -1e308, Number.MAX_VALUE, Number.MIN_VALUE];

function edgesOf({ minimum, maximum }: JsonSchema): number[] {
  const [min, max] = [Number(minimum), Number(maximum)];
  const near = [min, max].flatMap((edge) => [edge, edge - 1, edge + 1, edge + 0.5, edge / 1000]);
  return [...new Set([...near, ...EXTREMES, ...HUGE])].filter(Number.isFinite);
}

describe("the document", () => {
  it("has numbers, times, decimals and lists to try", () => {
    expect(NUMBERS.length).toBeGreaterThan(30);
    expect(TIMES.length).toBeGreaterThan(20);
    expect(DECIMALS.length).toBeGreaterThan(10);
    expect(LISTS.length).toBeGreaterThan(30);
  });

  it.each([...COMPILE])("the filter of %s is that of every other method", (compiles) => {
    const filterOf = (method: string) =>
      EVERY_PLACE.find((place) => place.method === method && place.path === "filter")?.schema;
    expect(filterOf(compiles)).toBeDefined();
    expect(filterOf(compiles)).toEqual(filterOf(ASKS_FILTERS));
  });

  it.each(NUMBERS.map(({ method, path, schema }) => [`${method} ${path}`, schema]))(
    "%s has a range",
    (_name, schema) => {
      const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
      expect(minimum).toBeTypeOf("number");
      expect(maximum).toBeTypeOf("number");
      expect(Math.abs(maximum ?? Number.NaN)).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    },
  );

  it.each(LISTS.map(({ method, path, schema }) => [`${method} ${path}`, schema]))(
    "%s has a longest length",
    (_name, schema) => {
      expect((schema as JsonSchema)["maxItems"]).toBeTypeOf("number");
    },
  );
});

const admin: Caller = {
  name: "t",
  credential: null,
  address: "127.0.0.1",
  roles: ["admin"],
  scope: EVERYTHING,
};
/** Loaded machines are slow; what hangs is far beyond this. */
const SOON_MS = 20_000;

/** Calls that were refused for their params, without the ids of the store that refused them. */
const refused = new Set<string>();

describe.each(STORES)("on $name", ({ name, url }) => {
  const isFirst = name === STORES[0]?.name;
  const asksFilter = (method: string): boolean =>
    method === ASKS_FILTERS || (isFirst && !COMPILE.has(method));
  const tried = ({ method, path }: Place & { method: string }): boolean =>
    !TWINS.has(method) && (!path.startsWith("filter") || asksFilter(method));
  const numbers = NUMBERS.filter(tried);
  const times = TIMES.filter(tried);
  const decimals = DECIMALS.filter(tried);
  let service: TestService;
  let server: RpcServer;
  let known: Record<string, string>;
  beforeAll(async () => {
    service = await startTestService({ store: url() });
    const { engine } = service.service;
    server = createRpcServer({
      engine,
      methods: METHODS,
      log: SILENT,
      limits: { rpcBatch: 10, rpcSeconds: 60 },
    });
    const cdr = {
      account: "1001",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
      usage: 9,
    };
    const { id } = await service.rpc("cdr.process", { cdr: { ...cdr, originId: "edge" } });
    const { job } = await service.rpc("rerate.plan", {});
    await engine.rerates.settled(job);
    const [{ version }] = (await service.rpc("tariff.list")).tariffs;
    known = { $id: id, $job: job, $version: version, $suspenseId: "0".repeat(64) };
    known["$upload"] = "0".repeat(64);
    Object.assign(known, { $importUpload: "0".repeat(64), $import: job, $plannedImport: job });
  });
  afterAll(() => service.stop());

  const filled = (example: unknown): unknown =>
    JSON.parse(JSON.stringify(example), (_name, value) =>
      typeof value === "string" && Object.hasOwn(known, value) ? known[value] : value,
    );

  /** Whether the params were good ones. @throws where it is not answered by a result or a named error, soon */
  async function isTaken(method: string, params: unknown): Promise<boolean> {
    const startedAt = performance.now();
    const text = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = JSON.parse((await server.receive(text, admin)) ?? "null");
    const tookMs = performance.now() - startedAt;
    const code = answer.error?.data.code;
    if (code === "internal") expect.fail(`an internal error: ${text}`);
    if ((answer.result === undefined) !== (code !== undefined)) expect.fail(`not both: ${text}`);
    if (tookMs > SOON_MS) expect.fail(`${Math.round(tookMs)} ms: ${text}`);
    return code !== "invalid-params";
  }

  /** What the schema refuses comes to no store: it is tried on the first one alone. */
  async function tryOnce(method: string, params: unknown): Promise<void> {
    const text = JSON.stringify([method, params], (_name, value) =>
      Object.values(known).includes(value) ? "known" : value,
    );
    if (refused.has(text)) return;
    if (!(await isTaken(method, params))) refused.add(text);
  }

  const example = (method: string): object =>
    filled(METHODS.find(({ name }) => name === method)?.example ?? {}) as object;

  it.each([...new Set(numbers.map(({ method }) => method))])("numbers of %s", async (method) => {
    for (const place of numbers.filter((one) => one.method === method)) {
      for (const edge of edgesOf(place.schema)) {
        await tryOnce(method, { ...example(method), ...(place.put(edge) as object) });
      }
    }
  });

  it.each([...new Set(times.map(({ method }) => method))])("times of %s", async (method) => {
    for (const place of times.filter((one) => one.method === method)) {
      for (const year of ["0000", "0001", "1969", "2038", "9999"]) {
        for (const rest of ["-01-01T00:00:00Z", "-12-31T23:59:59.999999999-23:59"]) {
          await tryOnce(method, { ...example(method), ...(place.put(year + rest) as object) });
        }
      }
    }
  });

  it.each([...new Set(decimals.map(({ method }) => method))])("money of %s", async (method) => {
    const digits = "9".repeat(20);
    for (const place of decimals.filter((one) => one.method === method)) {
      for (const text of ["-0", digits, `-${digits}.${digits}`, `0.${"0".repeat(19)}1`, "1e308"]) {
        await tryOnce(method, { ...example(method), ...(place.put(text) as object) });
      }
    }
  });

  it("cursors with any number in them", async () => {
    const forged = (fields: unknown) => Buffer.from(JSON.stringify(fields)).toString("base64url");
    const lists = METHODS.filter(({ params }) => Object.hasOwn(params.shape, "cursor"));
    for (const { name } of lists) {
      for (const edge of [...EXTREMES, ...HUGE, null, "x"]) {
        const cursors = [
          ...[[], ["x"], ["x", "y"], [1]].map((rest) => [edge, ...rest]),
          ["callTime:ascending", edge, known["$id"]],
          ["callTime:ascending", edge, "x"],
        ];
        for (const cursor of [...cursors.map(forged), String(edge)]) {
          await isTaken(name, { ...example(name), cursor });
        }
      }
    }
  });
});
