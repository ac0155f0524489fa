// cdrate upload: a file that is too big for one call, kept until it is imported.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { createProgressBar } from "../../text/progress-bar.ts";
import { fileFacts, sendFile } from "./send-file.ts";

export function addUploadCommand(program: Command, parts: CommandParts): void {
  const command = program
    .command("upload <file>")
    .description(
      "send a file in parts, to be imported or sniffed by its id; goes on where it ended",
    )
    .option("--json", "answer as JSON: { upload, hash, bytes }");
  serviceFlags(command).action(
    async (file: string, options: ServiceOptions & { json?: boolean }) => {
      const facts = await fileFacts(file);
      const { hash, bytes } = facts;
      await withClient(parts, options, async (client) => {
        const bar = createProgressBar();
        const upload = await sendFile(client, facts, (done) => {
          bar.show(file, { done, total: bytes });
        });
        bar.end();
        if (options.json === true) parts.output.printJson({ upload, hash, bytes });
        else parts.output.print(`${upload}  ${bytes} bytes  ${file}`);
      });
    },
  );
}
