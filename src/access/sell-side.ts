// What is shown of CDRs and prices to those who may not see the buy side: lists of what may be
// seen, so that a member which comes later is hidden until somebody puts it here.
import type { CdrContent, HistoryEntry, PrimaryFields, StoredCdr } from "../cdr/cdr.ts";
import { factsAt } from "../cdr/facts.ts";
import type { Json, JsonObject } from "../cdr/json.ts";
import type { Outcome, Priced, Rating, Semantics, Side } from "../cdr/rating.ts";
import { sellOutcome, sellReason } from "../queries/sell/judgement.ts";
import { customerCdr, customerPriced, customerRating } from "./customer.ts";
import { isCustomer, type Scope, seesAccount } from "./scope.ts";

export function sellSideOf(side: Side | null): Side | null {
  if (side === null) return null;
  const { amount, currency, plan, prefix, destination, billedSeconds } = side;
  const reason = sellReason(side.reason);
  const shown = { amount, currency, plan, prefix, destination, billedSeconds };
  return reason === undefined ? shown : { ...shown, reason };
}

/** The basis of CGRateS is that of its sell run alone. */
function sellBasis(basis: JsonObject, semantics: Semantics): JsonObject {
  if (semantics !== "native") return basis;
  return picked(basis, ["ruleSet", "usage", "ban", "sell"]);
}

function picked(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (object[name] === undefined ? [] : [[name, object[name] as Json]])),
  );
}

/** A price as a scope sees it that sees no buy side. */
export function seenPriced(priced: Priced, semantics: Semantics, scope: Scope): Priced {
  const seen = sellPriced(priced, semantics);
  return isCustomer(scope) ? customerPriced(seen) : seen;
}

function sellPriced(priced: Priced, semantics: Semantics): Priced {
  const { assignment, normalized, sell, basis, cgrates } = priced;
  const { outcome, reason } = sellOutcome(priced);
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    assignment,
    normalized,
    sell: sellSideOf(sell),
    buy: null,
    margin: null,
    basis: sellBasis(basis, semantics),
    ...(cgrates === undefined ? {} : { cgrates }),
  };
}

/** A stored rating without its buy side; also without the job and the note that somebody wrote. */
function sellRating(rating: Rating): Rating {
  const { revision, ratedAtMs, tariffVersion, semantics, rules, assignment, normalized } = rating;
  const { outcome, reason } = sellOutcome<Outcome>(rating);
  return {
    revision,
    ratedAtMs,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    tariffVersion,
    semantics,
    ...(rules === undefined ? {} : { rules }),
    assignment,
    normalized,
    sell: sellSideOf(rating.sell),
    buy: null,
    margin: null,
    basis: sellBasis(rating.basis, semantics),
  };
}

/** A rating as the scope sees it. */
export function seenRating(rating: Rating, scope: Scope): Rating {
  if (scope.seesBuy) return rating;
  const seen = sellRating(rating);
  return isCustomer(scope) ? customerRating(seen) : seen;
}

/** A trunk is a carrier's, as a rule. */
function sellPrimary(primary: PrimaryFields): PrimaryFields {
  const { supplier: _supplier, trunk: _trunk, ...seen } = primary;
  return seen;
}

/** The hash is of the hidden fields too: whoever guesses one could tell by it. */
function sellContent({ primary, warnings }: CdrContent): CdrContent {
  const facts = { primary: sellPrimary(primary), extra: {}, contentHash: "" };
  return warnings === undefined ? facts : { ...facts, warnings };
}

function sellEntry({ rating, replacedAtMs, content, origin }: HistoryEntry): HistoryEntry {
  return {
    rating: sellRating(rating),
    replacedAtMs,
    ...(content === undefined ? {} : { content: sellContent(content) }),
    ...(origin === undefined ? {} : { origin }),
  };
}

/** The states since the CDR was last of an account that the scope does not have. */
function seenHistory(cdr: StoredCdr, scope: Scope): HistoryEntry[] {
  if (scope.accounts === undefined) return cdr.history;
  const { tenant } = cdr;
  const last = cdr.history.findLastIndex((_entry, index) => {
    const { account } = factsAt(cdr, index).primary;
    return !seesAccount(scope, { tenant, account });
  });
  return cdr.history.slice(last + 1);
}

/** A CDR of the scope as the scope sees it, with its history. */
export function seenCdr(cdr: StoredCdr, scope: Scope): StoredCdr {
  const history = seenHistory(cdr, scope);
  if (scope.seesBuy) return history.length === cdr.history.length ? cdr : { ...cdr, history };
  if (isCustomer(scope)) {
    const rating = (one: Rating) => seenRating(one, scope);
    return customerCdr(cdr, history, { rating, fields: scope.fields ?? [] });
  }
  const { id, tenant, receivedAtMs, source, leg, callId, batchId, batchLine } = cdr;
  return {
    id,
    tenant,
    receivedAtMs,
    source,
    ...(leg === undefined ? {} : { leg }),
    ...(callId === undefined ? {} : { callId }),
    ...(batchId === undefined ? {} : { batchId }),
    ...(batchLine === undefined ? {} : { batchLine }),
    ...sellContent(cdr),
    rating: sellRating(cdr.rating),
    history: history.map(sellEntry),
  };
}

const SELL_STEPS = new Set([
  "time",
  "account",
  "destination",
  "caller",
  "ban",
  "sell",
  "sell-time",
  "sell-amount",
  "sell-rounding",
  "basis",
]);

/** The steps of a trace that lead to the sell amount. */
export function sellTrace(trace: JsonObject, semantics: Semantics): JsonObject {
  if (semantics !== "native") return trace;
  const steps = ((trace["steps"] ?? []) as JsonObject[]).filter((step) => typeof step === "object");
  const matches = steps.filter(({ step, kind }) => step === "match" && kind === "retail");
  const bands = bandsOf(matches);
  const seen = steps.filter(
    (step) =>
      SELL_STEPS.has(String(step["step"])) ||
      matches.includes(step) ||
      (step["step"] === "band" && bands.has(step["band"] ?? null)),
  );
  const basis = trace["basis"] as JsonObject | undefined;
  return { steps: seen, ...(basis === undefined ? {} : { basis: sellBasis(basis, semantics) }) };
}

/** The bands that rows of these matches name. */
function bandsOf(matches: readonly JsonObject[]): Set<Json> {
  const rows = matches.flatMap(({ tried }) =>
    ((tried ?? []) as JsonObject[]).flatMap(({ figures }) => (figures ?? []) as JsonObject[]),
  );
  return new Set(rows.map(({ band }) => band ?? null).filter((band) => band !== null));
}
