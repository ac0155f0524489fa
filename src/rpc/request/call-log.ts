// The lines of the log about calls: one each; of a batch the quick reads share one for each method and
// outcome, with their number, so that a batch of a thousand prices is no thousand lines.
import type { Log } from "../../engine/ports.ts";
import type { Caller } from "../method.ts";

export interface MadeCall {
  method: string;
  /** An error code, or `ok`. */
  code: string;
  durationMs: number;
}

export interface CallLog {
  note(call: MadeCall): void;
  /** Of calls that may share a line. */
  noteQuick(call: MadeCall): void;
  /** The request is over: writes what was held back for a shared line. */
  end(): void;
}

/** Never the params or the answer: they may hold numbers of people. */
function write(log: Log, { name, address }: Caller, call: MadeCall & { calls?: number }): void {
  const { method, calls, code } = call;
  const durationMs = Math.round(call.durationMs * 100) / 100;
  const facts = { method, caller: name, address, durationMs, code };
  log.info(calls === undefined ? facts : { ...facts, calls }, "rpc");
}

export function createCallLog(log: Log, caller: Caller): CallLog {
  const note = (call: MadeCall) => write(log, caller, call);
  return { note, noteQuick: note, end: () => undefined };
}

export function createBatchLog(log: Log, caller: Caller): CallLog {
  const shared: (MadeCall & { calls: number })[] = [];
  return {
    note: (call) => write(log, caller, call),
    noteQuick({ method, code, durationMs }) {
      // Few methods and fewer outcomes: a key for each call would cost more.
      const line = shared.find((one) => one.method === method && one.code === code);
      if (line === undefined) shared.push({ method, code, durationMs, calls: 1 });
      else {
        line.calls += 1;
        line.durationMs = Math.max(line.durationMs, durationMs);
      }
    },
    end() {
      for (const line of shared) write(log, caller, line);
    },
  };
}
