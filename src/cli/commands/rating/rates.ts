// cdrate rates: the rates of an account's own plan, by prefix or for one number.
import type { Command } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, pageLimitFlag, TIME_FORMS } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface RatesOptions extends ServiceOptions {
  tenant?: string;
  account?: string;
  prefix?: string;
  number?: string;
  callerNumber?: string;
  tor?: string;
  side?: "sell" | "buy";
  at?: string;
  limit: number;
  cursor?: string;
  json?: boolean;
}

export function addRatesCommand(program: Command, parts: CommandParts): void {
  const command = program
    .command("rates")
    .description("the rates of an account's own plan; banned and blocked ones are left out")
    .option("--tenant <tenant>", "tenant; else cgrates.org")
    .option("--account <account>", "whose plan; else that of accounts which nobody named")
    .option("--prefix <digits>", "of prefixes that begin so; else all")
    .option("--number <number>", "those that price calls to this number")
    .option("--caller-number <number>", "with --number: the calling number")
    .option("--tor <type>", "with --number: type of record")
    .option("--side <side>", "sell (what the customer pays) or buy (what the carriers charge)")
    .option("--at <time>", `as in force then; ${TIME_FORMS}`)
    .option("--limit <number>", "rates, to 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (options: RatesOptions) => {
    const { json, url: _url, token: _token, at, ...asked } = options;
    await withClient(parts, options, async (client) => {
      const when = at === undefined ? {} : { at: instantFlag(at, "at") };
      const answer = await client.call("rates.find", { ...asked, ...when } as Params<"rates.find">);
      if (json === true) parts.output.printJson(answer);
      else parts.output.print(ratesText(answer));
    });
  });
}

const HEADERS = ["prefix", "destination", "rate", "per", "increments", "plan", "besides"];
const SHOWN = new Set([
  ...["side", "plan", "carrier", "gateway", "prefix", "destination", "currency", "rate"],
  ...["unitSeconds", "firstInterval", "nextInterval"],
]);

function ratesText({ voipPlan, reason, rates, nextCursor }: Result<"rates.find">): string {
  const rows = rates.map((one) => [
    one.prefix,
    one.destination ?? "",
    `${one.rate} ${one.currency}`,
    `${one.unitSeconds} s`,
    `${one.firstInterval}/${one.nextInterval}`,
    one.carrier === undefined ? one.plan : `${one.carrier} (${one.plan})`,
    besides(one),
  ]);
  return [
    `VoIP plan ${voipPlan}${reason === undefined ? "" : `: no rate, ${reason}`}`,
    ...(rows.length === 0 ? [] : [table(HEADERS, rows)]),
    ...(nextCursor === undefined ? [] : [`… more: --cursor ${nextCursor}`]),
  ].join("\n");
}

function besides(rate: Record<string, unknown>): string {
  return Object.entries(rate)
    .filter(([member]) => !SHOWN.has(member))
    .map(([member, value]) => `${member} ${String(value)}`)
    .join(", ");
}
