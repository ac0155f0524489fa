// cdrate price: what a call costs by a tariff folder or by the store; one call or a stream.
import type { Command } from "commander";
import type { JsonObject } from "../../../cdr/json.ts";
import { typeOfRecord } from "../../../cdr/usage.ts";
import type { Params } from "../../../client/client.ts";
import type { Compat } from "../../../engine/ports.ts";
import {
  type PriceParameters,
  priceByFolder,
  withUsage,
} from "../../../engine/pricing/parameters.ts";
import { readTariffFiles } from "../../../engine/tariffs/folders/folders.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { COMPAT_FLAG, readCompat, wholeNumberOf } from "../../flag-values.ts";
import { type Price, priceLines } from "../../price-lines.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { priceText } from "../../text/price.ts";
import { withEngine } from "../../with-engine.ts";
import { callFlags } from "./call-flags.ts";

interface PriceOptions extends PriceParameters, ServiceOptions {
  tariff?: string;
  compat?: Compat;
  calls?: string;
  json?: boolean;
}

export function addPriceCommand(program: Command, parts: CommandParts): void {
  const called = program
    .command("price")
    .description("what a call would cost; nothing is stored")
    .option("--tariff <folder>", "price by this folder instead of the store")
    .option(COMPAT_FLAG, "exact | cgrates | cgrates-0.9.1, for a CGRateS folder", readCompat);
  const command = callFlags(called)
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
    .option(
      "--calls <file>",
      "JSON lines, or - for standard input; one JSON line out for each; call flags stand for what a line lacks",
    )
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (options: PriceOptions) => {
    await withPrice(parts, options, async (price) => {
      const { tariff: _tariff, compat: _compat, json, calls: file, ...rest } = options;
      const { url: _url, token: _token, ...call } = rest;
      const { output } = parts;
      if (file !== undefined) return priceLines({ file, defaults: call, price, output });
      const answer = await price(call);
      if (json === true) output.printJson(answer);
      else output.print(priceText(answer, typeOfRecord(call.tor)));
    });
  });
}

async function withPrice(
  parts: CommandParts,
  options: PriceOptions,
  use: (price: Price) => Promise<void>,
): Promise<void> {
  if (options.tariff !== undefined) {
    if (options.url !== undefined) {
      throw engineError("invalid-params", "--url goes without --tariff.", { path: "url" });
    }
    return use(priceByFolder(await readTariffFiles(options.tariff), options.compat, Date.now()));
  }
  if (options.compat !== undefined) {
    throw engineError("invalid-params", "--compat goes with --tariff.", { path: "compat" });
  }
  if (options.url !== undefined) {
    return withClient(parts, options, (client) =>
      use(
        (call) =>
          client.call(
            "rating.price",
            withUsage(call) as Params<"rating.price">,
          ) as Promise<JsonObject>,
      ),
    );
  }
  return withEngine(parts, (engine) => use((parameters) => engine.prices.describe(parameters)));
}
