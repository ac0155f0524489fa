// One line of a file of calls: members named as the flags of `cdrate price`, in camelCase.
import { z } from "zod";
import type { PriceParameters } from "../engine/price-parameters.ts";
import type { ErrorCode } from "../errors.ts";

const text = z.string().max(1024).optional();
const whole = z.number().int().min(0).optional();

/** Unknown members are faults. */
const callLine = z.strictObject({
  id: z.union([z.string(), z.number()]).optional(),
  tenant: text,
  category: text,
  account: text,
  subject: text,
  destination: text,
  callerNumber: text,
  carrier: text,
  answerTime: text,
  usage: z.union([z.number(), z.string().max(64)]).optional(),
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

/** The id is read even where the rest is faulty, so that the answer can echo it. */
export function readCallLine(line: string): CallLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { ok: false, code: "parse-error", message: (error as SyntaxError).message };
  }
  const own = typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
  const id = own === undefined ? {} : { id: own as string };
  const read = callLine.safeParse(value);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return { ...id, ok: false, code: "invalid-params", message: faults.join("; ") };
  }
  const { id: _echoed, ...parameters } = read.data;
  return { ...id, ok: true, parameters };
}
