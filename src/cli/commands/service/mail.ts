// cdrate mail: the mail settings tried.
import { type Command, Option } from "commander";
import { LANGUAGES, type Language } from "../../../reports/language/languages.ts";
import type { CommandParts } from "../../command-parts.ts";
import { EXIT } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface MailOptions extends ServiceOptions {
  json?: boolean;
  language: Language;
  zone: string;
}

export function addMailCommands(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  const command = program
    .command("mail")
    .description("mail that the service sends")
    .command("test <address>")
    .description("send one mail with a picture and a file, and say what the server answered")
    .addOption(
      new Option("--language <language>", "of words, numbers and dates")
        .choices(LANGUAGES)
        .default("en"),
    )
    .option("--zone <zone>", "IANA zone of its times", "UTC")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (address: string, options: MailOptions) => {
    const { language, zone, json } = options;
    await withClient(parts, options, async (client) => {
      const answer = await client.call("mail.test", { to: { address, language, zone } });
      if (answer.outcome !== "sent") exit(EXIT.failed);
      if (json === true) return output.printJson(answer);
      const told = answer.answer ?? answer.fault ?? "";
      output.print(`${answer.outcome}: ${told} (Message-ID ${answer.messageId})`);
    });
  });
}
