// The command line: one program, one sub-command a file beside this one.
import { Command, CommanderError } from "commander";
import { readSettings } from "../config/config.ts";
import { PACKAGE_VERSION } from "../engine/system-status.ts";
import { openRpcDocument } from "../rpc/openrpc.ts";
import type { CommandParts } from "./command-parts.ts";
import { addAccountCommands } from "./commands/account.ts";
import { addAuditCommand } from "./commands/audit.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addExportCommand } from "./commands/export.ts";
import { addNormalizeCommand } from "./commands/normalize.ts";
import { addPriceCommand } from "./commands/price.ts";
import { addQueryCommand } from "./commands/query.ts";
import { addRerateCommands } from "./commands/rerate.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addStoreCommands } from "./commands/store.ts";
import { addSummarizeCommand } from "./commands/summarize.ts";
import { addTariffCommands } from "./commands/tariff.ts";
import { addTokenCommands } from "./commands/token.ts";
import { EXIT, type Output, processOutput, reportError } from "./output.ts";

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
    .showHelpAfterError()
    .exitOverride();
  const parts: CommandParts = {
    output,
    settings: () => {
      const { config, listen, store, tariffs, log } = program.optsWithGlobals();
      return readSettings({
        ...(config === undefined ? {} : { configPath: config }),
        environment: process.env,
        flags: { listen, store, tariffs, log },
      });
    },
    exit: (code) => {
      exitCode = code;
    },
  };
  addServeCommand(program, parts);
  addTariffCommands(program, parts);
  addPriceCommand(program, parts);
  addNormalizeCommand(program, parts);
  addExplainCommand(program, parts);
  addRerateCommands(program, parts);
  addAuditCommand(program, parts);
  addQueryCommand(program, parts);
  addSummarizeCommand(program, parts);
  addExportCommand(program, parts);
  addStoreCommands(program, parts);
  addAccountCommands(program, parts);
  addTokenCommands(program, parts);
  addDemoCommand(program, parts);
  addSchemaCommand(program, parts);
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

/** The document that the service serves, for the copy in the repository. */
function addSchemaCommand(program: Command, { output }: CommandParts): void {
  program
    .command("openrpc")
    .description("print the OpenRPC document of the JSON-RPC methods")
    .action(() => output.printJson(openRpcDocument()));
}
