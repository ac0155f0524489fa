// A CDR as rollups count it, where a store reads whole CDRs.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { isTimed } from "../../cdr/usage.ts";
import { DESTINATION_CHANNEL, UNBILLED_LEG } from "../../queries/attempts.ts";
import type { CountedRecord } from "../../rollups/counted.ts";
import { splitAmount } from "../amount-parts.ts";

const asNumber = (condition: boolean): number => (condition ? 1 : 0);

function amount(side: { amount: string | null } | null) {
  const text = side?.amount ?? null;
  const parts = text === null ? null : splitAmount(text);
  return { units: parts?.units ?? null, parts: parts?.parts ?? null, long: parts ? null : text };
}

export function countedRecord({
  tenant,
  source,
  callId,
  primary,
  extra,
  rating,
}: StoredCdr): CountedRecord {
  const { sell, buy, outcome, reason = null } = rating;
  const side = sell ?? buy;
  const [sold, bought, gained] = [amount(sell), amount(buy), amount(rating.margin)];
  const isVoice = isTimed(primary.tor) && outcome !== "voided" && reason !== UNBILLED_LEG;
  return {
    ...{ tenant, source, outcome, reason },
    sellCurrency: sell?.currency ?? null,
    buyCurrency: buy?.currency ?? null,
    account: primary.account,
    carrier: buy?.carrier ?? null,
    gateway: buy?.gateway ?? null,
    country: rating.normalized.destination.country,
    prefix: side?.prefix ?? null,
    destination: side?.destination ?? null,
    plan: side?.plan ?? null,
    disconnectCause: primary.disconnectCause ?? null,
    callDirection: primary.callDirection ?? null,
    isTimed: asNumber(isTimed(primary.tor)),
    usage: primary.usage,
    pddMs: primary.pddMs ?? null,
    billedMs: Math.round((sell?.billedSeconds ?? 0) * 1000),
    buyBilledMs: Math.round((buy?.billedSeconds ?? 0) * 1000),
    isVoice: asNumber(isVoice),
    lacksChannel: asNumber(extra[DESTINATION_CHANNEL] === ""),
    callId: callId ?? null,
    ...{ sellUnits: sold.units, sellParts: sold.parts, longSell: sold.long },
    ...{ buyUnits: bought.units, buyParts: bought.parts, longBuy: bought.long },
    ...{ marginUnits: gained.units, marginParts: gained.parts, longMargin: gained.long },
  };
}
