// cdrate account import, export and cdrate carrier import, export: CSV, previewed first.
import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { EXIT } from "../../output.ts";
import { withClient } from "../../service-client.ts";
import { type EntryOptions, entryFlags, given } from "./flags.ts";

const PAGE = 1000;

export function addTableCommands(
  parent: Command,
  kind: "account" | "carrier",
  parts: CommandParts,
): void {
  const { output, exit } = parts;
  const read = parent
    .command("import <file>")
    .description(`what a CSV of ${kind}s would change; --apply does it, where no line has a fault`)
    .option("--apply", "do it");
  entryFlags(read).action(async (file: string, options: EntryOptions & { apply?: boolean }) => {
    const content = readFileSync(file, "utf8");
    const asked = { content, dryRun: options.apply !== true, ...given({ tenant: options.tenant }) };
    await withClient(parts, options, async (client) => {
      const report = await client.call(`${kind}.import`, asked);
      if (report.faulty > 0 || report.left.length > 0) exit(EXIT.failed);
      if (options.json === true) return output.printJson(report);
      for (const { line, column, message } of report.faults) {
        output.warn(`${file}:${line}${column === null ? "" : ` ${column}`}: ${message}`);
      }
      for (const line of report.left) output.warn(`${file}:${line}: others changed it meanwhile`);
      const { new: fresh, changed, same, faulty, applied } = report;
      const counts = `${fresh} new, ${changed} changed, ${same} same, ${faulty} faulty`;
      output.print(`${counts}; ${applied ? "done" : "nothing was changed"}`);
    });
  });
  const write = parent
    .command("export")
    .description(`every ${kind} that something is said of, as CSV`)
    .option("--output <file>", "where to; else it is printed");
  entryFlags(write).action(async (options: EntryOptions & { output?: string }) => {
    await withClient(parts, options, async (client) => {
      const pages: string[] = [];
      let cursor: string | undefined;
      do {
        const asked = { limit: PAGE, ...given({ tenant: options.tenant, cursor }) };
        const page = await client.call(`${kind}.export`, asked);
        pages.push(page.content);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      const text = pages.join("");
      if (options.output !== undefined) return writeFileSync(options.output, text);
      output.print(text.trimEnd());
    });
  });
}
