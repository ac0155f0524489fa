// Goal: a format is one file and one line of the table: its route, the kind of its sources, its
// name in cdr.process and the retries of its records all come from there. Method: a toy format is
// put into the table, and its records go the whole way through suspense.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Format } from "../../src/formats/format.ts";

// The file: pairs such as `id:1|to:34650123456`, one record a post.
const TOY: Format = {
  kind: "toy",
  paths: ["/toy"],
  queryIsRecord: false,
  byRpc: true,
  read({ body }) {
    const text = Buffer.from(body).toString("utf8").replaceAll(/[{}"]/g, "").replaceAll(",", "|");
    const fields = Object.fromEntries(
      text.split("|").map((pair) => {
        const [name = "", ...value] = pair.split(":");
        return [name, value.join(":")];
      }),
    );
    const { id, from, to, at, seconds, ...extra } = fields;
    if (seconds === undefined) return { ok: false, reason: "not-a-cdr", detail: "no seconds" };
    const primary = {
      originId: id,
      account: from,
      destination: to,
      answerTime: at,
      usage: seconds,
    };
    const sent = Object.entries(primary).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return { ok: true, raw: { primary: Object.fromEntries(sent), extra, warnings: [] } };
  },
};

// The line.
vi.mock("../../src/formats/formats.ts", async (original) => {
  const { FORMATS } = await original<typeof import("../../src/formats/formats.ts")>();
  return { FORMATS: { ...FORMATS, toy: TOY } };
});

const { sourceList } = await import("../../src/mediation/source-settings.ts");
const { startTestService } = await import("../end-to-end/test-service.ts");
type Service = Awaited<ReturnType<typeof startTestService>>;

describe("a toy format", () => {
  let service: Service;
  beforeAll(async () => {
    const sources = sourceList.parse([
      { name: "toys", match: { paths: ["/toys/north"] }, kind: "toy" },
    ]);
    service = await startTestService({ settings: { sources } });
  });
  afterAll(() => service.stop());

  const record = (id: string, at = "2026-03-02T09:00:00Z") =>
    `id:${id}|from:1001|to:34650123456|at:${at}|seconds:95|ring:yes`;

  it("has its route, and those of the sources of its kind, by POST alone", async () => {
    const posted = await service.post("/toy", record("t-1"));
    expect([posted.status, posted.body.outcome]).toEqual([200, "rated"]);
    const own = await service.post("/toys/north", record("t-2"));
    expect([own.status, own.body.outcome]).toEqual([200, "rated"]);
    expect((await service.rpc("cdr.get", { id: own.body.id })).source).toBe("toys");
    expect((await service.get("/toy?id=1")).status).toBe(405);
  });

  it("has its name in cdr.process", async () => {
    const cdr = { id: "t-3", from: "1001", to: "34650123456", at: "20260302090000", seconds: "95" };
    expect((await service.rpc("cdr.process", { cdr, format: "toy" })).outcome).toBe("rated");
    await expect(service.rpc("cdr.process", { cdr, format: "toys" })).rejects.toMatchObject({
      data: { code: "invalid-params" },
    });
  });

  it("goes through suspense and keeps its own fields at the retry", async () => {
    const { status, body } = await service.post("/toy", record("t-4", "nonsense"));
    expect([status, body.reason]).toEqual([202, "invalid-field"]);
    const id = body.suspenseId;
    expect(await service.rpc("suspense.get", { id })).toMatchObject({ format: "toy" });
    const fields = { answerTime: "2026-03-02T09:00:00Z" };
    const retried = await service.rpc("suspense.retry", { id, fields });
    expect(retried).toMatchObject({ state: "retried", answer: { outcome: "rated" } });
    expect(await service.rpc("cdr.get", { id: retried.answer.id })).toMatchObject({
      primary: { originId: "t-4", account: "1001", destination: "34650123456", usage: 95 },
      extra: { ring: "yes" },
    });
  });
});
