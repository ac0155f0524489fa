// What a customer sees of a CDR: a list of what there is, so that a member which comes later is hidden
// until somebody puts it here. Texts that every record has and a customer does not see are empty.
import type { CdrContent, HistoryEntry, PrimaryFields, StoredCdr } from "../cdr/cdr.ts";
import { factsAt } from "../cdr/facts.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { AssignmentUsed, Priced, Rating } from "../cdr/rating.ts";

const HIDDEN = "";

function customerPrimary(primary: PrimaryFields): PrimaryFields {
  const { tenant, tor, account, destination, usage } = primary;
  const { setupTime, answerTime, endTime, pddMs, durationMs } = primary;
  const { disconnectCause, callerNumber } = primary;
  return {
    ...{ originId: HIDDEN, originHost: HIDDEN, source: HIDDEN, requestType: HIDDEN },
    ...{ direction: HIDDEN, category: HIDDEN, subject: HIDDEN },
    ...{ tenant, tor, account, destination, usage },
    ...(setupTime === undefined ? {} : { setupTime }),
    ...(answerTime === undefined ? {} : { answerTime }),
    ...(endTime === undefined ? {} : { endTime }),
    ...(pddMs === undefined ? {} : { pddMs }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(disconnectCause === undefined ? {} : { disconnectCause }),
    ...(callerNumber === undefined ? {} : { callerNumber }),
  };
}

/** @param fields names of the extra fields that a customer sees */
function customerContent({ primary, extra }: CdrContent, fields: readonly string[]): CdrContent {
  const shown = fields.filter((name) => Object.hasOwn(extra, name));
  const seen = shown.map((name) => [name, extra[name] ?? null] as const);
  return {
    primary: customerPrimary(primary),
    extra: Object.fromEntries(seen),
    contentHash: HIDDEN,
  };
}

/** The plan that priced it; by which rule set numbers are read is not the customer's. */
function customerAssignment(assignment: AssignmentUsed | null): AssignmentUsed | null {
  if (assignment === null) return null;
  const { numbering: _hidden, ...seen } = assignment;
  return seen;
}

function customerBasis({ ruleSet: _hidden, ...basis }: JsonObject): JsonObject {
  return basis;
}

/** @param priced a price of the sell side alone */
export function customerPriced(priced: Priced): Priced {
  const { assignment, basis, ...same } = priced;
  return { ...same, assignment: customerAssignment(assignment), basis: customerBasis(basis) };
}

/** @param rating one of the sell side alone */
export function customerRating(rating: Rating): Rating {
  const { revision, ratedAtMs, outcome, reason, semantics, normalized, sell } = rating;
  return {
    ...{ revision, ratedAtMs, outcome },
    ...(reason === undefined ? {} : { reason }),
    ...{ tariffVersion: null, semantics },
    assignment: customerAssignment(rating.assignment),
    ...{ normalized, sell, buy: null, margin: null },
    basis: customerBasis(rating.basis),
  };
}

/** What would show that a rating is another one. */
function judged({ revision: _number, ratedAtMs: _time, ...rating }: Rating, content: CdrContent) {
  return JSON.stringify([rating, content]);
}

export interface CustomerView {
  /** A rating as a customer sees it. */
  rating(rating: Rating): Rating;
  fields: readonly string[];
}

/**
 * A CDR as a customer sees it. A state that differs from the next one in what is hidden alone is not
 * one for a customer: how the buy side changed is not told.
 * @param history the latest older states, as stored
 */
export function customerCdr(
  cdr: StoredCdr,
  history: readonly HistoryEntry[],
  { rating, fields }: CustomerView,
): StoredCdr {
  const { id, tenant, receivedAtMs } = cdr;
  const content = customerContent(cdr, fields);
  const shown: HistoryEntry[] = [];
  const begin = cdr.history.length - history.length;
  const now = rating(cdr.rating);
  // Most have no history, and nothing to compare.
  let next = history.length === 0 ? "" : judged(now, content);
  for (let index = cdr.history.length - 1; index >= begin; index -= 1) {
    const entry = cdr.history[index];
    if (entry === undefined) break;
    const seen = rating(entry.rating);
    const facts = customerContent(factsAt(cdr, index), fields);
    const text = judged(seen, facts);
    if (text !== next) {
      const isOther = entry.content !== undefined;
      const { replacedAtMs } = entry;
      shown.unshift({ rating: seen, replacedAtMs, ...(isOther && { content: facts }) });
    }
    next = text;
  }
  return {
    id,
    tenant,
    receivedAtMs,
    source: HIDDEN,
    ...content,
    rating: now,
    history: shown,
  };
}
