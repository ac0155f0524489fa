// number.normalize: a number read by an inline, a named or an account's rule set.
import type { Call } from "../cdr/rating.ts";
import { engineError } from "../errors.ts";
import { type NormalizedNumberAnswer, normalizeNumber } from "../numbering/normalize-number.ts";
import { PRESET_NAMES, presetNamed } from "../numbering/presets.ts";
import type { RuleSetSettings } from "../numbering/rule-set.ts";
import { ruleSetAt } from "../numbering/rule-set-at.ts";
import { resolveAssignment } from "../rating/assignment.ts";
import { createNumberReader } from "../rating/call-numbers.ts";
import { callOf } from "./call-parameters.ts";
import { assignAccounts, type RateBatchParts } from "./rate-batch.ts";

export interface NumberQuery {
  number: string;
  /** Name of a rule set (the tariff's, else a preset) or settings; absent: the account's. */
  ruleSet?: string | RuleSetSettings | undefined;
  tenant: string;
  account?: string | undefined;
  /** A calling number instead of a called one. */
  caller: boolean;
}

export type NumberAnswer = NormalizedNumberAnswer & {
  /** Which rule set read it; absent for inline settings. */
  ruleSet?: string;
};

/** @throws EngineError `not-found` for a rule set that neither tariff nor presets have */
export async function normalizeQuery(
  parts: RateBatchParts,
  query: NumberQuery,
): Promise<NumberAnswer> {
  const { ruleSet, number, caller } = query;
  if (typeof ruleSet === "object") return normalizeInline(number, ruleSet, caller, parts.clock());
  const call = callOf(
    {
      tenant: query.tenant,
      ...(query.account === undefined ? {} : { account: query.account }),
      ...(caller ? { callerNumber: number } : { destination: number }),
      ...(ruleSet === undefined ? {} : { ruleSet }),
      usage: 0,
    },
    parts.clock(),
  );
  const nowMs = parts.clock();
  const version = parts.snapshots.timeline().versionAt(query.tenant, nowMs, nowMs);
  const snapshot = version === null ? null : await parts.snapshots.get(version);
  if (snapshot === null || snapshot.kind !== "native") return normalizeByPreset(call, query);
  await assignAccounts(parts.store, [call]);
  const numbers = createNumberReader(snapshot.native)(
    call,
    resolveAssignment(call, snapshot.native),
  );
  if (!numbers.known) throw unknownRuleSet(numbers.ruleSet);
  const answer = caller ? numbers.caller : numbers.destination;
  if (answer === null) throw new Error("a call with a calling number has it read");
  return { ...answer, ruleSet: numbers.ruleSet };
}

/** Without a native tariff only the presets are there. */
function normalizeByPreset(call: Call, { number, caller }: NumberQuery): NumberAnswer {
  const name = call.ruleSet ?? "wholesale-digits";
  const settings = presetNamed(name);
  if (settings === null) throw unknownRuleSet(name);
  return { ...normalizeNumber(number, settings, { caller }), ruleSet: name };
}

export function normalizeInline(
  number: string,
  settings: RuleSetSettings,
  caller: boolean,
  nowMs: number,
): NumberAnswer {
  if (presetNamed(settings.preset) === null) throw unknownRuleSet(settings.preset);
  return normalizeNumber(number, ruleSetAt(settings, nowMs), { caller });
}

function unknownRuleSet(name: string): Error {
  return engineError("not-found", `There is no number rule set ${name}.`, {
    path: "ruleSet",
    hint: `Presets: ${PRESET_NAMES.join(", ")}.`,
  });
}
