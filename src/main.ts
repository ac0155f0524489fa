#!/usr/bin/env node
// Process entry: arguments to a command, and its exit code.
import { runCommand } from "./cli/commands.ts";

// A reader that has seen enough (`… | head`) closes the pipe: that is no fault of the command.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await runCommand(process.argv.slice(2));
