// Every reason why a side has no price, a CDR is not rated or a record is suspended: one table.

export const REASONS = {
  // Not priced, and said so; tested in this order, before account, ban and prefix.
  "leg-not-billed": "The leg policy of the source does not bill this leg.",
  "direction-not-rated": "Only outgoing calls (`*out`) are rated.",
  "not-requested": "requestType `*none` asks for no rating.",
  unanswered: "The usage is 0: both amounts are 0.",
  // No price.
  "no-active-tariff": "The tenant has no active tariff version.",
  "no-call-time": "The call has usage but no time to price it at.",
  "account-unknown": "Neither account.set nor accounts.csv assigns this account a VoIP plan.",
  "voip-plan-unknown": "The account is assigned to a VoIP plan that the tariff does not have.",
  "rule-set-unknown": "The number rule set asked for is neither in the tariff nor a preset.",
  "number-not-matchable": "The number has no digits that a deck could be matched on.",
  "number-not-understood":
    "The rule set of a country did not understand the number: the number's own reason says why.",
  "no-rate": "No row of the plan's decks matches the number at the call time.",
  "no-rate-in-band": "Rows match the number, but none holds at a second of the call.",
  "other-side-without-rate":
    "`selection: cdr-stats` prices a call on both sides or not at all, and the other side has no rate.",
  banned: "A ban plan of the account's VoIP plan covers the number.",
  blocked: "The longest match is a row with status `blocked`.",
  "carrier-not-in-plan": "The carrier that the CDR names is not in the account's VoIP plan.",
  "no-carrier": "The VoIP plan has no carrier plan that can take the call.",
  "no-exchange-rate": "The currencies cannot be converted at the call time.",
  "side-not-priced": "The other side has no amount, so there is no margin.",
  dearer: "Another carrier is cheaper for this call.",
  "shorter-prefix":
    "Another plan has a longer prefix, which `selection: cdr-stats` looks at first.",
  "lower-priority": "Another carrier has a lower priority number.",
  "lower-quality": "Another carrier has better figures of quality.",
  "not-drawn": "The draw by weights fell to another carrier.",
  "later-in-plan": "Another carrier is as good and stands before it in the VoIP plan.",
  "amount-out-of-range":
    "The amount is beyond what is kept exactly, or the rate changes over 20,000 times in the call.",
  // CGRateS semantics.
  "rating-plan-not-found": "RATING_PLAN_NOT_FOUND: no rating profile for the subject.",
  "unauthorized-destination": "UNAUTHORIZED_DESTINATION: the destination has no price.",
  "gap-in-timings": "A part of the call has no rate interval.",
  "max-usage-exceeded": "MAX_USAGE_EXCEEDED: the usage is over the limit of its type.",
  "routes-not-available": "Route answers of CGRateS tariffs are not built yet.",
  // Suspense.
  "broken-json": "The body is not JSON.",
  "broken-xml": "The body is not XML.",
  "broken-csv": "The line is not CSV, or the file ends in the middle of it.",
  "broken-ami": "The event of the Asterisk Manager Interface is not whole.",
  "injected-field":
    "A field of an Asterisk event comes twice or where none can be: a line end in a value made it.",
  "ragged-row": "The row has more or fewer cells than the table has columns.",
  "formula-cell":
    "A cell of the row holds a formula, and the dialect does not say that its kept value counts.",
  "broken-encoding": "The body's encoding lost characters and could not be repaired.",
  "broken-form": "The body is not a form.",
  "not-a-cdr": "The body holds no call record.",
  "id-missing": "The record has no originId.",
  "invalid-field": "A field cannot be read.",
  "time-out-of-range":
    "A time is within a day of 1970-01-01 (a clock that was not set), before it, or more than a day ahead.",
  "end-before-answer": "The call ends before it was answered.",
  "setup-after-answer":
    "In every reading of its local times the call is set up after its answer or end.",
  "ambiguous-local-time":
    "A clock change doubled a local time, several readings fit, and the source says to suspend those.",
  "usage-exceeds-times": "The usage is longer than the time between the answer and the end.",
  "usage-implausible":
    "The usage is over the limit of its type of record, or ends more than a day ahead.",
  "negative-duration": "A length is negative.",
  "time-missing": "The call has usage but no time at all.",
  "call-unfinished": "Of a call that is told in two rows only one came: its beginning or its end.",
  "over-limit": "The record has more fields or deeper nesting than is allowed.",
  "content-differs": "A record of the same id with other content is stored already.",
  "identity-collision": "The same id came from another tenant, host or origin id.",
} as const;

export type Reason = keyof typeof REASONS;
