// The errors that a tariff folder is refused with once it was checked.
import { type EngineError, engineError } from "../../errors.ts";
import type { Fault } from "../../tariffs/tariff.ts";
import type { TariffCheck } from "../ports.ts";

type SoundCheck = Extract<TariffCheck, { ok: true }>;

/**
 * What a check found, where the folder can be used; `path` names the parameter with its semantics.
 * @throws EngineError `tariff-faults` (all in `data.faults`), `semantics-not-available`
 */
export function requireUsable(checked: TariffCheck, path = "compat"): SoundCheck {
  if (!checked.ok) throw tariffFaults(checked.faults);
  if (checked.unavailable === undefined) return checked;
  throw engineError(
    "semantics-not-available",
    `${path}: the semantics ${checked.unavailable} are not built; use compat exact.`,
    { path, hint: "Use compat: exact." },
  );
}

/** Names the first error; `data.faults` has them all, and the warnings. */
export function tariffFaults(faults: Fault[]): EngineError {
  const errors = faults.filter(({ severity }) => severity === "error");
  const first = errors[0];
  const place =
    first === undefined ? "" : `: ${first.file}:${first.line}:${first.column} ${first.message}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return engineError("tariff-faults", `The tariff has faults${place}${more}`, {
    data: { faults },
  });
}
