// docs/command-line.md tells the exit codes as `--help` does, and every command that there is.
import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { exitCodesText } from "../../src/cli/output.ts";
import { capturedRun } from "./captured-run.ts";

const page = readFileSync(new URL("../../docs/command-line.md", import.meta.url), "utf8");

async function helpOf(...command: string[]): Promise<string> {
  let text = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((block) => {
    text += String(block);
    return true;
  });
  await capturedRun(...command, "--help");
  write.mockRestore();
  return text;
}

it("the exit codes are those of --help, of every command", async () => {
  const rows = [...page.matchAll(/^\| (\d) \| (.*) \|$/gm)].map(
    ([, code, text]) => `  ${code}  ${text}`,
  );
  expect(["Exit codes:", ...rows].join("\n")).toBe(exitCodesText());
  for (const command of [[], ["audit"], ["suspense", "retry"]]) {
    expect(await helpOf(...command)).toContain(exitCodesText());
  }
});

it("every command has its place on the page", async () => {
  const commandsOf = (help: string): string[] =>
    [...(help.split("Commands:")[1] ?? "").matchAll(/^ {2}([a-z-]+)/gm)].map(
      ([, name = ""]) => name,
    );
  const names = commandsOf(await helpOf()).filter((name) => name !== "help");
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    const inner = commandsOf(await helpOf(name)).filter((one) => one !== "help");
    for (const whole of inner.length === 0 ? [name] : inner.map((one) => `${name} ${one}`)) {
      expect(page, whole).toContain(`\`${whole}\``);
    }
  }
});
