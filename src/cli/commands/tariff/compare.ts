// cdrate tariff compare: the report for a move: what would cost otherwise, how much, and by which rule.
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { compareParameters } from "../../../engine/compare/call.ts";
import {
  type ComparedVersions,
  comparedVersions,
  type TariffChoice,
} from "../../../engine/compare/compared-versions.ts";
import {
  type ComparedCall,
  type ComparisonReport,
  createRunningComparison,
  type RunningComparison,
} from "../../../engine/compare/comparison-report.ts";
import type { Compat } from "../../../engine/ports.ts";
import type { PriceParameters } from "../../../engine/pricing/parameters.ts";
import { semanticsOf } from "../../../engine/pricing/rate-batch.ts";
import { readTariffFiles } from "../../../engine/tariffs/folders/folders.ts";
import { createInlineCompiler } from "../../../engine/tariffs/inline-compiler.ts";
import { engineError } from "../../../errors.ts";
import { readCallLine } from "../../call-line.ts";
import type { CommandParts } from "../../command-parts.ts";
import { readCompat, wholeNumberOf } from "../../flag-values.ts";
import { lineBlocks } from "../../line-blocks.ts";
import { type Output, table } from "../../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { withEngine } from "../../with-engine.ts";
import { compareByService, type ServiceComparison } from "./compare-by-service.ts";

interface CompareOptions extends ServiceOptions {
  compat?: Compat;
  afterCompat?: Compat;
  rules?: string;
  afterRules?: string;
  calls?: string;
  days?: number;
  limit: number;
  json?: boolean;
}

export function addCompareCommand(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("compare <before> [after]")
    .description(
      "price calls by two tariffs (folders or loaded versions), by one under two editions of the rules, or by one CGRateS folder under both semantics; nothing is stored",
    )
    .option("--compat <semantics>", "of the first: exact | cgrates", readCompat)
    .option("--after-compat <semantics>", "of the second", readCompat)
    .option("--rules <edition>", "rules of pricing for the first, e.g. 0.1.0; else today's")
    .option("--after-rules <edition>", "for the second")
    .option("--calls <file>", "JSON lines as for price, or -")
    .option("--days <number>", "the stored CDRs of the last days", wholeNumberOf("days"))
    .option("--limit <number>", "differences listed", wholeNumberOf("limit"), 50)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(
    async (before: string, after: string | undefined, options: CompareOptions) => {
      if ((options.calls === undefined) === (options.days === undefined)) {
        throw engineError("invalid-params", "Give either --calls or --days.", { path: "calls" });
      }
      const choices = await choicesOf(before, after, options);
      if (options.url !== undefined) return printOfService(choices, options, parts);
      const comparison = createRunningComparison(options.limit);
      const versions = await compared(parts, { choices, options, comparison });
      const report = { ...namesOf(versions), ...comparison.report() };
      if (options.json === true) parts.output.printJson(report);
      else printReport(report, parts.output);
    },
  );
}

async function printOfService(
  choices: Choices,
  options: CompareOptions,
  parts: CommandParts,
): Promise<void> {
  const { calls, days, limit } = options;
  // Each choice is what the service takes: a name of a version, or files.
  const request = { ...choices, calls, days, limit } as ServiceComparison;
  await withClient(
    parts,
    options,
    async (client) => {
      const report = await compareByService(client, request);
      if (options.json === true) parts.output.printJson(report);
      else printReport(report as Parameters<typeof printReport>[0], parts.output);
    },
    PATIENT,
  );
}

interface Choices {
  before: TariffChoice;
  after?: TariffChoice | undefined;
}

async function choicesOf(before: string, after: string | undefined, options: CompareOptions) {
  const { compat, afterCompat, rules, afterRules } = options;
  const found = await choiceOf(before, compat);
  const first = { ...found, rules };
  if (after !== undefined) {
    const second = await choiceOf(after, afterCompat);
    return { before: first, after: { ...second, rules: afterRules } };
  }
  return afterCompat === undefined && afterRules === undefined
    ? { before: first }
    : { before: first, after: { ...found, compat: afterCompat ?? compat, rules: afterRules } };
}

/** A folder where there is one of this name, else a loaded version. */
async function choiceOf(name: string, compat: Compat | undefined): Promise<TariffChoice> {
  const isFolder = await stat(name).then(
    (info) => info.isDirectory(),
    () => false,
  );
  return isFolder ? { files: await readTariffFiles(name), compat } : { version: name, compat };
}

