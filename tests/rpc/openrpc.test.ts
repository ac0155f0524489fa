// Goal: the OpenRPC document is what the server does. Method: it is generated again and compared
// with the committed file; every example in it is really called, and answers what it shows.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRpcDocument } from "../../src/rpc/document/openrpc.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { type ExampleResult, exampleResults } from "./example-results.ts";

const COMMITTED = fileURLToPath(new URL("../../rpc-schema/openrpc.json", import.meta.url));

let service: TestService;
let answered: Record<string, ExampleResult>;
beforeAll(async () => {
  service = await startTestService();
  answered = await exampleResults();
});
afterAll(() => service.stop());

const shown = new Map(openRpcDocument().methods.map((method) => [method.name, method]));

/** The steps of the schema that there are say nothing of the method. */
function withoutSchema(result: unknown): unknown {
  const text = JSON.stringify(result);
  return JSON.parse(text.replace(/"schema":\{"version":\d+,"latest":\d+/, '"schema":{"version":0'));
}

describe("the OpenRPC document", () => {
  it("is the committed one: run `npm run openrpc > rpc-schema/openrpc.json` when a method changed", () => {
    expect(JSON.parse(readFileSync(COMMITTED, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(openRpcDocument())),
    );
  });

  it("refers to shared schemas that it has, and to no others", () => {
    const document = openRpcDocument();
    const referred = JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g);
    const known = Object.keys(document.components.schemas);
    expect(new Set([...referred].map(([, at]) => at))).toEqual(
      new Set(known.map((id) => `#/components/schemas/${id}`)),
    );
  });

  it("is served by rpc.discover and at /openrpc.json", async () => {
    const document = JSON.parse(JSON.stringify(openRpcDocument()));
    expect(await service.rpc("rpc.discover")).toEqual(document);
    expect((await service.get("/openrpc.json")).body).toEqual(document);
  });

  it.each(METHODS.map((declared) => ({ name: declared.name, declared })))(
    "$name: each param is described; its example answers what is shown, and that fits its schema (else run `npm run openrpc:examples`)",
    ({ name, declared }) => {
      const method = shown.get(name);
      for (const param of method?.params ?? []) {
        expect(param.description, `${name} ${param.name}`).toMatch(/^\S.{9}/);
      }
      const { params, result } = answered[name] as ExampleResult;
      expect(() => declared.result.parse(result)).not.toThrow();
      const [example] = method?.examples ?? [];
      const members = example?.params.map((param) => [param.name, param.value]) ?? [];
      expect(Object.fromEntries(members)).toEqual(params);
      expect(withoutSchema(example?.result.value)).toEqual(withoutSchema(result));
    },
  );
});
