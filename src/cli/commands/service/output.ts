// cdrate output: the outputs of the settings, their state, and whether they run.
import type { Command } from "commander";
import type { CdrateClient } from "../../../client/client.ts";
import type { OutputView } from "../../../engine/outputs.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface OutputOptions extends ServiceOptions {
  json?: boolean;
  from?: "now" | "beginning";
}

export function addOutputCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const outputs = program.command("output").description("the outputs of the settings");
  const list = outputs
    .command("list")
    .description("list the outputs with their state")
    .option("--json", "answer as JSON");
  serviceFlags(list).action(async (options: OutputOptions) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("output.list", {});
      if (options.json === true) return output.printJson(answer);
      if (answer.outputs.length === 0) return output.print("There are no outputs in the settings.");
      for (const one of answer.outputs) output.print(outputLine(one));
    });
  });

  function addOne(
    verb: string,
    does: string,
    call: (client: CdrateClient, name: string, options: OutputOptions) => Promise<OutputView>,
  ): Command {
    const command = outputs
      .command(`${verb} <name>`)
      .description(does)
      .option("--json", "answer as JSON");
    return serviceFlags(command).action(async (name: string, options: OutputOptions) => {
      await withClient(parts, options, async (client) => {
        const answer = await call(client, name, options);
        if (options.json === true) return output.printJson(answer);
        for (const line of outputLines(answer)) output.print(line);
      });
    });
  }
  addOne("get", "show one output with its position", (client, name) =>
    client.call("output.get", { name }),
  );
  addOne("stop", "stop an output, in whatever process it runs", (client, name) =>
    client.call("output.stop", { name }),
  );
  addOne("start", "start an output that was stopped", (client, name, { from }) =>
    client.call("output.start", { name, ...(from === undefined ? {} : { from }) }),
  ).option("--from <place>", "begin anew: now, or beginning for all that the store has");
}

function outputLines(one: OutputView): string[] {
  const { position, warning } = one.state;
  return [
    outputLine(one),
    ...(warning === null ? [] : [`  warning: ${warning}`]),
    ...(position === null ? [] : [`  position ${JSON.stringify(position)}`]),
  ];
}

function outputLine({ name, kind, stopped, runs, state }: OutputView): string {
  const { sent, lastSent, lagSeconds, caughtUp, failures, fault } = state;
  const lag = lagSeconds === null ? "" : `, ${lagSeconds} s after its rating`;
  return [
    `${name} (${kind}): ${stopped ? "stopped" : `runs ${runs}`}`,
    fault === null ? (caughtUp ? "all sent" : "more to send") : `fails: ${fault}`,
    `${sent} sent, ${failures} failures`,
    lastSent === null ? "nothing sent yet" : `last ${lastSent}${lag}`,
  ].join(" · ");
}
