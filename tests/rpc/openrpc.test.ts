// Goal: the OpenRPC document is what the server does. Method: it is generated again and compared
// with the committed file, and every example in it is really called.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { METHODS } from "../../src/rpc/methods.ts";
import { openRpcDocument } from "../../src/rpc/openrpc.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const COMMITTED = fileURLToPath(new URL("../../rpc-schema/openrpc.json", import.meta.url));

let service: TestService;
/** What `$name` in an example stands for. */
const known: Record<string, string> = {};
beforeAll(async () => {
  service = await startTestService();
  const [tariff] = (await service.rpc("tariff.list")).tariffs;
  known["version"] = tariff.version;
  const cdr = {
    originId: "known",
    account: "1001",
    destination: "34912345678",
    answerTime: "2026-03-02T10:00:00Z",
    usage: 30,
  };
  known["id"] = (await service.rpc("cdr.process", { cdr })).id;
  known["suspenseId"] = (await service.rpc("cdr.process", { cdr: { account: "1001" } })).suspenseId;
  known["openSuspenseId"] = (
    await service.rpc("cdr.process", { cdr: { account: "1002" } })
  ).suspenseId;
  for (const name of ["job", "appliedJob", "plannedJob"]) {
    const { job } = await service.rpc("rerate.plan", {});
    await service.service.engine.rerates.settled(job);
    known[name] = job;
  }
  await service.rpc("rerate.apply", { job: known["appliedJob"] });
  await service.service.engine.rerates.settled(known["appliedJob"] ?? "");
});
afterAll(() => service.stop());

function fill(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith("$")) return known[value.slice(1)];
  if (Array.isArray(value)) return value.map(fill);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member)]));
}

describe("the OpenRPC document", () => {
  it("is the committed one: run `npm run openrpc > rpc-schema/openrpc.json` when a method changed", () => {
    expect(JSON.parse(readFileSync(COMMITTED, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(openRpcDocument())),
    );
  });

  it("is served by rpc.discover and at /openrpc.json", async () => {
    const document = JSON.parse(JSON.stringify(openRpcDocument()));
    expect(await service.rpc("rpc.discover")).toEqual(document);
    expect((await service.get("/openrpc.json")).body).toEqual(document);
  });

  it.each(METHODS.map((declared) => ({ name: declared.name, declared })))(
    "$name: its example is answered, and the answer fits its result schema",
    async ({ declared }) => {
      const result = await service.rpc(declared.name, fill(declared.example));
      expect(() => declared.result.parse(result)).not.toThrow();
    },
  );
});
