// Assigning an account to a VoIP plan, and ending that: names that no tariff has are refused.
import type { Assignment, HeldAssignment } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";
import { isPreset, type NamesOfTenant, type TariffNames } from "../tariffs/names.ts";

export interface AssignmentParts {
  store: Store;
  tariffNames: TariffNames;
  clock: Clock;
}

/** A name that is in no loaded version of the tenant. */
export interface UnknownName {
  code: "unknown-voip-plan" | "unknown-rule-set";
  message: string;
}

/**
 * Stores the assignment; answers what it names that is not known. Before any version of the tenant
 * is loaded nothing can be known.
 * @throws EngineError `invalid-params` for an unknown name, unless `allowUnknown`
 */
export async function setAssignment(
  { store, tariffNames, clock }: AssignmentParts,
  assignment: HeldAssignment,
  allowUnknown: boolean,
): Promise<UnknownName[]> {
  const names = await tariffNames.ofTenant(assignment.tenant);
  const unknown = unknownNames(assignment, names);
  const [first] = unknown;
  if (first !== undefined && names.versions > 0 && !allowUnknown) {
    const isPlan = first.code === "unknown-voip-plan";
    const known = [...(isPlan ? names.voipPlans : names.ruleSets)].sort();
    throw engineError("invalid-params", first.message, {
      path: isPlan ? "voipPlan" : "numbering",
      hint: `${knownText(known)} Load the tariff that has it first, or pass allowUnknown: true.`,
      data: { known: known.slice(0, MOST_NAMED) },
    });
  }
  await store.accounts.set(assignment, clock());
  return unknown;
}

const MOST_NAMED = 20;

function knownText(known: readonly string[]): string {
  if (known.length === 0) return "The tenant's tariffs have none.";
  const more = known.length > MOST_NAMED ? `, and ${known.length - MOST_NAMED} more` : "";
  return `Known: ${known.slice(0, MOST_NAMED).join(", ")}${more}.`;
}

function unknownNames(
  { tenant, voipPlan, numbering }: HeldAssignment,
  { voipPlans, ruleSets, versions }: NamesOfTenant,
): UnknownName[] {
  const where =
    versions === 0
      ? `no tariff of ${tenant} is loaded yet`
      : `no loaded tariff version of ${tenant} has it`;
  const found: UnknownName[] = [];
  if (!voipPlans.has(voipPlan)) {
    const message = `The VoIP plan ${voipPlan} is not known: ${where}.`;
    found.push({ code: "unknown-voip-plan", message });
  }
  if (numbering !== undefined && !ruleSets.has(numbering) && !isPreset(numbering)) {
    const message = `The rule set ${numbering} is no preset, and ${where}.`;
    found.push({ code: "unknown-rule-set", message });
  }
  return found;
}

export interface EndedAssignment {
  /** What held until then. */
  ended: HeldAssignment;
  /** What a later `account.set` brings, which stays. */
  next: HeldAssignment | null;
}

/**
 * Ends what holds for the account at `atMs`: for calls from then on the tariff's accounts file
 * decides, until a later `account.set`. The end is an entry of its own, dated like the others, so
 * that what was stored before stays explained. Ending it again at the same time changes nothing.
 * @throws EngineError `not-found` when no assignment holds then
 */
export async function endAssignment(
  { store, clock }: Pick<AssignmentParts, "store" | "clock">,
  { tenant, account }: { tenant: string; account: string },
  atMs: number,
): Promise<EndedAssignment> {
  const entries = await store.accounts.getFor([{ tenant, account }]);
  const isEnded = entries.some((entry) => entry.fromMs === atMs && !isHeld(entry));
  const before = entries.filter(({ fromMs }) => fromMs <= atMs && !(isEnded && fromMs === atMs));
  const ended = before.at(-1);
  if (ended === undefined || !isHeld(ended)) {
    throw engineError("not-found", `No assignment of the account ${account} holds then.`, {
      path: "account",
      hint: "account.get lists them. One of the tariff's accounts file ends with another version.",
    });
  }
  if (!isEnded)
    await store.accounts.set({ tenant, account, voipPlan: null, fromMs: atMs }, clock());
  const next = entries.find(({ fromMs }) => fromMs > atMs);
  return { ended, next: next !== undefined && isHeld(next) ? next : null };
}

function isHeld(entry: Assignment): entry is HeldAssignment {
  return entry.voipPlan !== null;
}
