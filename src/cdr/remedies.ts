// What to do about each reason: for docs/reasons.md, the OpenRPC document and /docs.
import type { Reason } from "./reasons.ts";

const RATES = "Add the row, load and activate the tariff, then rerate.";
const FACTS = "Retry the record with corrected fields, or discard it.";
const CARRIERS = "Nothing: it says why this carrier was not taken.";

export const REMEDIES: Readonly<Record<Reason, string>> = {
  "leg-not-billed": "Nothing; or another `legPolicy` of the source, then rerate.",
  "direction-not-rated": "Nothing; or send `direction=*out`, or correct the CDR.",
  "not-requested": "Nothing; or send another `requestType`, or correct the CDR.",
  unanswered: "Nothing: a call that nobody answered costs nothing.",
  "no-active-tariff": "Load and activate a tariff of the tenant, then rerate.",
  "no-call-time": "Correct the CDR with a time.",
  "account-unknown":
    "Assign the account (`account.set`, accounts.csv, or `*any` in it), then rerate.",
  "voip-plan-unknown": "Assign another plan, or load a tariff that has it, then rerate.",
  "rule-set-unknown": "Name a preset or a rule set of the tariff in the source, account or tariff.",
  "number-not-matchable": "Correct the number; or price such texts by a rule set that reads them.",
  "number-not-understood":
    "Correct the number, or choose the rule set that fits; `unknownNumbers: match-digits` matches it as digits.",
  "no-rate": RATES,
  "no-rate-in-band":
    "Close the gap between the bands or the dates of the rows, activate, then rerate.",
  "other-side-without-rate":
    "Add the rate that lacks, or take `selection` out of the tariff; activate, then rerate.",
  banned: "Nothing; or take the prefix out of the ban plan, then rerate.",
  blocked: "Nothing; or give the row another status, then rerate.",
  "carrier-not-in-plan": "Add the carrier to the VoIP plan, or correct the CDR's carrier.",
  "no-carrier": "Add a carrier plan with a row for the number, then rerate.",
  "no-exchange-rate": "Add the rate to exchange.csv from that time on, then rerate.",
  "side-not-priced": "See the reason of the side without an amount.",
  dearer: CARRIERS,
  "shorter-prefix": CARRIERS,
  "lower-priority": CARRIERS,
  "lower-quality": CARRIERS,
  "not-drawn": CARRIERS,
  "later-in-plan": CARRIERS,
  "amount-out-of-range": "Look at the row and the usage: one of them is wrong.",
  "rating-plan-not-found": "Add a rating profile for the subject or `*any`, then rerate.",
  "unauthorized-destination": "Add the destination to a rating plan of the subject, then rerate.",
  "gap-in-timings": "Let the timings of the plan cover the whole week, then rerate.",
  "max-usage-exceeded": "Correct the usage; the limit is that of CGRateS.",
  "routes-not-available": "Ask `rating.price` for the cost, or use a native tariff.",
  "broken-json": FACTS,
  "broken-xml": FACTS,
  "broken-csv": "Mend the line and send it again, or discard it.",
  "broken-ami": "The switch's file or table has the call; or retry with corrected fields.",
  "injected-field":
    "Look at who sets that value in the dialplan; retry with corrected fields, or discard it.",
  "ragged-row":
    "Mend the row; or let the dialect say `ragged: fill`, another delimiter or another quoting.",
  "formula-cell": "Save the workbook with values; or let the dialect say `formulas: values`.",
  "broken-encoding": "Set `encode-values` to false at the switch; retry with corrected fields.",
  "broken-form": FACTS,
  "not-a-cdr": "Send call records only; discard it.",
  "id-missing": "Retry with `originId`; let the switch send its call id.",
  "invalid-field": "The detail names the field: retry with it corrected.",
  "time-out-of-range": "Set the clock of the switch; retry with corrected times.",
  "end-before-answer": "Retry with corrected times; look at the clock of the switch.",
  "setup-after-answer": "Retry with corrected times; is the `timeZone` of the source right?",
  "ambiguous-local-time": "Retry with times that have an offset; let the switch send offsets.",
  "usage-exceeds-times":
    "Retry with the corrected usage or times; is `usageUnit` of the source right?",
  "usage-implausible":
    "Retry with the corrected usage; is `usageUnit` right, or `limits.usage` too low?",
  "negative-duration": FACTS,
  "time-missing": "Retry with a time.",
  "call-unfinished":
    "Retry with `endTime` or `usage`, of an end with all that its beginning says; or discard it.",
  "over-limit": "Retry with corrected fields alone; docs/limits.md has the limits.",
  "content-differs":
    "Retry with `conflict: keep` (the stored one stays) or `replace`, or discard it.",
  "identity-collision": "Give each switch its own origin host; retry with corrected fields.",
};
