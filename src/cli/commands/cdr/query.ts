// cdrate query: the CDRs that a filter selects.
import { type Command, Option } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface QueryOptions extends FilterOptions, ServiceOptions {
  sort: "callTime" | "setupTime" | "receivedAt" | "usage" | "duration";
  descending?: boolean;
  limit: number;
  cursor?: string;
  json?: boolean;
}

const SORTS = ["callTime", "setupTime", "receivedAt", "usage", "duration"];

export function addQueryCommand(program: Command, parts: CommandParts): void {
  const command = program
    .command("query")
    .description("list CDRs; every flag narrows the list")
    .addOption(new Option("--sort <key>", "order").choices(SORTS).default("callTime"))
    .option("--descending", "the last first")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON: { cdrs, nextCursor }");
  filterFlags(serviceFlags(command)).action(async (options: QueryOptions) => {
    await withClient(parts, options, async (client) => {
      const { cursor, sort, descending = false } = options;
      const page = await client.call("cdr.find", {
        filter: readFilter(options),
        sort: { by: sort, descending },
        limit: options.limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (options.json === true) return parts.output.printJson(page);
      printPage(page, parts);
    });
  });
}

type Cdr = Result<"cdr.find">["cdrs"][number];

const HEADERS = ["time", "account", "destination", "usage", "outcome", "sell", "buy", "margin"];

function row({ id, primary, rating }: Cdr): string[] {
  const text = (name: string): string => String(primary[name] ?? "");
  const amount = (side: { amount: string | null; currency: string } | null): string =>
    side === null || side.amount === null ? "—" : `${side.amount} ${side.currency}`;
  return [
    text("answerTime") || text("setupTime") || text("endTime"),
    text("account"),
    text("destination"),
    text("usage"),
    rating.outcome,
    amount(rating.sell),
    amount(rating.buy),
    amount(rating.margin),
    rating.buy?.carrier ?? "",
    rating.reason ?? rating.sell?.reason ?? "",
    id,
  ];
}

function printPage({ cdrs, nextCursor }: Result<"cdr.find">, { output }: CommandParts): void {
  output.print(table([...HEADERS, "carrier", "reason", "id"], cdrs.map(row)));
  output.print(`${cdrs.length} CDRs${nextCursor === undefined ? "" : "; there are more"}`);
  if (nextCursor !== undefined) output.print(`--cursor ${nextCursor}`);
}
