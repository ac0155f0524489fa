// Prices a stream of calls: a JSON object a line in, one JSON line out for each, in their order.
import type { JsonObject } from "../cdr/json.ts";
import { CallError } from "../client/client.ts";
import type { PriceParameters } from "../engine/pricing/parameters.ts";
import { EngineError } from "../errors.ts";
import { readCallLine } from "./call-line.ts";
import { lineBlocks } from "./line-blocks.ts";
import type { Output } from "./output.ts";

export type Price = (parameters: PriceParameters) => JsonObject | Promise<JsonObject>;

export interface PricedLines {
  file: string;
  /** Of every call; a member of its line wins. */
  defaults: PriceParameters;
  price: Price;
  output: Output;
}

/** Lines go out in blocks, as they came in: one write for each would be the slowest part. */
export async function priceLines({ file, defaults, price, output }: PricedLines): Promise<void> {
  const callOf = withDefaults(defaults);
  let number = 0;
  for await (const lines of lineBlocks({ file, flag: "calls" })) {
    let block = "";
    for (const line of lines) {
      number++;
      if (line.trim() === "") continue;
      const answer = priceLine(line, number, (own) => price(callOf(own)));
      // A folder prices at once; waiting a turn for each line would halve the speed.
      block += `${JSON.stringify(answer instanceof Promise ? await answer : answer)}\n`;
    }
    if (block !== "") await output.write(block);
  }
}

function withDefaults(defaults: PriceParameters): (own: PriceParameters) => PriceParameters {
  if (Object.keys(defaults).length === 0) return (own) => own;
  const { usage: _usage, endTime: _endTime, ...lengthless } = defaults;
  // A line says its length by its usage or its end: a default of the other would stand against it.
  return (own) => ({
    ...(own.usage === undefined && own.endTime === undefined ? defaults : lengthless),
    ...own,
  });
}

/** A line that cannot be priced answers `error` with its number; the run goes on. */
function priceLine(line: string, number: number, price: Price): JsonObject | Promise<JsonObject> {
  const read = readCallLine(line);
  const id: JsonObject = read.id === undefined ? {} : { id: read.id };
  if (!read.ok) return { ...id, line: number, error: read.code, message: read.message };
  const refused = (error: unknown): JsonObject => ({ ...id, line: number, ...faultOf(error) });
  try {
    const answer = price(read.parameters);
    if (answer instanceof Promise) {
      return answer.then((priced) => Object.assign(id, priced), refused);
    }
    return Object.assign(id, answer);
  } catch (error) {
    return refused(error);
  }
}

/** @throws what is no fault of one call: a service that cannot be reached, or of this program */
function faultOf(error: unknown): JsonObject {
  const isOfCall = error instanceof EngineError || error instanceof CallError;
  if (!isOfCall || error.code === "unreachable") throw error;
  return { error: error.code, message: error.message };
}
