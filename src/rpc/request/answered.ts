// One answer as JSON: within the budget of its request, or the refusal that stands in its place.
import type { JSONRPCResponse } from "json-rpc-2.0";
import { EngineError } from "../../errors.ts";
import { type WrittenJson, writtenAnswer, writtenNow, writtenText } from "../budget/answer-text.ts";
import type { RequestBudget } from "../budget/budget.ts";
import { idOf, isNotification } from "./envelope.ts";
import { errorResponse } from "./error-response.ts";

export interface Answered extends WrittenJson {
  /** It is the error `too-busy`: nothing was done. */
  isBusy: boolean;
  /** Why it and whatever comes after it in the request is refused. */
  refusal: EngineError | null;
}

/** Where a call stands in its batch; absent for one alone. */
export type Index = number | undefined;

/** The answer as JSON within the request's budget; where it does not fit, that is the answer. */
export function written(
  response: JSONRPCResponse,
  budget: RequestBudget,
  isWritten: boolean,
): Answered | Promise<Answered> {
  // What was written is answered whatever the budget says.
  const most = isWritten ? Number.POSITIVE_INFINITY : budget.room();
  const count = (answer: WrittenJson): Answered => {
    if (isWritten) budget.keep(answer.bytes);
    else budget.hold(answer.bytes);
    const isBusy = response.error?.data?.code === "too-busy";
    return { pieces: answer.pieces, bytes: answer.bytes, isBusy, refusal: null };
  };
  try {
    const now = writtenNow(response, most);
    if (now !== undefined) return count(now);
  } catch (error) {
    if (isWritten) throw error;
    return refusal(response.id, error);
  }
  return writtenLater(response, { most, count, isWritten });
}

async function writtenLater(
  response: JSONRPCResponse,
  rule: { most: number; count: (answer: WrittenJson) => Answered; isWritten: boolean },
): Promise<Answered> {
  try {
    return rule.count(await writtenAnswer(response, rule.most));
  } catch (error) {
    if (rule.isWritten) throw error;
    return refusal(response.id, error);
  }
}

export function refused(value: unknown, error: unknown, index: Index): Answered | null {
  return isNotification(value) ? null : refusal(idOf(value), error, index);
}

function refusal(id: string | number | null, error: unknown, index?: Index): Answered {
  const response = inBatch(errorResponse(id, error), index);
  const isBusy = error instanceof EngineError && error.code === "too-busy";
  const isOver = isBusy || (error instanceof EngineError && error.code === "too-large");
  return {
    ...writtenText(JSON.stringify(response)),
    isBusy,
    refusal: isOver ? error : null,
  };
}

/** An answer without an id says by its position which request of the batch it is for. */
export function inBatch(answer: JSONRPCResponse, index: Index): JSONRPCResponse {
  const { id, error } = answer;
  if (id !== null || error === undefined || index === undefined) return answer;
  return { jsonrpc: "2.0", id, error: { ...error, data: { ...error.data, index } } };
}
