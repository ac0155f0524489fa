// cdrate cdr search: a part of a number, looked for through a range of time; hits as they come.
import { type Command, Option } from "commander";
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter, timeRange } from "../../filter-flags.ts";
import { wholeNumberFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { createProgressBar } from "../../text/progress-bar.ts";

interface SearchOptions extends FilterOptions, ServiceOptions {
  begins?: boolean;
  ends?: boolean;
  in?: ("caller" | "destination" | "account")[];
  oldestFirst?: boolean;
  limit: number;
  cursor?: string;
  json?: boolean;
}

type Answer = Result<"cdr.search">;

/** Hits of one answer, so that the first are soon printed. */
const MOST_HITS_AT_ONCE = 1000;
const SECONDS_OF_A_CALL = 0.5;

export function addNumberSearchCommand(cdr: Command, parts: CommandParts): void {
  const command = cdr
    .command("search")
    .description("look for a part of a number through a range of time; hits as they are found")
    .argument("<text...>", "part of a number, letter by letter; several: any of them")
    .option("--begins", "the number begins with it")
    .addOption(new Option("--ends", "the number ends with it").conflicts("begins"))
    .addOption(
      new Option("--in <numbers...>", "which numbers; all three where not said").choices([
        "caller",
        "destination",
        "account",
      ]),
    )
    .option("--oldest-first", "from --from on; else from --to back")
    .option("--limit <number>", "ends with so many hits", hitsFlag, 100)
    .option("--cursor <cursor>", "goes on where a search ended")
    .option("--json", "each answer as one line of JSON: { hits, progress, nextCursor }");
  filterFlags(serviceFlags(command)).action(async (texts: string[], options: SearchOptions) => {
    const params = paramsOf(texts, options);
    await withClient(parts, options, (client) => search(client, params, options, parts));
  });
}

const hitsFlag = wholeNumberFlag("limit", { min: 1, max: 1_000_000 });

/** @throws EngineError `invalid-params` naming the flag */
function paramsOf(texts: string[], options: SearchOptions): Params<"cdr.search"> {
  const { from, to } = timeRange(options) ?? {};
  if (from === undefined || to === undefined) {
    const lacking = from === undefined ? "from" : "to";
    throw engineError("invalid-params", `--${lacking}: a search needs a range of time.`, {
      path: lacking,
      hint: "Name both, e.g. --from 2026-03-01 --to 2026-04-01.",
    });
  }
  const { callTime: _range, ...filter } = readFilter(options);
  return {
    ...{ texts, from, to, filter },
    how: options.begins === true ? "begins" : options.ends === true ? "ends" : "contains",
    ...(options.in !== undefined && { of: options.in }),
    newestFirst: options.oldestFirst !== true,
    seconds: SECONDS_OF_A_CALL,
  };
}

async function search(
  client: CdrateClient,
  params: Params<"cdr.search">,
  { limit, cursor: start, json }: SearchOptions,
  { output }: CommandParts,
): Promise<void> {
  const bar = createProgressBar();
  let cursor = start;
  let left = limit;
  for (;;) {
    const answer: Answer = await client.call("cdr.search", {
      ...params,
      limit: Math.min(MOST_HITS_AT_ONCE, left),
      ...(cursor !== undefined && { cursor }),
    });
    bar.end();
    if (json === true) output.print(JSON.stringify(answer));
    else for (const hit of answer.hits) output.print(line(hit));
    cursor = answer.nextCursor;
    left -= answer.hits.length;
    if (cursor === undefined || left <= 0) {
      output.warn(`${progressText(answer)}${cursor === undefined ? "" : "; there may be more"}`);
      if (cursor !== undefined) output.warn(`--cursor ${cursor}`);
      return;
    }
    bar.say(progressText(answer));
  }
}

function progressText({ progress: { reached, looked, hits, share } }: Answer): string {
  const percent = Math.floor(share * 100);
  return `${hits} hits in ${looked} CDRs; at ${reached}, ${percent} % of the time`;
}

/** No table: nobody knows how wide the next one is. */
function line({ in: numbers, cdr: { id, primary, rating } }: Answer["hits"][number]): string {
  const text = (name: string): string => String(primary[name] ?? "");
  const { sell } = rating;
  return [
    (text("answerTime") || text("setupTime") || text("endTime")).padEnd(25),
    text("account").padEnd(12),
    text("callerNumber").padEnd(16),
    text("destination").padEnd(16),
    text("usage").padStart(6),
    rating.outcome.padEnd(7),
    (sell?.amount == null ? "—" : `${sell.amount} ${sell.currency}`).padStart(12),
    numbers.join("+").padEnd(11),
    id,
  ].join("  ");
}
