// The flags that describe a call which is not stored.
import type { Command } from "commander";

export function callFlags(command: Command): Command {
  return command
    .option("--tenant <tenant>")
    .option("--category <category>")
    .option("--account <account>")
    .option("--subject <subject>")
    .option("--destination <number>")
    .option("--caller-number <number>")
    .option("--carrier <carrier>", "the carrier that took the call")
    .option("--id <id>", "the CDR's ID, by which the strategy weight draws")
    .option("--answer-time <time>", "RFC 3339 and other forms; else now");
}
