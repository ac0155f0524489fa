// The command line: one program, one sub-command a file of `commands/`.
import { Command, CommanderError } from "commander";
import { readSettings } from "../config/config.ts";
import { PACKAGE_VERSION } from "../engine/system-status.ts";
import type { CommandParts } from "./command-parts.ts";
import { addServeCommand } from "./commands/service/serve.ts";
import { EXIT, exitCodesText, type Output, processOutput, reportError } from "./output.ts";

/** Runs one command line (without node and script). @returns the exit code */
export async function runCommand(argv: string[], output: Output = processOutput): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command("cdrate")
    .description("Rating and mediation of telephone call detail records.")
    .version(PACKAGE_VERSION)
    .option("--config <file>", "settings file (YAML); else CDRATE_CONFIG")
    .option("--store <url>", "sqlite:PATH or mongodb://…; else CDRATE_STORE")
    .option("--tariffs <folder>", "tariff root; else CDRATE_TARIFFS")
    .option("--log <level>", "fatal … trace, silent; else CDRATE_LOG")
    .addHelpText("afterAll", `\n${exitCodesText()}`)
    .showHelpAfterError()
    .exitOverride();
  const parts: CommandParts = {
    output,
    settings: () => {
      const { config, listen, store, tariffs, log, workers } = program.optsWithGlobals();
      return readSettings({
        ...(config === undefined ? {} : { configPath: config }),
        environment: process.env,
        flags: { listen, store, tariffs, log, workers },
      });
    },
    settingsPath: () => program.optsWithGlobals()["config"] ?? process.env["CDRATE_CONFIG"],
    exit: (code) => {
      exitCode = code;
    },
  };
  // The others bring the whole service with them, which the first process of several has no need of.
  if (isServe(argv, program)) addServeCommand(program, parts);
  else (await import("./command-list.ts")).addCommands(program, parts);
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    const asJson = argv.includes("--json");
    if (!(error instanceof CommanderError)) return reportError(error, output, asJson);
    if (error.exitCode === 0) return EXIT.ok;
    if (asJson) output.printJson({ error: { code: "invalid-params", message: error.message } });
    return EXIT.usage;
  }
}

/** Whether it is that one command, by the first word that is no option of the program. */
function isServe(argv: readonly string[], program: Command): boolean {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (!word.startsWith("-")) return word === "serve";
    const option = program.options.find(({ long }) => long === word);
    if (option?.required === true) at += 1;
  }
  return false;
}
