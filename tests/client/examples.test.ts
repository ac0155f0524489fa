// Goal: the example program does what it says. Method: it is run against a test service.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { startTestService } from "../end-to-end/test-service.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

it("examples/close-month.ts finds what has no price, sums and exports the month", async () => {
  const service = await startTestService();
  try {
    const call = { account: "1001", destination: "34650123456", usage: 60 };
    const cdrs = [
      { ...call, originId: "in-1", answerTime: "2026-02-01T00:00:00Z" },
      { ...call, originId: "in-2", answerTime: "2026-02-28T23:59:59.999Z" },
      {
        ...call,
        originId: "unknown",
        account: "nobody-at-all",
        answerTime: "2026-02-10T00:00:00Z",
      },
      { ...call, originId: "out", answerTime: "2026-03-01T00:00:00Z" },
    ];
    await service.rpc("cdr.processMany", { cdrs });
    const args = ["--import", "tsx", "examples/close-month.ts", "2026-02"];
    const { stdout, stderr } = await run(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, CDRATE_URL: service.url },
    });
    const lines = stdout.trimEnd().split("\r\n");
    expect(lines.filter((line) => !line.startsWith("#"))).toHaveLength(1 + 3);
    expect(lines.at(-1)).toBe("#end,calls=3");
    expect(stderr).toMatch(/^1001: 2 calls, 120 s, /m);
    const { rows } = await service.rpc("cdr.summarize", {
      filter: { answerTime: { from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z" } },
    });
    for (const { sell } of rows) if (sell !== null) expect(stdout).toContain(`sell=${sell}`);
  } finally {
    await service.stop();
  }
});
