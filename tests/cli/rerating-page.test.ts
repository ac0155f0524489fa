// Goal: docs/rerating.md tells the truth: its story is done, command by command, as it stands
// there. Method: the `npx cdrate` and `curl` lines of the page, in order, on a store of its own.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { commandBlocks, outputPattern } from "../end-to-end/pages/blocks.ts";
import { startTestService } from "../end-to-end/test-service.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(ROOT, "docs/rerating.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "cdrate-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const store = `sqlite:${join(folder, "page.db")}`;
const NOW_MS = Date.parse("2026-04-08T12:00:00Z");

const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = ""]) =>
  block.trim().split("\n"),
);

/** Runs one `npx cdrate` line; answers what it printed. */
async function run(line: string, variables: Record<string, string>): Promise<string> {
  const words = line
    .replace("npx cdrate ", "")
    .replace(/ +#.*$/, "")
    .replace(/\$([A-Z]+)/g, (_all, name: string) => variables[name] ?? "")
    .replaceAll("/tmp/", `${folder}/`)
    .split(/\s+/);
  let printed = "";
  const code = await runCommand(["--store", store, ...words], {
    print: (text) => {
      printed += `${text}\n`;
    },
    printJson: (value) => {
      printed += JSON.stringify(value);
    },
    warn: (text) => {
      throw new Error(`${line}: ${text}`);
    },
    write: async (block) => {
      printed += block;
    },
  });
  expect(code, line).toBe(0);
  return printed;
}

it("the story of a wrong deck works as it is told", async () => {
  for (const month of ["march", "april"]) {
    cpSync(join(ROOT, "tariffs/demo"), join(folder, month), { recursive: true });
  }
  const deck = join(folder, "april/decks/retail-standard.csv");
  const slipped = readFileSync(deck, "utf8").replace(
    /^346,Spain mobile,0.0390/m,
    "346,Spain mobile,0.3900",
  );
  writeFileSync(deck, slipped);
  const variables: Record<string, string> = {};
  const printed = new Map<string, string>();
  for (const line of commands) {
    if (line.startsWith("curl ")) {
      const service = await startTestService({ store, demo: false, clock: () => NOW_MS });
      const answer = await service.post("/cgr", /-d '([^']+)'/.exec(line)?.[1] ?? "");
      await service.stop();
      expect(answer.body.outcome, line).toBe("rated");
      continue;
    }
    if (!line.startsWith("npx cdrate ")) continue;
    const text = await run(line, variables);
    const [, name = "", version = ""] = /loaded: (\w+) (\w+)/.exec(text) ?? [];
    if (name !== "") variables[name.toUpperCase()] = version;
    const job = /^job (\S+):/.exec(text)?.[1];
    if (job !== undefined) variables["JOB"] ??= job;
    printed.set(line.split(" ").slice(2, 4).join(" "), text);
  }
  expect(printed.get("rerate apply")).toContain("applied 3, left 0");
  expect(printed.get("rerate undo")).toContain("undone 3, left 0");
  const plan = commandBlocks(page).find(({ output }) => output?.startsWith("job "));
  expect(printed.get("rerate show")).toMatch(outputPattern(plan?.output ?? "nothing"));
});
