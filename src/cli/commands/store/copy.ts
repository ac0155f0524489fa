// cdrate store copy: everything of one store into another, the way from one kind of store to the other.
import type { Command } from "commander";
import type { CopyResult } from "../../../compose/store-copy.ts";
import type { CommandParts } from "../../command-parts.ts";
import { createProgressBar } from "../../text/progress-bar.ts";

export function addStoreCopy(store: Command, { settings, output }: CommandParts): void {
  store
    .command("copy <from> <to>")
    .description(
      "copy a store that nobody uses into a new one, and compare them; run again, it goes on where it was",
    )
    .option("--json", "answer as JSON")
    .addHelpText("after", "\nA store is sqlite:PATH, mongodb://…, or the path of an SQLite file.")
    .action(async (from: string, to: string, { json }: { json?: boolean }) => {
      const bar = createProgressBar();
      const { indexedExtraFields } = settings();
      const { copyBetween } = await import("../../../compose/store-copy.ts");
      try {
        const copied = await copyBetween({
          from,
          to,
          indexedExtraFields,
          report: ({ phase, noun, done, total }) => bar.show(`${phase} ${noun}`, { done, total }),
        });
        bar.end();
        if (json === true) output.printJson(copied);
        else output.print(copyText(copied));
      } finally {
        bar.end();
      }
    });
}

function copyText({ from, to, nouns }: CopyResult): string {
  const lines = Object.entries(nouns).map(([noun, { rows, sums }]) => {
    const named = Object.entries(sums).map(([name, sum]) => `, ${name} ${sum}`);
    return `${noun}: ${rows}${named.join("")}`;
  });
  return [`${from} → ${to}`, ...lines, "every row is the same in both"].join("\n");
}
