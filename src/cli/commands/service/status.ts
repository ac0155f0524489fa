// cdrate status: is it well, what prices calls now, what waits for somebody.
import type { Command } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { EXIT, table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

export function addStatusCommand(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  const command = program
    .command("status")
    .description(
      "the state of the store, or of a service with --url; exit code 1 when the store is not well",
    )
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (options: ServiceOptions & { json?: boolean }) => {
    await withClient(parts, options, async (client) => {
      const status = await client.call("system.status");
      if (!status.store.ok) exit(EXIT.failed);
      if (options.json === true) output.printJson(status);
      else output.print(statusText(status));
    });
  });
}

function statusText(status: Result<"system.status">): string {
  const { version, store, tariffs, processes, unpriced, hint, suspense, warnings } = status;
  const schema = store.schema;
  const at = schema === undefined ? "" : `, schema ${schema.version} of ${schema.latest}`;
  return [
    `cdrate ${version}, store ${store.kind}: ${store.ok ? "ok" : store.fault}${at}`,
    ...indexLines(schema?.indexes),
    ...(tariffs.length === 0 ? ["no tariff is in force"] : [tariffTable(tariffs)]),
    `services on it: ${processes.all}, of which ${processes.ready} price by this time line`,
    ...unpriced.map(
      ({ tenant, outcome, reason, calls }) =>
        `unpriced of ${tenant}: ${calls} calls ${outcome}${reason === null ? "" : ` (${reason})`}`,
    ),
    ...(hint === undefined ? [] : [hint]),
    `suspense: ${suspense.open} open`,
    ...rollupLines(status.rollups),
    ...warnings.map(({ message }) => `warning: ${message}`),
  ].join("\n");
}

function rollupLines(rollups: Result<"system.status">["rollups"]): string[] {
  if (rollups === null) return [];
  const { on, quarters, dirty } = rollups;
  const by = on ? "" : ", no service makes any";
  return [`kept sums: ${quarters} quarter hours, ${dirty} of them to be made${by}`];
}

type Indexes = NonNullable<Result<"system.status">["store"]["schema"]>["indexes"];

function indexLines(indexes: Indexes): string[] {
  if (indexes === undefined) return [];
  const { missing, progress, fault } = indexes;
  const at = progress === undefined ? "" : `, ${progress.done} of ${progress.total} documents`;
  return [
    ...(missing.length === 0 ? [] : [`indexes that lack: ${missing.join(", ")}${at}`]),
    ...(fault === undefined ? [] : [fault]),
  ];
}

function tariffTable(tariffs: Result<"system.status">["tariffs"]): string {
  return table(
    ["tenant", "tariff", "version", "activated", "prefixes"],
    tariffs.map(({ tenant, name, version, activatedAt, prefixes }) => [
      tenant,
      name,
      version,
      activatedAt,
      String(prefixes),
    ]),
  );
}
