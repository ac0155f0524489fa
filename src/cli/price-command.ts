// cdrate price: what a call costs by a tariff folder or by the store; one call or a stream.
import type { Command } from "commander";
import type { JsonObject } from "../cdr/json.ts";
import type { Params } from "../client/client.ts";
import type { Compat } from "../engine/ports.ts";
import { type PriceParameters, priceByFolder, priceByStore } from "../engine/price-parameters.ts";
import { readTariffFiles } from "../engine/tariff-folders.ts";
import { EngineError, engineError } from "../errors.ts";
import { readCallLine } from "./call-line.ts";
import type { CommandParts } from "./command-parts.ts";
import { COMPAT_FLAG, readCompat, wholeNumberOf } from "./flag-values.ts";
import { lineBlocks } from "./line-blocks.ts";
import { type Output, table } from "./output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "./service-client.ts";
import { withEngine } from "./with-engine.ts";

interface PriceOptions extends Omit<PriceParameters, "id">, ServiceOptions {
  tariff?: string;
  compat?: Compat;
  calls?: string;
  json?: boolean;
}

type Price = (parameters: PriceParameters) => JsonObject | Promise<JsonObject>;

export function addPriceCommand(program: Command, parts: CommandParts): void {
  const command = program
    .command("price")
    .description("what a call would cost; nothing is stored")
    .option("--tariff <folder>", "price by this folder instead of the store")
    .option(COMPAT_FLAG, "exact | cgrates | cgrates-0.9.1, for a CGRateS folder", readCompat)
    .option("--tenant <tenant>")
    .option("--category <category>")
    .option("--account <account>")
    .option("--subject <subject>")
    .option("--destination <number>")
    .option("--caller-number <number>")
    .option("--carrier <carrier>", "the carrier that took the call")
    .option("--answer-time <time>", "RFC 3339 and other forms; else now")
    .option("--usage <length>", "duration text, or seconds (CGRateS: nanoseconds, units)")
    .option("--end-time <time>", "instead of the usage")
    .option("--tor <type>", "type of record: *voice, *data, *sms …")
    .option(
      "--loop-index <number>",
      "CGRateS: a later part of a session, when not 0",
      wholeNumberOf("loopIndex"),
    )
    .option("--rating-plan <plan...>", "CGRateS: rate on these plans")
    .option(
      "--rounding-decimals <number>",
      "CGRateS: rounding_decimals (5)",
      wholeNumberOf("roundingDecimals"),
    )
    .option(
      "--fallback-depth <number>",
      "CGRateS: levels of fallback subjects (3)",
      wholeNumberOf("fallbackDepth"),
    )
    .option("--trace", "say each step")
    .option("--calls <file>", "JSON lines, or - for standard input; one JSON line out for each")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (options: PriceOptions) => {
    await withPrice(parts, options, async (price) => {
      if (options.calls !== undefined) return priceLines(options.calls, price, parts.output);
      const { tariff: _tariff, compat: _compat, json, calls: _calls, ...rest } = options;
      const { url: _url, token: _token, ...call } = rest;
      const answer = await price(call);
      if (json === true) parts.output.printJson(answer);
      else printAnswer(answer, parts);
    });
  });
}

async function withPrice(
  parts: CommandParts,
  options: PriceOptions,
  use: (price: Price) => Promise<void>,
): Promise<void> {
  if (options.tariff !== undefined) {
    return use(priceByFolder(await readTariffFiles(options.tariff), options.compat, Date.now()));
  }
  if (options.compat !== undefined) {
    throw engineError("invalid-params", "--compat goes with --tariff.", { path: "compat" });
  }
  if (options.url !== undefined) {
    return withClient(parts, options, (client) =>
      use(
        (call) =>
          client.call("rating.price", call as Params<"rating.price">) as Promise<JsonObject>,
      ),
    );
  }
  return withEngine(parts, (engine) =>
    use((parameters) => priceByStore(engine.rating, parameters)),
  );
}

/** Lines go out in blocks, as they came in: one write for each would be the slowest part. */
async function priceLines(file: string, price: Price, output: Output): Promise<void> {
  for await (const lines of lineBlocks(file)) {
    let block = "";
    for (const line of lines) {
      if (line.trim() === "") continue;
      const answer = priceLine(line, price);
      // A folder prices at once; waiting a turn for each line would halve the speed.
      block += `${JSON.stringify(answer instanceof Promise ? await answer : answer)}\n`;
    }
    if (block !== "") await output.write(block);
  }
}

/** A line that cannot be priced answers `error`; the run goes on. */
function priceLine(line: string, price: Price): JsonObject | Promise<JsonObject> {
  const read = readCallLine(line);
  const id: JsonObject = read.id === undefined ? {} : { id: read.id };
  if (!read.ok) return { ...id, error: read.code, message: read.message };
  try {
    const answer = price(read.parameters);
    if (answer instanceof Promise) {
      return answer.then(
        (priced) => Object.assign(id, priced),
        (error: unknown) => faultyLine(id, error),
      );
    }
    return Object.assign(id, answer);
  } catch (error) {
    return faultyLine(id, error);
  }
}

function faultyLine(id: JsonObject, error: unknown): JsonObject {
  if (error instanceof EngineError) return { ...id, error: error.code, message: error.message };
  throw error;
}

/** The sides as a table; what CGRateS versions add, below. */
function printAnswer(answer: JsonObject, { output }: CommandParts): void {
  const side = (name: string): string[] => {
    const value = answer[name];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [name, "—"];
    const member = (key: string): string => String(value[key] ?? "");
    return [
      name,
      value["amount"] === null ? "—" : `${member("amount")} ${member("currency")}`,
      member("plan"),
      member("carrier"),
      member("prefix"),
      member("billedSeconds"),
      member("reason"),
    ];
  };
  output.print(
    `${answer["outcome"] ?? "no price"} ${answer["reason"] ?? answer["error"] ?? ""}`.trim(),
  );
  output.print(
    table(
      ["side", "amount", "plan", "carrier", "prefix", "billed", "reason"],
      ["sell", "buy", "margin"].map(side),
    ),
  );
  const cgrates = [
    "cost",
    "eventCost",
    "ratedUsageSeconds",
    "connectFee",
    "matchedPrefix",
    "ratingPlan",
  ];
  for (const name of cgrates) {
    if (answer[name] !== undefined) output.print(`${name}: ${answer[name]}`);
  }
}
