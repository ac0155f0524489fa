#!/usr/bin/env node
// Process entry: arguments to a command, and its exit code.
import { runCommand } from "./cli/commands.ts";
import { EXIT } from "./cli/output.ts";

// A reader that has seen enough (`… | head`) closes the pipe: that is no fault of the command.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`cdrate: the output cannot be written: ${error.message}\n`);
  process.exit(EXIT.failed);
});

process.exitCode = await runCommand(process.argv.slice(2));
