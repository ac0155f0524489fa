// The calls of a batch: begun in their order, heavy ones alone, light ones beside each other.
import type { EngineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { WrittenJson } from "../budget/answer-text.ts";

/** One answer as JSON. */
export interface Answered extends WrittenJson {
  /** It is the error `too-busy`: nothing was done. */
  isBusy: boolean;
  /** Why it and whatever comes after it in the request is refused. */
  refusal: EngineError | null;
}

export interface BatchCalls {
  /** Why calls that were not begun yet are not made; null: they are. */
  fault(): EngineError | null;
  runsAlone(value: unknown): boolean;
  /** Makes one call. Null: it has no answer. */
  make(value: unknown, index: number): Promise<Answered | null>;
  /** The answer of a call that is not made. */
  refuse(value: unknown, index: number, refusal: EngineError): Promise<Answered | null>;
}

/** Light calls of one batch that are under way at once. */
const CALLS_AT_ONCE = 512;

/** The answers that there are, in the order of the calls. */
export async function answerBatch(values: unknown[], calls: BatchCalls): Promise<Answered[]> {
  const answers: (Answered | null)[] = [];
  const underWay = new Set<Promise<void>>();
  let refusal: EngineError | null = null;

  async function make(value: unknown, index: number): Promise<void> {
    const answer = await calls.make(value, index);
    answers[index] = answer;
    refusal ??= answer?.refusal ?? null;
  }

  for (const [index, value] of values.entries()) {
    // A batch is long: what was read of it is not kept until its end.
    values[index] = null;
    refusal ??= calls.fault();
    if (refusal === null) {
      const made: Promise<void> = make(value, index).finally(() => underWay.delete(made));
      underWay.add(made);
      if (calls.runsAlone(value)) await made;
      else if (underWay.size >= CALLS_AT_ONCE) await Promise.race(underWay);
    } else answers[index] = await calls.refuse(value, index, refusal);
    if (isTurnOver()) await ownTurn();
  }
  await Promise.all(underWay);
  return answers.filter((answer): answer is Answered => answer != null);
}
