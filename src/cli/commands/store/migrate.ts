// cdrate store migrate: brings the store of an older build to the schema of this one.
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { openStore } from "../../../compose/open-store.ts";
import type { MigrationEvent, SchemaState } from "../../../compose/store-care.ts";
import type { CommandParts } from "../../command-parts.ts";
import { EXIT } from "../../output.ts";
import { createProgressBar } from "../../text/progress-bar.ts";
import { addBackupCommands } from "./backup.ts";
import { addStoreCopy } from "./copy.ts";
import { addMendIndexes } from "./mend-indexes.ts";

/** How often it looks how far the building of indexes is. */
const LOOK_MS = 500;

export function addStoreCommands(program: Command, parts: CommandParts): void {
  const store = program.command("store").description("the store itself");
  store
    .command("migrate")
    .description(
      "bring the store to the schema of this build, after a copy; SQLite needs room for it",
    )
    .option("--json", "answer as JSON")
    .action(({ json }: { json?: boolean }) => migrate(parts, json === true));
  addMendIndexes(store, parts, eventText);
  addStoreCopy(store, parts);
  addBackupCommands(store, parts);
}

async function migrate({ settings, output, exit }: CommandParts, asJson: boolean): Promise<void> {
  const events: MigrationEvent[] = [];
  const report = (event: MigrationEvent): void => {
    events.push(event);
    if (!asJson) output.print(eventText(event));
  };
  const opened = await openStore(settings(), { migrates: true, mustExist: true, report });
  const bar = createProgressBar();
  try {
    let state = await opened.schemaState();
    while (state.behind !== undefined) {
      bar.show(`step ${state.behind.step}`, state.behind);
      state = await opened.tend();
    }
    while (state.indexes !== undefined && state.indexes.fault === undefined) {
      const { missing, progress } = state.indexes;
      if (progress === undefined) bar.say(`indexes: ${missing.length} are built`);
      else bar.show("indexes", progress);
      await pause(LOOK_MS);
      state = await opened.tend();
    }
    bar.end();
    if (asJson) output.printJson({ events, schema: state });
    else output.print(stateText(state));
    if (state.waiting !== undefined || state.indexes !== undefined) exit(EXIT.failed);
  } finally {
    await opened.close();
  }
}

function eventText(event: MigrationEvent): string {
  if (event.kind === "copied") return `copied to ${event.path}`;
  if (event.kind === "not-copied") return `not copied: ${event.why}`;
  if (event.kind === "built") {
    return `built ${event.indexes.join(", ")} of ${event.collection}`;
  }
  if (event.kind === "index") return `dropped ${event.index} of ${event.collection}`;
  return `step ${event.step}: ${event.title}`;
}

function stateText({ version, latest, waiting, indexes, cdrKey }: SchemaState): string {
  const lines = [`schema ${version} of ${latest}`];
  if (waiting !== undefined) {
    lines.push(
      `step ${waiting.step} (${waiting.title}) waits until these builds have ended: ${waiting.builds.join(", ")}`,
    );
  }
  if (indexes?.fault !== undefined) {
    lines.push(`not built: ${indexes.missing.join(", ")}`, indexes.fault);
  }
  if (cdrKey === "id") lines.push("CDRs are keyed by id alone, as by 0.1.0: docs/store.md");
  return lines.join("\n");
}
