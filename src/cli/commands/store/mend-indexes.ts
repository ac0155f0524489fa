// cdrate store mend-indexes: where an index of MongoDB differs from the one that cdrate needs.
import type { Command } from "commander";
import { openStore } from "../../../compose/open-store.ts";
import type { MigrationEvent } from "../../../compose/store-care.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";

/** `eventText`: how an event of opening the store is said in one line. */
export function addMendIndexes(
  store: Command,
  parts: CommandParts,
  eventText: (event: MigrationEvent) => string,
): void {
  store
    .command("mend-indexes")
    .description("MongoDB: drop indexes that differ from those that cdrate needs, and build these")
    .option("--json", "answer as JSON")
    .action(({ json }: { json?: boolean }) => mendIndexes(parts, eventText, json === true));
}

async function mendIndexes(
  { settings, output }: CommandParts,
  eventText: (event: MigrationEvent) => string,
  asJson: boolean,
): Promise<void> {
  const read = settings();
  if (read.store.startsWith("sqlite:")) {
    throw engineError("not-supported", "Indexes of an SQLite file cannot differ.", {
      hint: "This is for a store in MongoDB; `cdrate store migrate` makes what an SQLite file lacks.",
    });
  }
  const events: MigrationEvent[] = [];
  const report = (event: MigrationEvent): void => {
    events.push(event);
    if (!asJson) output.print(eventText(event));
  };
  const opened = await openStore(read, { mendsIndexes: true, mustExist: true, report });
  await opened.close();
  if (asJson) output.printJson({ events });
  else output.print("every index is as cdrate needs it");
}
