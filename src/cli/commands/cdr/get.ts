// cdrate cdr get: one CDR whole, with its fields, its price and its history.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { cdrText } from "../../text/cdr.ts";

interface GetOptions extends ServiceOptions {
  asOf?: string;
  timeZone?: string;
  tenant?: string;
  json?: boolean;
}

export function addGetCommand(cdr: Command, parts: CommandParts): void {
  const command = cdr
    .command("get <id>")
    .description("one CDR with its fields, its price and its history")
    .option("--as-of <time>", `as it was then: ${TIME_FORMS}`)
    .option("--tenant <tenant>", "whose, where several tenants have the id")
    .option("--json", "answer as JSON");
  serviceFlags(timeZoneFlag(command)).action(async (id: string, options: GetOptions) => {
    const { asOf, timeZone, tenant } = options;
    const request = {
      id,
      ...(asOf === undefined ? {} : { asOf: instantFlag(asOf, "as-of", timeZone) }),
      ...(tenant === undefined ? {} : { tenant }),
    };
    await withClient(parts, options, async (client) => {
      const found = await client.call("cdr.get", request);
      if (options.json === true) parts.output.printJson(found);
      else parts.output.print(cdrText(found));
    });
  });
}
