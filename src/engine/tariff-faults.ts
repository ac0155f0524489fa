// The error that a faulty tariff folder is refused with.
import { type EngineError, engineError } from "../errors.ts";
import type { Fault } from "../tariffs/tariff.ts";

/** Names the first fault; `data.faults` has them all. */
export function tariffFaults(faults: Fault[]): EngineError {
  const first = faults[0];
  const place =
    first === undefined ? "" : `: ${first.file}:${first.line}:${first.column} ${first.message}`;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  return engineError("tariff-faults", `The tariff has faults${place}${more}`, {
    data: { faults },
  });
}
