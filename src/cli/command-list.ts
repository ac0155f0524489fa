// Every command, in the order of the help.
import type { Command } from "commander";
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
import { addMoveCommands } from "./commands/move/cdr-stats.ts";
import { addNormalizeCommand } from "./commands/rating/normalize.ts";
import { addPriceCommand } from "./commands/rating/price.ts";
import { addRatesCommand } from "./commands/rating/rates.ts";
import { addRoutesCommand } from "./commands/rating/routes.ts";
import { addReportCommands } from "./commands/report/reports.ts";
import { addRerateCommands } from "./commands/rerate/jobs.ts";
import { addCallCommands } from "./commands/service/call.ts";
import { addDemoCommand } from "./commands/service/demo.ts";
import { addFeedCommands } from "./commands/service/feed.ts";
import { addJobCommands } from "./commands/service/job.ts";
import { addOutputCommands } from "./commands/service/output.ts";
import { addSchemaCommand } from "./commands/service/schema.ts";
import { addServeCommand } from "./commands/service/serve.ts";
import { addStatusCommand } from "./commands/service/status.ts";
import { addTokenCommands } from "./commands/service/token.ts";
import { addAuditCommand } from "./commands/store/audit.ts";
import { addStoreCommands } from "./commands/store/migrate.ts";
import { addSuspenseCommands } from "./commands/suspense/records.ts";
import { addTariffCommands } from "./commands/tariff/timeline.ts";

/** The service, tariffs and prices, CDRs, repairs, the store. */
export function addCommands(program: Command, parts: CommandParts): void {
  addServeCommand(program, parts);
  addStatusCommand(program, parts);
  addTariffCommands(program, parts);
  addMoveCommands(program, parts);
  addPriceCommand(program, parts);
  addRoutesCommand(program, parts);
  addRatesCommand(program, parts);
  addNormalizeCommand(program, parts);
  addQueryCommand(program, parts);
  addSummarizeCommand(program, parts);
  addReportCommands(program, parts);
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
  addCallCommands(program, parts);
  addFeedCommands(program, parts);
  addOutputCommands(program, parts);
  addDialectCommands(program, parts);
  addUploadCommand(program, parts);
  addImportCommands(program, parts);
  addBatchCommands(program, parts);
  addJobCommands(program, parts);
  addAuditCommand(program, parts);
  addStoreCommands(program, parts);
  addTokenCommands(program, parts);
  addDemoCommand(program, parts);
  addSchemaCommand(program, parts);
}
