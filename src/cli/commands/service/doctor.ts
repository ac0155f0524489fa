// cdrate doctor: what is not well about this installation, and what to do about it.
import { type Command, Option } from "commander";
import type { Result } from "../../../client/client.ts";
import { createHost } from "../../../compose/host/probe.ts";
import type { Settings } from "../../../config/config.ts";
import {
  type Finding,
  inOrder,
  type Level,
  notWell,
  worstOf,
} from "../../../engine/doctor/findings.ts";
import { hostFindings } from "../../../engine/doctor/host.ts";
import { EngineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { EXIT } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

type Answer = Result<"system.diagnose">;

interface Options extends ServiceOptions {
  deep?: boolean;
  all?: boolean;
  failOn: "warning" | "fault";
  json?: boolean;
}

export function addDoctorCommand(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  const command = program
    .command("doctor")
    .description(
      "look at settings, store, disk, clock, certificate, backups, tariffs, feeds, outputs and jobs; exit code 1 when something does not work",
    )
    .option("--deep", "also read all that is stored, for damage")
    .option("--all", "print what is well too")
    .addOption(
      new Option("--fail-on <level>", "the least level that makes the exit code 1")
        .choices(["warning", "fault"])
        .default("fault"),
    )
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (options: Options) => {
    const { answer, code } = await diagnosed(parts, options);
    if (code !== EXIT.ok) exit(code);
    else if (fails(answer.worst, options.failOn)) exit(EXIT.failed);
    if (options.json === true) return output.printJson(answer);
    for (const line of linesOf(answer, options.all === true)) output.print(line);
  });
}

function fails(worst: Level, failOn: Options["failOn"]): boolean {
  return worst === "fault" || (worst === "warning" && failOn === "warning");
}

/** Settings that are wrong and a store that is away are findings too: the rest is still looked at. */
async function diagnosed(
  parts: CommandParts,
  options: Options,
): Promise<{ answer: Answer; code: number }> {
  const { deep = false } = options;
  let settings: Settings;
  try {
    settings = parts.settings();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { answer: answerOf([settingsFault(error)]), code: EXIT.usage };
  }
  try {
    let answer: Answer | undefined;
    await withClient(parts, options, async (client) => {
      answer = await client.call("system.diagnose", { deep });
    });
    if (answer === undefined) throw new Error("the installation was looked at without an answer");
    return { answer, code: EXIT.ok };
  } catch (error) {
    const isAway = error instanceof EngineError && error.code === "store-unavailable";
    if (!isAway || options.url !== undefined) throw error;
    const host = createHost(settings);
    const found = hostFindings(await host.look(), Date.now());
    return { answer: answerOf([...found, storeFault(error, settings)]), code: EXIT.unavailable };
  }
}

function answerOf(findings: Finding[]): Answer {
  return { worst: worstOf(findings), findings: inOrder(findings) };
}

function settingsFault({ message, detail }: EngineError): Finding {
  return notWell("fault", "settings", {
    message,
    remedy: detail.hint ?? "docs/settings.md says what each setting may be.",
  });
}

function storeFault({ message, detail }: EngineError, { store }: Settings): Finding {
  return notWell("fault", "store", {
    subject: detail.place ?? store.replace(/\/\/[^@/]*@/, "//"),
    message,
    remedy: detail.hint ?? "See whether it runs, and whether this machine reaches it.",
  });
}

const SIGN: Record<Level, string> = {
  ok: "ok     ",
  unknown: "unknown",
  warning: "WARNING",
  fault: "FAULT  ",
};

function linesOf({ findings, worst }: Answer, isAll: boolean): string[] {
  const told = findings.filter(({ level }) => isAll || level !== "ok");
  const well = findings.filter(({ level }) => level === "ok").length;
  return [
    ...told.flatMap(({ check, level, subject, message, remedy }) => [
      `${SIGN[level]}  ${check}${subject === null ? "" : ` (${subject})`}: ${message}`,
      ...(remedy === null ? [] : [`         → ${remedy}`]),
    ]),
    `${findings.length} findings, ${well} of them well; the worst is: ${worst}`,
  ];
}
