// Step 12: digits that a numbering plan gave up become those of today.
import { changeText, formerForm } from "../former-forms.ts";
import type { CompiledRules } from "../rule-sets/compiled.ts";
import type { Change, Reading } from "./step.ts";

/** An old form is read as the number of today; when it was dialled before the change, decks are
 * also asked for the old digits, which the answer keeps. */
export function planChange({ verdict }: Reading, rules: CompiledRules): Change | null {
  if (!rules.oldForms || verdict === null || verdict.e164 === null) return null;
  const old = verdict.e164.slice(1);
  const found = formerForm(old);
  if (found === null) return null;
  const { digits, change } = found;
  return {
    verdict: { ...verdict, normalized: digits, e164: `+${digits}` },
    facts: { formerly: { digits: old, since: change.since } },
    note: changeText(change),
  };
}
