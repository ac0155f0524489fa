// Goal: calls of a file without ids are each there once, equal ones too, through a restart in the
// middle. Method: a service that follows such a file, on a store that stays.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { settingsSchema } from "../../src/config/config.ts";
import { startTestService } from "./test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-numbered-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("equal lines are calls of their own, the same after a restart", async () => {
  const path = join(folder, "calls.csv");
  const columns = ["accountcode", "src", "dst", "start", "answer", "end", "billsec"];
  const { sources, feeds } = settingsSchema.parse({
    sources: [{ name: "pbx", kind: "asterisk", columns }],
    feeds: [
      {
        name: "calls",
        kind: "follow",
        path,
        format: "asterisk-csv",
        source: "pbx",
        everySeconds: 0.05,
      },
    ],
  });
  const line = (dst: string) =>
    `"1001","201","${dst}","2026-03-02 10:00:00","2026-03-02 10:00:05","2026-03-02 10:01:05",60\n`;
  const begin = () =>
    startTestService({ store: `sqlite:${join(folder, "cdrs.db")}`, settings: { sources, feeds } });
  writeFileSync(path, line("34650123456") + line("34650123456") + line("34650123457"));
  let service = await begin();
  const calls = async () =>
    (await service.rpc("cdr.count", { filter: { sources: ["pbx"] } })).count;
  await expect.poll(calls, { timeout: 20_000 }).toBe(3);
  await service.stop();
  appendFileSync(path, line("34650123456") + line("34650123457"));
  service = await begin();
  await expect.poll(calls, { timeout: 20_000 }).toBe(5);
  const { cdrs } = await service.rpc("cdr.find", { filter: { sources: ["pbx"] } });
  const numbers = cdrs.map(
    (cdr: { primary: { originId: string } }) => cdr.primary.originId.split("|")[1],
  );
  expect(numbers.sort()).toEqual(["1", "1", "2", "2", "3"]);
  await service.stop();
});
