// The command line: one program, one sub-command a file beside this one.
import { Command, CommanderError } from "commander";
import { readSettings } from "../config/config.ts";
import { PACKAGE_VERSION } from "../engine/system-status.ts";
import type { CommandParts } from "./command-parts.ts";
import { addAccountCommands } from "./commands/account/assignments.ts";
import { addChangesCommand } from "./commands/cdr/changes.ts";
import { addCorrectCommands } from "./commands/cdr/correct.ts";
import { addCountCommand } from "./commands/cdr/count.ts";
import { addExplainCommand } from "./commands/cdr/explain.ts";
import { addExportCommand } from "./commands/cdr/export.ts";
import { addGetCommand } from "./commands/cdr/get.ts";
import { addProcessCommand } from "./commands/cdr/process.ts";
import { addQueryCommand } from "./commands/cdr/query.ts";
import { addSummarizeCommand } from "./commands/cdr/summarize.ts";
import { addBatchCommands } from "./commands/import/batch.ts";
import { addDialectCommands } from "./commands/import/dialect.ts";
import { addImportCommands } from "./commands/import/files.ts";
import { addUploadCommand } from "./commands/import/upload.ts";
import { addNormalizeCommand } from "./commands/rating/normalize.ts";
import { addPriceCommand } from "./commands/rating/price.ts";
import { addRoutesCommand } from "./commands/rating/routes.ts";
import { addRerateCommands } from "./commands/rerate/jobs.ts";
import { addDemoCommand } from "./commands/service/demo.ts";
import { addFeedCommands } from "./commands/service/feed.ts";
import { addSchemaCommand } from "./commands/service/schema.ts";
import { addServeCommand } from "./commands/service/serve.ts";
import { addStatusCommand } from "./commands/service/status.ts";
import { addTokenCommands } from "./commands/service/token.ts";
import { addAuditCommand } from "./commands/store/audit.ts";
import { addStoreCommands } from "./commands/store/migrate.ts";
import { addSuspenseCommands } from "./commands/suspense/records.ts";
import { addTariffCommands } from "./commands/tariff/timeline.ts";
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
  addCommands(program, parts);
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

/** In the order of the help: the service, tariffs and prices, CDRs, repairs, the store. */
function addCommands(program: Command, parts: CommandParts): void {
  addServeCommand(program, parts);
  addStatusCommand(program, parts);
  addTariffCommands(program, parts);
  addPriceCommand(program, parts);
  addRoutesCommand(program, parts);
  addNormalizeCommand(program, parts);
  addQueryCommand(program, parts);
  addSummarizeCommand(program, parts);
  addExportCommand(program, parts);
  addChangesCommand(program, parts);
  addExplainCommand(program, parts);
  const cdr = program
    .command("cdr")
    .description("one CDR or a file of them; also query, explain …");
  addProcessCommand(cdr, parts);
  addGetCommand(cdr, parts);
  addCountCommand(cdr, parts);
  addCorrectCommands(cdr, parts);
  addSuspenseCommands(program, parts);
  addRerateCommands(program, parts);
  addAccountCommands(program, parts);
  addFeedCommands(program, parts);
  addDialectCommands(program, parts);
  addUploadCommand(program, parts);
  addImportCommands(program, parts);
  addBatchCommands(program, parts);
  addAuditCommand(program, parts);
  addStoreCommands(program, parts);
  addTokenCommands(program, parts);
  addDemoCommand(program, parts);
  addSchemaCommand(program, parts);
}
