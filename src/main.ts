#!/usr/bin/env node
// Process entry: arguments to a command, and its exit code.
import { runCommand } from "./cli/commands.ts";

process.exitCode = await runCommand(process.argv.slice(2));
