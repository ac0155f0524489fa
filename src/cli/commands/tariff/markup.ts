// cdrate tariff markup: a retail plan's deck from what carriers charge, by a rule that the plan keeps.
import type { Command } from "commander";
import type { Params } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, wholeNumberOf } from "../../flag-values.ts";
import { PATIENT, type ServiceOptions, withClient } from "../../service-client.ts";
import { baseParams, changeFlags, printChanged, printDifference } from "./deck.ts";

type Rule = NonNullable<Params<"tariff.markup">["rule"]>;

interface MarkupOptions extends ServiceOptions {
  of?: string[];
  take?: Rule["take"];
  percent?: string;
  add?: string;
  atLeast?: string;
  decimals?: number;
  mode?: "up" | "half-up" | "down";
  at?: string;
  from?: string;
  tenant?: string;
  name?: string;
  json?: boolean;
}

export function addMarkupCommand(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("markup <plan>")
    .description(
      "a retail plan's deck from what carriers charge; the rule stays with the plan, and without flags it is applied again",
    )
    .option("--of <plans...>", "carrier plans")
    .option("--take <which>", "dearest or cheapest, of those that take a code; else dearest")
    .option("--percent <number>", "on what it charges")
    .option("--add <amount>", "money a minute besides")
    .option("--at-least <amount>", "money a minute, at least")
    .option("--decimals <number>", "of the price; else 4", wholeNumberOf("decimals"))
    .option("--mode <mode>", "up, half-up or down; else up")
    .option("--at <time>", `prices of carriers as in force then; ${TIME_FORMS}`);
  changeFlags(command).action(async (plan: string, options: MarkupOptions) => {
    const rule = ruleOf(options);
    const { at, json } = options;
    await withClient(
      parts,
      options,
      async (client) => {
        const made = await client.call("tariff.markup", {
          ...baseParams(options),
          plan,
          ...(rule === undefined ? {} : { rule }),
          ...(at === undefined ? {} : { at: instantFlag(at, "at") }),
        });
        if (json === true) return parts.output.printJson(made);
        printChanged(parts.output, made);
        parts.output.print(`${made.rates} rates of plan ${plan}`);
        await printDifference(client, { plan, made, output: parts.output });
      },
      PATIENT,
    );
  });
}

/** @throws `invalid-params` for a part of a rule without its carriers */
function ruleOf({
  of,
  take,
  percent,
  add,
  atLeast,
  decimals,
  mode,
}: MarkupOptions): Rule | undefined {
  const rounding = {
    ...(decimals === undefined ? {} : { decimals }),
    ...(mode === undefined ? {} : { mode }),
  };
  const members = {
    ...(take === undefined ? {} : { take }),
    ...(percent === undefined ? {} : { percent }),
    ...(add === undefined ? {} : { add }),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(Object.keys(rounding).length === 0 ? {} : { rounding }),
  };
  if (of !== undefined) return { of, ...members };
  if (Object.keys(members).length === 0) return undefined;
  throw engineError("invalid-params", "--of: a rule names its carrier plans.", { path: "of" });
}
