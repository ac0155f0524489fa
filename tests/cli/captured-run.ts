// Runs a command line in this process and keeps what it printed.
import { runCommand } from "../../src/cli/commands.ts";
import type { Output } from "../../src/cli/output.ts";

export async function capturedRun(...argv: string[]) {
  const lines: string[] = [];
  const warnings: string[] = [];
  const output: Output = {
    print: (text) => lines.push(text),
    printJson: (value) => lines.push(JSON.stringify(value)),
    warn: (text) => warnings.push(text),
    write: async (block) => {
      lines.push(...block.trimEnd().split("\n"));
    },
  };
  const code = await runCommand(argv, output);
  return { code, lines, text: lines.join("\n"), warnings, json: () => JSON.parse(lines.join("")) };
}
