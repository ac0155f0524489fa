// What CDR-Stats answers of rates (GET /rest-api/voip-rate/), of the asking account's own plan.
import type { Scope } from "../../access/scope.ts";
import { EngineError, engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { priceList } from "../../rating/price-list/list.ts";
import { lowestOf, plainRates, ratesMatching, rateText } from "../../rating/price-list/lowest.ts";
import type { RateBatchParts } from "./rate-batch.ts";
import { accountCall, planOfAccount } from "./rates.ts";

export interface AskedVoipRates {
  tenant?: string | undefined;
  account?: string | undefined;
  /** Rates of prefixes that begin so; empty: all. */
  dialcode?: string | undefined;
  /** Instead: those that match it. */
  number?: string | undefined;
}

export interface VoipRate {
  prefix: string;
  /** Money a minute, with 4 decimals or more. */
  rate: string;
  destination: string | null;
}

export type FoundVoipRates =
  | { ok: true; rates: VoipRate[] }
  | { ok: false; why: "no-plan" | "no-digits" | "banned" };

export interface VoipRates {
  /** In the order of the prefixes. @throws `forbidden`, `too-large` for over 20,000 prefixes */
  find(asked: AskedVoipRates, scope: Scope): Promise<FoundVoipRates>;
}

/** Prefixes of one answer, which has no pages. */
const MOST_RATES = 20_000;

export function createVoipRates(parts: RateBatchParts): VoipRates {
  return {
    async find({ dialcode = "", ...asked }, scope) {
      const call = accountCall(asked, scope, parts.clock());
      const found = await planOfAccount(parts, call).catch(withoutPlan);
      if (found === null) return { ok: false, why: "no-plan" };
      const { snapshot, voipPlan } = found;
      if (asked.number !== undefined) {
        const matching = ratesMatching(call, snapshot, voipPlan);
        return matching.ok ? { ok: true, rates: matching.rates.map(viewOf) } : matching;
      }
      const atMs = call.callTime?.atMs ?? 0;
      const rates: VoipRate[] = [];
      const choice = { side: "sell", start: dialcode, atMs, everyPlan: true } as const;
      for (const { rows } of priceList(snapshot, voipPlan, choice)) {
        const lowest = lowestOf(plainRates(snapshot, rows));
        if (lowest !== null) rates.push(viewOf(lowest));
        if (rates.length > MOST_RATES) throw tooMany();
        if (isTurnOver()) await ownTurn();
      }
      return { ok: true, rates };
    },
  };
}

function viewOf(rate: Parameters<typeof rateText>[0]): VoipRate {
  return { prefix: rate.prefix, rate: rateText(rate), destination: rate.destination };
}

/** No tariff, or no plan in it: there it is one answer. */
function withoutPlan(error: unknown): null {
  const isWithout =
    error instanceof EngineError && ["no-active-tariff", "not-found"].includes(error.code);
  if (isWithout) return null;
  throw error;
}

function tooMany(): Error {
  return engineError("too-large", `There are over ${MOST_RATES} rates.`, {
    path: "dialcode",
    hint: "Name a dialcode; or ask rates.find, which has pages.",
  });
}
