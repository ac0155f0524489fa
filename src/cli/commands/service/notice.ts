// cdrate notice: what changes of a customer's prices, looked at and mailed.
import { type Command, Option } from "commander";
import type { Params } from "../../../client/client.ts";
import { LANGUAGES, type Language } from "../../../reports/language/languages.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, wholeNumberFlag } from "../../flag-values.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface NoticeOptions extends ServiceOptions {
  account: string;
  tenant?: string;
  from?: string;
  toVersion: string;
  start?: string;
  days?: number;
  language: Language;
  zone: string;
  json?: boolean;
}

interface SendOptions extends NoticeOptions {
  to: string[];
  format: NonNullable<Params<"notice.send">["format"]>;
  expected?: string;
}

export function addNoticeCommands(program: Command, parts: CommandParts): void {
  const notice = program
    .command("notice")
    .description("mails to customers about prices that change with a tariff version");
  addPreview(notice, parts);
  addSend(notice, parts);
}

function noticeFlags(command: Command): Command {
  return command
    .requiredOption("--account <name>", "whose prices")
    .option("--tenant <name>", "of which tenant")
    .requiredOption("--to-version <version>", "the version whose prices are told")
    .option("--from <version>", "the version before; the one in force when not said")
    .option(
      "--start <time>",
      `from when they hold, when the version is not activated yet: ${TIME_FORMS}`,
    )
    .option(
      "--days <count>",
      "only what the account called in so many days",
      wholeNumberFlag("days", { min: 1, max: 3660 }),
    )
    .addOption(new Option("--language <language>", "of the mail").choices(LANGUAGES).default("en"))
    .option("--zone <zone>", "IANA zone of its times", "UTC")
    .option("--json", "answer as JSON");
}

function askedOf({ account, tenant, from, toVersion, start, days, zone }: NoticeOptions) {
  return {
    ...{ account, to: toVersion },
    ...(tenant !== undefined && { tenant }),
    ...(from !== undefined && { from }),
    ...(days !== undefined && { days }),
    ...(start !== undefined && { start: instantFlag(start, "start", zone) }),
  };
}

function addPreview(notice: Command, parts: CommandParts): void {
  const command = notice
    .command("preview")
    .description("what a notice would say; nothing is sent or stored");
  serviceFlags(noticeFlags(command)).action(async (options: NoticeOptions) => {
    const { language, zone, json } = options;
    const request = { ...askedOf(options), language, zone };
    await withClient(
      parts,
      options,
      async (client) => {
        const answer = await client.call("notice.preview", request);
        if (json === true) return parts.output.printJson(answer);
        parts.output.print(answer.text);
        parts.output.print(`${answer.count} prices change; hash ${answer.hash}`);
      },
      PATIENT,
    );
  });
}

function addSend(notice: Command, parts: CommandParts): void {
  const command = notice
    .command("send <notice>")
    .description("mail it, to each receiver once")
    .requiredOption(
      "--to <address>",
      "a mail address; may be repeated",
      (address: string, before: string[] = []) => [...before, address],
    )
    .addOption(
      new Option("--format <format>", "the attached file; html: none")
        .choices(["csv", "xlsx", "html", "json"])
        .default("csv"),
    )
    .option("--expected <hash>", "of a preview: send nothing else");
  serviceFlags(noticeFlags(command)).action(async (name: string, options: SendOptions) => {
    const { to, language, zone, format, expected, json } = options;
    const request = {
      ...{ notice: name, ...askedOf(options), format },
      receivers: to.map((address) => ({ address, language, zone })),
      ...(expected !== undefined && { expected }),
    };
    await withClient(
      parts,
      options,
      async (client) => {
        const answer = await client.call("notice.send", request);
        if (json === true) return parts.output.printJson(answer);
        const { rows, deliveries } = answer;
        parts.output.print(`${rows} prices change; ${deliveries.length} deliveries`);
        for (const { delivery, state } of deliveries) parts.output.print(`${delivery} ${state}`);
      },
      PATIENT,
    );
  });
}
