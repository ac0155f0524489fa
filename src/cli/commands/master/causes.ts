// cdrate cause: the words of disconnect causes.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Result } from "../../../client/client.ts";
import { LANGUAGES, type Language } from "../../../reports/language/languages.ts";
import type { CommandParts } from "../../command-parts.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { given, printEntry, revisionFlag, textOrNull } from "./flags.ts";

interface CauseOptions extends ServiceOptions {
  language: Language;
  ifRevision?: number;
  json?: boolean;
}

function codeArgument(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Not a code from 0 to 999.");
}

function causeFlags(command: Command): Command {
  return serviceFlags(command)
    .addOption(new Option("--language <language>", "of the words").choices(LANGUAGES).default("en"))
    .option("--json", "answer as JSON");
}

function changeFlags(command: Command): Command {
  return causeFlags(command).option(
    "--if-revision <number>",
    "only where it is still at this revision; 0: only where it is new",
    revisionFlag,
  );
}

export function addCauseCommands(program: Command, parts: CommandParts): void {
  const cause = program.command("cause").description("the words of disconnect causes");
  const print = (entry: Result<"cause.get">, { json }: CauseOptions) => {
    if (json === true) return parts.output.printJson(entry);
    printEntry(entry, parts);
  };
  const set = cause
    .command("set")
    .argument("<code>", "Q.850 code, or one of the switch's own up to 999", codeArgument)
    .description("other words for a cause, over the built-in ones; an empty text takes it away")
    .option("--name <words>", "the cause in a few words")
    .option("--description <text>", "what it means, and what to do about it");
  changeFlags(set).action(
    async (code: number, options: CauseOptions & { name?: string; description?: string }) => {
      const { language, ifRevision, name, description } = options;
      const words = { name: textOrNull(name), description: textOrNull(description) };
      const change = { code, language, ...given({ ifRevision, ...words }) };
      await withClient(parts, options, async (client) =>
        print(await client.call("cause.set", change), options),
      );
    },
  );
  const get = cause
    .command("get")
    .argument("<code>", "the code", codeArgument)
    .description("its words, and where they are from");
  causeFlags(get).action(async (code: number, options: CauseOptions) => {
    const { language } = options;
    await withClient(parts, options, async (client) =>
      print(await client.call("cause.get", { code, language }), options),
    );
  });
  const list = cause.command("list").description("the words of every cause, by code");
  causeFlags(list).action(async (options: CauseOptions) => {
    const { language } = options;
    await withClient(parts, options, async (client) => {
      const answer = await client.call("cause.list", { language });
      if (options.json === true) return parts.output.printJson(answer);
      const rows = answer.causes.map(({ code, language: said, name, from }) => {
        return [String(code), said, name ?? "", from];
      });
      parts.output.print(table(["code", "language", "words", "from"], rows));
    });
  });
  const remove = cause
    .command("remove")
    .argument("<code>", "the code", codeArgument)
    .description("take the store's words away: the built-in ones hold again");
  changeFlags(remove).action(async (code: number, options: CauseOptions) => {
    const { language, ifRevision } = options;
    await withClient(parts, options, async (client) =>
      print(
        await client.call("cause.remove", { code, language, ...given({ ifRevision }) }),
        options,
      ),
    );
  });
}
