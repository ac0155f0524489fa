// The flags of a reporting currency: --currency CODE --rates FILE.
import { readFileSync } from "node:fs";
import type { Params } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";

export interface ReportingOptions {
  currency?: string;
  rates?: string;
}

/** @throws `invalid-params` for one without the other, and for a file of other columns */
export function reportingOf({
  currency,
  rates,
}: ReportingOptions): Params<"period.close">["reporting"] {
  if (currency === undefined && rates === undefined) return undefined;
  if (currency === undefined || rates === undefined) {
    throw engineError("invalid-params", "--currency and --rates go together.", {
      path: "reporting",
    });
  }
  const [head = "", ...lines] = readFileSync(rates, "utf8").trim().split(/\r?\n/);
  if (head.trim() !== "from,rate,date") {
    throw engineError("invalid-params", `${rates}, line 1: the columns are from,rate,date.`, {
      path: "reporting.rates",
    });
  }
  return {
    currency,
    rates: lines.map((line) => {
      const [from = "", rate = "", date = ""] = line.split(",").map((cell) => cell.trim());
      return { from, rate, date };
    }),
  };
}
