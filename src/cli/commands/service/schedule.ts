// cdrate schedule, cdrate delivery: reports that are sent by themselves, and what became of them.
import { type Command, Option } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import { LANGUAGES, type Language } from "../../../reports/language/languages.ts";
import { REPEATS } from "../../../reports/occasions.ts";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag, wholeNumberFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

type Wanted = Params<"schedule.set">;
type Schedule = Result<"schedule.get">;
type Delivery = Result<"delivery.resend">;

interface SetOptions extends ServiceOptions {
  report: string;
  params?: string;
  every: Wanted["every"];
  at: string;
  weekday?: number;
  day?: number;
  zone: string;
  to: string[];
  folder: string[];
  webhook: string[];
  language: Language;
  format: Wanted["format"];
  catchUp?: number;
  json?: boolean;
}

interface ListOptions extends ServiceOptions {
  json?: boolean;
  limit?: number;
  schedule?: string;
  state: string[];
}

const gather = (value: string, before: string[]): string[] => [...before, value];

export function addScheduleCommands(program: Command, parts: CommandParts): void {
  const schedules = program.command("schedule").description("reports that are sent by themselves");
  addSet(schedules, parts);
  addOne(schedules, parts, "get", "show one schedule with its next occasion");
  addList(schedules, parts);
  addRun(schedules, parts);
  addOne(schedules, parts, "remove", "take one away; deliveries that were begun go on");
  const deliveries = program
    .command("delivery")
    .description("reports that were sent, or are to be");
  addDeliveryList(deliveries, parts);
  addResend(deliveries, parts);
}

function addSet(schedules: Command, parts: CommandParts): void {
  const command = schedules
    .command("set <name>")
    .description("send a report by day, week or month; the same name again replaces it")
    .requiredOption("--report <name>", "daily, traffic, statement, countries …")
    .option("--params <json>", "params of the report, as its method takes them, without a period")
    .addOption(new Option("--every <period>", "how often").choices(REPEATS).default("day"))
    .requiredOption("--at <time>", "HH:MM, by the clocks of --zone")
    .option(
      "--weekday <number>",
      "of a week: 1 (Monday) to 7",
      wholeNumberFlag("weekday", { min: 1, max: 7 }),
    )
    .option("--day <number>", "of a month: 1 to 31", wholeNumberFlag("day", { min: 1, max: 31 }))
    .option("--zone <zone>", "IANA zone in which days begin", "UTC")
    .option("--to <address>", "a mail address; may be repeated", gather, [])
    .option("--folder <name>", "a folder of the settings; may be repeated", gather, [])
    .option("--webhook <name>", "a webhook of the settings; may be repeated", gather, [])
    .addOption(new Option("--language <language>", "of the mails").choices(LANGUAGES).default("en"))
    .addOption(
      new Option("--format <format>", "the file")
        .choices(["csv", "xlsx", "html", "json"])
        .default("csv"),
    )
    .option(
      "--catch-up <count>",
      "occasions that are made up for",
      wholeNumberFlag("catch-up", { min: 1, max: 100 }),
    )
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (name: string, options: SetOptions) => {
    const { report, params, every, at, weekday, day, zone, language, format, catchUp } = options;
    const wanted = {
      ...{ name, report, every, at, zone, format },
      ...(params !== undefined && { params: readJson(params) }),
      ...(weekday !== undefined && { weekday }),
      ...(day !== undefined && { day }),
      ...(catchUp !== undefined && { catchUp }),
      to: [
        ...options.to.map((address) => ({ address, language })),
        ...options.folder.map((folder) => ({ folder })),
        ...options.webhook.map((webhook) => ({ webhook })),
      ],
    };
    await withClient(parts, options, async (client) => {
      const set = await client.call("schedule.set", wanted as Wanted);
      printOne(parts, options, set);
    });
  });
}

function readJson(text: string): Wanted["params"] {
  try {
    return JSON.parse(text) as Wanted["params"];
  } catch (cause) {
    throw engineError("invalid-params", "--params is no JSON.", { path: "params", cause });
  }
}

function addOne(
  schedules: Command,
  parts: CommandParts,
  verb: "get" | "remove",
  does: string,
): void {
  const command = schedules
    .command(`${verb} <name>`)
    .description(does)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (name: string, options: ListOptions) => {
    await withClient(parts, options, async (client) => {
      printOne(parts, options, await client.call(`schedule.${verb}`, { name }));
    });
  });
}

function addList(schedules: Command, parts: CommandParts): void {
  const command = schedules
    .command("list")
    .description("list the schedules")
    .option("--limit <count>", "so many; 50", pageLimitFlag)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async ({ limit, ...options }: ListOptions) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("schedule.list", limit === undefined ? {} : { limit });
      if (options.json === true) return parts.output.printJson(answer);
      if (answer.schedules.length === 0) return parts.output.print("There are no schedules.");
      for (const one of answer.schedules) parts.output.print(lineOf(one));
    });
  });
}

function printOne({ output }: CommandParts, { json }: { json?: boolean }, one: Schedule): void {
  if (json === true) output.printJson(one);
  else output.print(lineOf(one));
}

function lineOf({ name, report, every, at, zone, to, nextAt, missed }: Schedule): string {
  const whom = to.map((one) => Object.values(one)[0]).join(", ");
  return [
    `${name}: ${report} every ${every} at ${at} ${zone} to ${whom}`,
    `next ${nextAt ?? "never"}`,
    ...(missed > 0 ? [`${missed} missed`] : []),
  ].join(" · ");
}

function addRun(schedules: Command, parts: CommandParts): void {
  const command = schedules
    .command("run <name>")
    .description("send the report of the last whole period now, to whom it was not sent yet")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (name: string, options: ListOptions) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("schedule.run", { name });
      if (options.json === true) return parts.output.printJson(answer);
      parts.output.print(deliveryTable(answer.deliveries));
    });
  });
}

function addDeliveryList(deliveries: Command, parts: CommandParts): void {
  const command = deliveries
    .command("list")
    .description("list deliveries, the latest period first")
    .option("--schedule <name>", "of this one alone")
    .option(
      "--state <state>",
      "waiting, sending, sent, refused, failed, unknown; may be repeated",
      gather,
      [],
    )
    .option("--limit <count>", "so many; 50", pageLimitFlag)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async ({ limit, schedule, state, ...options }: ListOptions) => {
    await withClient(parts, options, async (client) => {
      const states = state as NonNullable<Params<"delivery.list">["states"]>;
      const answer = await client.call("delivery.list", {
        ...(limit !== undefined && { limit }),
        ...(schedule !== undefined && { schedule }),
        ...(states.length > 0 && { states }),
      });
      if (options.json === true) return parts.output.printJson(answer);
      if (answer.deliveries.length === 0) return parts.output.print("There are no deliveries.");
      parts.output.print(deliveryTable(answer.deliveries));
    });
  });
}

function addResend(deliveries: Command, parts: CommandParts): void {
  const command = deliveries
    .command("resend <delivery>")
    .description("try one again that is unknown, failed or refused")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (delivery: string, options: ListOptions) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("delivery.resend", { delivery });
      if (options.json === true) return parts.output.printJson(answer);
      parts.output.print(deliveryTable([answer]));
    });
  });
}

function deliveryTable(deliveries: readonly Delivery[]): string {
  return table(
    ["delivery", "schedule", "to", "state", "tries", "why"],
    deliveries.map(({ delivery, schedule, to, state, tries, fault, answer }) => [
      ...[delivery, schedule, String(Object.values(to)[0]), state, String(tries)],
      fault ?? answer ?? "",
    ]),
  );
}
