// What the settings of a CDR's source say of it now: its number rules and who is billed for its leg.
import type { CdrOrigin } from "../cdr/cdr.ts";
import { originOf } from "../cdr/facts.ts";
import { billedSidesOf } from "./mediate.ts";
import type { SourceSettings } from "./source-settings.ts";

/** What of a source's settings makes an origin. */
export type OriginSettings = Pick<SourceSettings, "name" | "legPolicy"> & {
  ruleSet?: string | undefined;
};

/**
 * The origin as its source is configured now. Null where that makes no difference, and where no
 * source of its name is configured: what it said at arrival stays.
 */
export function originNow(cdr: CdrOrigin, sources: readonly OriginSettings[]): CdrOrigin | null {
  const source = sources.find(({ name }) => name === cdr.source);
  if (source === undefined) return null;
  const billedSides = billedSidesOf(source.legPolicy, cdr.leg);
  const { ruleSet, billedSides: before = "both" } = cdr;
  if (billedSides === before && source.ruleSet === ruleSet) return null;
  const { ruleSet: _before, ...origin } = originOf(cdr);
  return {
    ...origin,
    billedSides,
    ...(source.ruleSet === undefined ? {} : { ruleSet: source.ruleSet }),
  };
}
