// Goal: what is posted goes out by itself, again after each revision, on both stores; it is told by
// the API, the metrics and the command line, and can be stopped. Method: a service with a receiver.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { outputList } from "../../src/outputs/settings.ts";
import { capturedRun } from "../cli/captured-run.ts";
import { startReceiver } from "../outputs/receiver.ts";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoUrl } from "../stores/mongo-urls.ts";
import { startTestService } from "./test-service.ts";

const uri = await mongoTestUri();
const stores = [
  { kind: "sqlite", store: () => "sqlite::memory:" },
  ...(uri === null ? [] : [{ kind: "mongo", store: () => mongoUrl(uri) }]),
];
const folder = mkdtempSync(join(tmpdir(), "cdrate-out-e2e-"));
afterAll(() => rmSync(folder, { recursive: true }));

const WAIT = { timeout: 30_000, interval: 20 };
const CALL =
  "accid=out-1&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&usage=60";

describe.each(stores)("outputs on $kind", ({ kind, store }) => {
  it("send a call, then its void, and are looked after", async () => {
    const receiver = await startReceiver();
    const every = { from: "beginning", everySeconds: 0.05 };
    const columns = ["originId", "revision", "outcome", "sellAmount"];
    const outputs = outputList.parse([
      { ...every, name: "billing", kind: "webhook", url: receiver.url },
      { ...every, name: `archive-${kind}`, kind: "files", folder, columns },
    ]);
    const service = await startTestService({ store: store(), settings: { outputs } });
    try {
      const { id, sell } = (await service.post("/cgr", CALL)).body;
      const sent = () => receiver.posts.flatMap(({ cdrs }) => cdrs);
      await vi.waitFor(() => expect(sent()).toHaveLength(1), WAIT);
      expect(sent()[0]).toMatchObject({
        id,
        rating: { revision: 1, sell: { amount: sell.amount } },
      });
      await service.rpc("cdr.void", { id, reason: "a test call" });
      await vi.waitFor(() => expect(sent()).toHaveLength(2), WAIT);
      expect(sent()[1]).toMatchObject({ id, rating: { revision: 2, outcome: "voided" } });
      await vi.waitFor(() => {
        const [name = ""] = readdirSync(folder).filter((one) => one.startsWith(`archive-${kind}`));
        const lines = readFileSync(join(folder, name), "utf8").split("\r\n");
        expect(lines).toEqual([
          columns.join(","),
          `out-1,1,rated,${sell.amount}`,
          "out-1,2,voided,",
          "",
        ]);
      }, WAIT);

      const state = { sent: 2, failures: 0, fault: null };
      await vi.waitFor(async () => {
        const { outputs: told } = await service.rpc("system.status");
        expect(told).toMatchObject([{ name: "billing", runs: "here", state }, { state }]);
      }, WAIT);
      const metrics = (await service.get("/metrics")).body;
      expect(metrics).toContain('cdrate_output_sent{output="billing"} 2');
      expect(metrics).toContain('cdrate_output_failing{output="billing"} 0');
      const cli = (...args: string[]) => capturedRun("output", ...args, "--url", service.url);
      expect((await cli("list")).text).toContain("billing (webhook): runs here");
      expect((await cli("stop", "billing")).text).toContain("stopped");
      await service.post("/cgr", CALL.replace("out-1", "out-2"));
      expect((await cli("start", "billing", "--from", "nowhere")).code).toBe(2);
      await cli("start", "billing", "--from", "now");
      await service.post("/cgr", CALL.replace("out-1", "out-3"));
      const names = () => sent().map(({ primary }) => primary.originId);
      await vi.waitFor(() => expect(names().slice(2)).toContain("out-3"), WAIT);
      // MongoDB tells of the ten seconds before again.
      if (kind === "sqlite") expect(names().slice(2)).toEqual(["out-3"]);
      const acts = await service.service.engine.acts.page({ limit: 5 });
      expect(acts.map(({ act }) => act)).toContain("output.start");
    } finally {
      await service.stop();
      await receiver.stop();
    }
  });
});
