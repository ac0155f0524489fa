// cdrate report queues, cdrate report agents: as a table, CSV, a workbook or JSON.
import { type Command, Option } from "commander";
import type { Params } from "../../../client/client.ts";
import { UNITS } from "../../../reports/calendar.ts";
import { QUEUE_BASES, SERVICE_LEVELS } from "../../../reports/queues/figures.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, timeZoneFlag, wholeNumberFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { reportCells, reportCsv } from "../../text/report.ts";
import { writeWorkbook } from "./workbook.ts";

type QueueParams = Params<"report.queues">;

interface SpanOptions extends ServiceOptions {
  from: string;
  to: string;
  timeZone?: string;
  step?: QueueParams["step"];
  basis?: QueueParams["basis"];
  source?: string[];
  queue?: string[];
  csv?: boolean;
  xlsx?: string;
  json?: boolean;
}

interface QueueOptions extends SpanOptions {
  threshold?: number;
  formula?: QueueParams["formula"];
  everyCall?: boolean;
}

interface AgentOptions extends SpanOptions {
  agent?: string[];
  byQueue?: boolean;
  wrapReason?: string[];
}

export function addQueueReports(report: Command, parts: CommandParts): void {
  const queues = report
    .command("queues")
    .description("callers of queues: answered, abandoned, waits, service level")
    .option(
      "--threshold <seconds>",
      "of the service level; 20",
      wholeNumberFlag("threshold", { min: 0, max: 86_400 }),
    )
    .addOption(new Option("--formula <name>", "of the service level").choices([...SERVICE_LEVELS]))
    .option("--every-call", "by CDRs: calls of no queue too");
  spanFlags(queues).action(async (options: QueueOptions) => {
    const { threshold, formula, everyCall } = options;
    await withClient(parts, options, async (client) => {
      const answer = await client.call("report.queues", {
        ...spanOf(options),
        ...(threshold !== undefined && { threshold }),
        ...(formula && { formula }),
        ...(everyCall && { everyCall }),
      });
      await show(parts, options, { keys: ["queue", "source"], answer });
    });
  });
  const agents = report
    .command("agents")
    .description("agents of queues: calls, talk, wrap and handle time, occupancy")
    .option("--agent <name...>", "member of a queue")
    .option("--by-queue", "each queue of an agent apart")
    .option("--wrap-reason <reason...>", "of a pause that is wrapping up");
  spanFlags(agents).action(async (options: AgentOptions) => {
    const { agent, byQueue, wrapReason } = options;
    await withClient(parts, options, async (client) => {
      const answer = await client.call("report.agents", {
        ...spanOf(options),
        ...(agent && { agents: agent }),
        ...(byQueue && { byQueue }),
        ...(wrapReason && { wrapReasons: wrapReason }),
      });
      const keys = ["agent", "source", ...(byQueue === true ? ["queue"] : [])];
      await show(parts, options, { keys, answer });
    });
  });
}

function spanFlags(command: Command): Command {
  command
    .requiredOption("--from <time>", `from: ${TIME_FORMS}`)
    .requiredOption("--to <time>", "before")
    .addOption(new Option("--step <length>", "rows for each bucket apart").choices([...UNITS]))
    .addOption(
      new Option("--basis <what>", "of which the figures are made").choices([...QUEUE_BASES]),
    )
    .option("--source <name...>", "configured source")
    .option("--queue <name...>", "queue")
    .option("--csv", "answer as CSV")
    .option("--xlsx <file>", "write a workbook")
    .option("--json", "answer as JSON: { rows, totals, … }");
  return timeZoneFlag(serviceFlags(command));
}

function spanOf({ from, to, timeZone, step, basis, source, queue }: SpanOptions) {
  return {
    from: instantFlag(from, "from", timeZone),
    to: instantFlag(to, "to", timeZone),
    ...(timeZone && { timeZone }),
    ...(step && { step }),
    ...(basis && { basis }),
    ...(source && { sources: source }),
    ...(queue && { queues: queue }),
  };
}

/** What a table shows; CSV and the workbook have every figure. */
const SHOWN = new Set([
  ...["offered", "rung", "answered", "missed", "abandoned", "left", "open", "wait", "longestWait"],
  ...["talkSeconds", "talk", "wrapSeconds", "handle", "serviceLevel", "abandonmentRate"],
  ...["staffedSeconds", "occupancy"],
]);

type Row = Record<string, string | number | null | undefined>;

async function show(
  { output }: CommandParts,
  { json, csv, xlsx, step }: SpanOptions,
  { keys, answer }: { keys: string[]; answer: { rows: Row[]; totals: Row } },
): Promise<void> {
  const { rows, totals } = answer;
  const named = [...(step === undefined ? [] : ["bucket"]), ...keys];
  if (json === true) return output.printJson(answer);
  const cells = reportCells([...named, "from", "to"], rows);
  if (xlsx !== undefined) {
    await writeWorkbook(xlsx, cells, { texts: [...named, "from", "to"] });
    return output.print(`${xlsx}: ${rows.length} rows`);
  }
  if (csv === true) return output.print(reportCsv(cells));
  const figures = Object.keys(totals).filter((figure) => SHOWN.has(figure));
  const line = (row: Row, first: (string | number | null | undefined)[]) =>
    [...first, ...figures.map((figure) => row[figure])].map((value) => String(value ?? "—"));
  const blank = named.slice(1).map(() => "");
  output.print(
    table(
      [...named, ...figures],
      [
        ...rows.map((row) =>
          line(
            row,
            named.map((key) => row[key]),
          ),
        ),
        line(totals, ["total", ...blank]),
      ],
    ),
  );
}