/** Folders and a file of calls need no store. */
async function compared(
  parts: CommandParts,
  work: { choices: Choices; options: CompareOptions; comparison: RunningComparison },
): Promise<ComparedVersions> {
  const { choices, options, comparison } = work;
  const { calls, days = 1 } = options;
  const isStored = [choices.before, choices.after].some((one) => one && "version" in one);
  if (calls !== undefined && !isStored) {
    const versions = await comparedVersions({ compiler: createInlineCompiler() }, choices);
    await compareLines(calls, versions, comparison);
    return versions;
  }
  return withEngine(parts, async (engine) => {
    const versions = await engine.comparisons.versions(choices);
    if (calls !== undefined) await compareLines(calls, versions, comparison);
    else await engine.comparisons.lastDays(days, { versions, comparison });
    return versions;
  });
}

/** @throws `invalid-params` that names the line: a report over some of the calls would mislead */
async function compareLines(
  file: string,
  versions: ComparedVersions,
  comparison: RunningComparison,
): Promise<void> {
  const nowMs = Date.now();
  let number = 0;
  for await (const lines of lineBlocks({ file, flag: "calls" })) {
    for (const line of lines) {
      number++;
      if (line.trim() === "") continue;
      const read = readCallLine(line);
      if (!read.ok) {
        throw engineError("invalid-params", `${file}:${number}: ${read.message}`, {
          path: "calls",
        });
      }
      const { id, parameters } = read;
      const named = { ...(id === undefined ? {} : { id }), ...namedCall(parameters) };
      comparison.add(named, compareParameters(parameters, versions, nowMs));
    }
  }
}

function namedCall(parameters: PriceParameters): ComparedCall {
  const { account, subject, destination = "", answerTime = null } = parameters;
  const usage = parameters.usage ?? `to ${parameters.endTime ?? "its end"}`;
  return { account: account ?? subject ?? "", destination, answerTime, usage };
}

function namesOf(versions: ComparedVersions) {
  const name = (which: "before" | "after") => ({
    version: versions[which].version,
    semantics: semanticsOf(versions[which]),
    rules: versions.editions[which].name,
  });
  return { before: name("before"), after: name("after") };
}

function printReport(
  report: ComparisonReport & ReturnType<typeof namesOf>,
  { print }: Output,
): void {
  const { before, after, calls, equal, rules, totals, differences, notListed } = report;
  const rulesOf = (one: typeof before) =>
    before.rules === after.rules ? "" : `, rules ${one.rules}`;
  print(`before: ${before.semantics} ${before.version}${rulesOf(before)}`);
  print(`after:  ${after.semantics} ${after.version}${rulesOf(after)}`);
  print(`${calls} calls, ${equal} alike`);
  const money = ["before", "after", "difference", "currency"] as const;
  print("");
  print(
    table(
      ["side", ...money],
      totals.map((row) => [row.side, ...money.map((name) => row[name])]),
    ),
  );
  if (rules.length === 0) return;
  print("");
  print(table(["rule", "sides", "difference", "what it is"], rules.map(ruleRow)));
  if (differences.length === 0) return;
  print("");
  print(table(DIFFERENCE_HEADERS, differences.map(differenceRow)));
  if (notListed > 0) print(`… and ${notListed} more: --limit lists them`);
}

function ruleRow({ rule, sides, sums, meaning }: ComparisonReport["rules"][number]): string[] {
  const sum = sums.map(({ difference, currency }) => `${difference} ${currency}`).join(", ");
  return [rule, String(sides), sum, meaning];
}

const DIFFERENCE_HEADERS = [
  "call",
  "account",
  "destination",
  "time",
  "side",
  "before",
  "after",
  "difference",
  "rule",
];

function differenceRow(one: ComparisonReport["differences"][number]): string[] {
  const amount = (side: typeof one.before): string =>
    side === null || side.amount === null ? (side?.reason ?? "—") : side.amount;
  return [
    String(one.id ?? ""),
    one.account,
    one.destination,
    one.answerTime ?? "",
    one.side,
    amount(one.before),
    amount(one.after),
    one.difference ?? "—",
    one.rule,
  ];
}
