// cdrate store backup and restore: a copy of a store in use with its settings, and the way back.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";

export function addBackupCommands(store: Command, parts: CommandParts): void {
  store
    .command("backup <file>")
    .description(
      "copy the SQLite store into one file, checked and with its hash, beside a running service; the settings file with it",
    )
    .option("--json", "answer as JSON")
    .action((file: string, { json }: { json?: boolean }) => backUp(parts, file, json === true));
  store
    .command("restore <file>")
    .description("make the store anew from a backup, where none is")
    .option("--settings-to <path>", "write the settings file of the backup there")
    .option("--json", "answer as JSON")
    .action((file: string, options: RestoreOptions) => restore(parts, file, options));
}

async function backUp(
  { settings, settingsPath, output }: CommandParts,
  to: string,
  asJson: boolean,
): Promise<void> {
  const { store } = settings();
  const { backUpStore } = await import("../../../compose/store-backup.ts");
  const { takenAtMs, ...facts } = await backUpStore({ store, settingsPath: settingsPath(), to });
  if (asJson) return output.printJson({ takenAt: timeText(takenAtMs), ...facts });
  const { path, bytes, sha256, cdrs, schema } = facts;
  output.print(
    [
      `${path}: ${bytes} bytes, ${cdrs} CDRs, schema ${schema}`,
      `settings: ${facts.settings ?? "no file was named (--config)"}`,
      `sha256 ${sha256}, beside it in ${path}.sha256`,
    ].join("\n"),
  );
}

interface RestoreOptions {
  settingsTo?: string;
  json?: boolean;
}

async function restore(
  { settings, output }: CommandParts,
  from: string,
  { settingsTo, json }: RestoreOptions,
): Promise<void> {
  const { store } = settings();
  const { restoreStore } = await import("../../../compose/store-backup.ts");
  const { takenAtMs, ...facts } = await restoreStore({ from, store, settingsTo });
  if (json === true) return output.printJson({ takenAt: timeText(takenAtMs), ...facts });
  const { path, cdrs, build, isHashKnown } = facts;
  output.print(
    [
      `${path}: ${cdrs} CDRs, as of ${timeText(takenAtMs)}, by cdrate ${build}`,
      isHashKnown ? "its hash is the one written with it" : "no hash was beside it to compare with",
      settingsText(facts.settings, settingsTo),
    ].join("\n"),
  );
}

function settingsText(name: string | null, to: string | undefined): string {
  if (name === null) return "settings: none in the backup";
  if (to === undefined) return `settings: ${name} is in the backup; --settings-to writes it`;
  return `settings: ${name} is now ${to}`;
}

const timeText = (ms: number): string => new Date(ms).toISOString();
