// What the settings of a CDR's source say of it now: its number rules and who is billed for its leg.
import type { CdrOrigin } from "../cdr/cdr.ts";
import { originOf } from "../cdr/cdr-facts.ts";
import { billedSidesOf } from "./mediate.ts";
import type { SourceSettings } from "./source-settings.ts";

/** What of a source's settings makes an origin. */
export type OriginSettings = Pick<SourceSettings, "name" | "legPolicy"> & {
  ruleSet?: string | undefined;
};

/** A source that is not configured by its name says nothing: what it said at arrival stays. */
export function originNow(cdr: CdrOrigin, sources: readonly OriginSettings[]): CdrOrigin {
  const source = sources.find(({ name }) => name === cdr.source);
  if (source === undefined) return originOf(cdr);
  const { ruleSet: _before, ...origin } = originOf(cdr);
  return {
    ...origin,
    billedSides: billedSidesOf(source.legPolicy, cdr.leg),
    ...(source.ruleSet === undefined ? {} : { ruleSet: source.ruleSet }),
  };
}

/** The same number rules, and the same sides billed. */
export function isHandledAlike(one: CdrOrigin, other: CdrOrigin): boolean {
  const { billedSides = "both", ruleSet } = one;
  return billedSides === (other.billedSides ?? "both") && ruleSet === other.ruleSet;
}
