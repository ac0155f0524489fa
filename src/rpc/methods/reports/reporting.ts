// JSON-RPC: a reporting currency at stated, dated rates, as params say it.
import { z } from "zod";

export const decimal = z
  .string()
  .regex(/^-?\d{1,30}(\.\d{1,30})?$/, "a decimal number, e.g. 1204.50");
export const currency = z.string().min(1).max(16);

export const reporting = z
  .strictObject({
    currency,
    rates: z
      .array(
        z.strictObject({
          from: currency,
          rate: decimal.describe("what one unit is in the reporting currency"),
          date: z.iso.date().describe("the first day that it holds for"),
        }),
      )
      .max(10_000),
    decimals: z.number().int().min(0).max(10).default(2),
    rounding: z.enum(["half-up", "up", "down"]).default("half-up").describe("by size"),
  })
  .describe("amounts of a second currency beside the own ones; each line is rounded once");
