// number.normalize: a number read by an inline, a named or an account's rule set.
import { engineError } from "../../errors.ts";
import { type Destination, destinationOf } from "../../numbering/destination-name.ts";
import { type NormalizedNumberAnswer, normalizeNumber } from "../../numbering/normalize.ts";
import { ruleSetAt } from "../../numbering/rule-sets/at.ts";
import type { RuleSetSettings } from "../../numbering/rule-sets/members.ts";
import { PRESET_NAMES, presetNamed } from "../../numbering/rule-sets/presets.ts";
import { resolveAssignment } from "../../rating/assignment.ts";
import { type ChosenRules, createRuleChooser } from "../../rating/call-numbers.ts";
import { callOf } from "./call-parameters.ts";
import { assignAccounts, type RateBatchParts } from "./rate-batch.ts";

export interface NumberQuery {
  number: string;
  /** Name of a rule set (the tariff's, else a preset) or settings; absent: the account's. */
  ruleSet?: string | RuleSetSettings | undefined;
  tenant: string;
  account?: string | undefined;
  /** A calling number instead of a called one. */
  caller?: boolean | undefined;
}

export type NumberAnswer = NormalizedNumberAnswer & {
  /** Which rule set read it; absent for inline settings. */
  ruleSet?: string;
  /** What the number is called in reports; null when no calling code begins it. */
  destination: Destination | null;
};

/** @throws EngineError `not-found` for a rule set that neither tariff nor presets have */
export async function normalizeQuery(
  parts: RateBatchParts,
  query: NumberQuery,
): Promise<NumberAnswer> {
  const { ruleSet, tenant, account } = query;
  const nowMs = parts.clock();
  if (typeof ruleSet === "object") return normalizeInline(query, ruleSet, nowMs);
  const call = callOf({ tenant, account, ruleSet, usage: 0 }, nowMs);
  const version = parts.snapshots.timeline().versionAt(tenant, nowMs, nowMs);
  const snapshot = version === null ? null : await parts.snapshots.get(version);
  if (snapshot === null || snapshot.kind !== "native") {
    // Without a native tariff only the presets are there.
    const name = ruleSet ?? "wholesale-digits";
    return normalizeNamed(query, { ruleSet: name, rules: presetNamed(name) });
  }
  await assignAccounts(parts, [call]);
  const assignment = resolveAssignment(call, snapshot.native);
  return normalizeNamed(query, createRuleChooser(snapshot.native)(call, assignment));
}

type NumberText = Pick<NumberQuery, "number" | "caller">;

function normalizeNamed(query: NumberText, { ruleSet, rules }: ChosenRules): NumberAnswer {
  if (rules === null) throw unknownRuleSet(ruleSet);
  return { ...normalized(query, rules), ruleSet };
}

export function normalizeInline(
  query: NumberText,
  settings: RuleSetSettings,
  nowMs: number,
): NumberAnswer {
  if (presetNamed(settings.preset) === null) throw unknownRuleSet(settings.preset);
  return normalized(query, ruleSetAt(settings, nowMs));
}

function normalized({ number, caller }: NumberText, rules: RuleSetSettings): NumberAnswer {
  const answer = normalizeNumber(number, rules, caller === undefined ? {} : { caller });
  return { ...answer, destination: destinationOf(answer.normalized) };
}

function unknownRuleSet(name: string): Error {
  return engineError("not-found", `There is no number rule set ${name}.`, {
    path: "ruleSet",
    hint: `Presets: ${PRESET_NAMES.join(", ")}.`,
  });
}
