// cdrate tariff compare --url: the same report, made by a service with its versions and its CDRs.
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import type { PriceParameters } from "../../../engine/pricing/parameters.ts";
import { engineError } from "../../../errors.ts";
import { readCallLine } from "../../call-line.ts";
import { lineBlocks } from "../../line-blocks.ts";

type Request = Params<"tariff.compare">;
type InlineCall = NonNullable<Request["calls"]>[number];

/** As many calls as one request takes. */
const MOST_CALLS = 1000;
/** As many stored CDRs as one request goes through. */
const MOST_CDRS = 1_000_000;

export interface ServiceComparison {
  before: Request["before"];
  after?: Request["after"];
  /** A file of calls; else the CDRs of the last days. */
  calls?: string | undefined;
  days?: number | undefined;
  limit: number;
}

/** @throws `too-large` for more calls, or CDRs, than one request compares: a part would mislead */
export async function compareByService(
  client: CdrateClient,
  { calls: file, days, ...choices }: ServiceComparison,
): Promise<Result<"tariff.compare">> {
  const what = file === undefined ? { days, most: MOST_CDRS } : { calls: await readCalls(file) };
  const report = await client.call("tariff.compare", { ...choices, ...what });
  if (report.lastCdr === undefined) return report;
  throw engineError("too-large", `There are more than ${MOST_CDRS} CDRs of these days.`, {
    path: "days",
    hint: "Name fewer days, or leave out --url: the command then opens the store itself.",
  });
}

async function readCalls(file: string): Promise<InlineCall[]> {
  const calls: InlineCall[] = [];
  let number = 0;
  for await (const lines of lineBlocks({ file, flag: "calls" })) {
    for (const line of lines) {
      number += 1;
      if (line.trim() === "") continue;
      const read = readCallLine(line);
      if (!read.ok) {
        const message = `${file}:${number}: ${read.message}`;
        throw engineError("invalid-params", message, { path: "calls" });
      }
      calls.push(inlineCall(read.parameters, read.id));
    }
  }
  if (calls.length <= MOST_CALLS) return calls;
  throw engineError("too-large", `A service compares ${MOST_CALLS} calls at once.`, {
    path: "calls",
    hint: "Leave out --url and name folders: then a file of any length is read.",
  });
}

/** What the service does not know of a call it refuses, with the path. */
function inlineCall({ trace: _trace, ...call }: PriceParameters, id?: string | number): InlineCall {
  return { ...call, ...(id === undefined ? {} : { id }) } as InlineCall;
}
