// The calls of a batch: begun in their order, heavy ones alone, light ones beside each other. What has
// nothing to wait for, as a price, is made at once, and its answer written with those of its stretch.
import type { JSONRPCResponse } from "json-rpc-2.0";
import type { EngineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { Answered } from "./answered.ts";

/** What a call answers before it is written; null: nothing. */
export type Responding = JSONRPCResponse | null | PromiseLike<JSONRPCResponse | null>;

/** Null: there is no answer. */
type Writing = Answered | null | Promise<Answered | null>;

export interface BatchCalls {
  /** Why calls that were not begun yet are not made; null: they are. */
  fault(): EngineError | null;
  runsAlone(value: unknown): boolean;
  /** Begins a call that may run beside others. */
  begin(value: unknown): Begun;
  write(response: JSONRPCResponse, call: { index: number; isWritten: boolean }): Writing;
  /** Makes a call that runs alone. */
  make(value: unknown, index: number): Writing;
  /** The answer of a call that is not made. */
  refuse(value: unknown, index: number, refusal: EngineError): Writing;
}

interface Begun {
  responding: Responding;
  /** It changes something: its answer is never dropped. */
  isWritten: boolean;
}

/** Light calls of one batch that are under way at once. */
const CALLS_AT_ONCE = 512;

/** The answers that there are, in the order of the calls. */
export async function answerBatch(values: unknown[], calls: BatchCalls): Promise<Answered[]> {
  const answers: (Answered | null)[] = [];
  let refusal: EngineError | null = null;
  let begun: (Begun & { index: number })[] = [];

  function keep(answer: Answered | null, index: number): void {
    answers[index] = answer;
    refusal ??= answer?.refusal ?? null;
  }

  /** Waits for the calls that were begun, and writes their answers. */
  async function finish(): Promise<void> {
    const stretch = begun;
    begun = [];
    const responses = await Promise.all(stretch.map(({ responding }) => responding));
    for (const [at, { index, isWritten }] of stretch.entries()) {
      const response = responses[at];
      if (response == null) continue;
      const writing = calls.write(response, { index, isWritten });
      keep(writing instanceof Promise ? await writing : writing, index);
    }
  }

  for (const [index, value] of values.entries()) {
    // A batch is long: what was read of it is not kept until its end.
    values[index] = null;
    refusal ??= calls.fault();
    if (refusal !== null) keep(await calls.refuse(value, index, refusal), index);
    else if (calls.runsAlone(value)) {
      await finish();
      keep(await calls.make(value, index), index);
    } else {
      const { responding, isWritten } = calls.begin(value);
      begun.push({ responding, isWritten, index });
      if (begun.length >= CALLS_AT_ONCE) await finish();
    }
    if (isTurnOver()) await ownTurn();
  }
  await finish();
  return answers.filter((answer): answer is Answered => answer != null);
}
