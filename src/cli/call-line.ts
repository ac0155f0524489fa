// One line of a file of calls: members named as the flags of `cdrate price`, in camelCase.
import { z } from "zod";
import type { PriceParameters } from "../engine/pricing/parameters.ts";
import type { ErrorCode } from "../errors.ts";
import { USAGE_FAULT } from "../rpc/shapes.ts";
import { shapeFaults } from "./shape-faults.ts";

const text = z.string().max(1024).optional();
const ID_FAULT =
  "a number of up to 9007199254740991 without fraction, or a text of up to 1024 characters";
const whole = z.number().int().min(0).optional();

/** Unknown members are faults, and so are ids that JavaScript cannot answer digit by digit. */
const callLine = z.strictObject({
  id: z.union([z.string().max(1024), z.int(ID_FAULT)], ID_FAULT).optional(),
  tenant: text,
  category: text,
  account: text,
  subject: text,
  destination: text,
  callerNumber: text,
  carrier: text,
  answerTime: text,
  usage: z.union([z.number(), z.string().max(64)], USAGE_FAULT).optional(),
  endTime: text,
  tor: text,
  loopIndex: whole,
  ratingPlan: z.union([z.string(), z.array(z.string())]).optional(),
  roundingDecimals: whole,
  fallbackDepth: whole,
  trace: z.boolean().optional(),
});

export type CallLine = { id?: string | number } & (
  | { ok: true; parameters: PriceParameters }
  | { ok: false; code: ErrorCode; message: string }
);

/** A sound id is read even where the rest is faulty, so that the answer can echo it. */
export function readCallLine(line: string): CallLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { ok: false, code: "parse-error", message: (error as SyntaxError).message };
  }
  const own = typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
  const id = typeof own === "string" || Number.isSafeInteger(own) ? { id: own as string } : {};
  const read = callLine.safeParse(value);
  if (!read.success) {
    return { ...id, ok: false, code: "invalid-params", message: shapeFaults(read.error) };
  }
  const { id: echoed, ...parameters } = read.data;
  if (echoed === undefined) return { ok: true, parameters };
  return { ...id, ok: true, parameters: { ...parameters, id: String(echoed) } };
}
