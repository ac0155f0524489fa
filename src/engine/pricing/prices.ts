// What a call would cost and how a number is read, within the scope of whoever asks.
import { requireNoBuyParam } from "../../access/buy-side.ts";
import {
  EVERYTHING,
  requireAccount,
  requireTenant,
  requireWhole,
  type Scope,
} from "../../access/scope.ts";
import { sellPriced, sellTrace } from "../../access/sell-side.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { Call } from "../../cdr/rating.ts";
import type { CallDescriptor } from "../../cgrates/semantics/descriptor.ts";
import { engineError } from "../../errors.ts";
import type { Routes } from "../../rating/routing/routes-for-call.ts";
import { tariffInScope } from "../tariffs/visible.ts";
import { priceAnswer } from "./answer.ts";
import { type DescribedPrice, priceByDescriptor } from "./by-descriptor.ts";
import { type CallParameters, callOf } from "./call-parameters.ts";
import { type NumberAnswer, type NumberQuery, normalizeQuery } from "./normalize-query.ts";
import { callToPrice, type PriceParameters } from "./parameters.ts";
import { type PriceAnswer, type PriceQuery, priceQuery, routesQuery } from "./query.ts";
import type { RateBatchParts } from "./rate-batch.ts";

export interface AskedPrice extends CallParameters {
  /** A loaded version instead of the one in force. */
  tariffVersion?: string | undefined;
}

/**
 * Each @throws `invalid-params` that names the member; `forbidden` for a tenant or an account that
 * the scope does not have, and at what tells of the buy side where it does not see that.
 */
export interface Prices {
  /** Without its buy side where the scope does not see that. @throws `not-found` for the version */
  price(
    asked: AskedPrice & { trace?: boolean | undefined },
    scope: Scope,
  ): Promise<ReturnType<typeof priceAnswer>>;
  /** The same for a call described as on the command line. */
  describe(parameters: PriceParameters): Promise<JsonObject>;
  /** As CGRateS's GetCost; null: no version of a CGRateS folder is in force then. */
  byDescriptor(descriptor: CallDescriptor, scope: Scope): Promise<DescribedPrice | null>;
  /** @throws `no-active-tariff`, `not-supported`, `not-found` */
  routes(asked: AskedPrice, scope: Scope): Promise<Routes & { tariffVersion: string }>;
  /** @throws `not-found` for a rule set that neither tariff nor presets have */
  normalize(query: NumberQuery, scope: Scope): Promise<NumberAnswer>;
}

export function createPrices(parts: RateBatchParts): Prices {
  async function queryOf(
    { tariffVersion, ...parameters }: AskedPrice,
    scope: Scope,
  ): Promise<PriceQuery> {
    const call = callOf(parameters, parts.clock());
    requireOwnCall(call, scope);
    if (tariffVersion !== undefined) {
      requireWhole(scope);
      await tariffInScope(parts.store, tariffVersion, { scope, path: "tariffVersion" });
    }
    return { call, tariffVersion };
  }
  return {
    async price({ trace, ...asked }, scope) {
      if (!scope.seesBuy) requireNoBuyParam("carrier", asked.carrier);
      const answer = await priceQuery(parts, { ...(await queryOf(asked, scope)), trace });
      return answerOf(answer, scope);
    },
    async describe({ trace, ...parameters }) {
      const call = callToPrice(parameters, parts.clock());
      const answer = await priceQuery(parts, { call, trace });
      return answerOf(answer, EVERYTHING) as unknown as JsonObject;
    },
    byDescriptor: (descriptor, scope) => priceByDescriptor(parts, descriptor, scope),
    async routes(asked, scope) {
      requireWhole(scope);
      return routesQuery(parts, await queryOf(asked, scope));
    },
    async normalize(query, scope) {
      const { tenant, account = "" } = query;
      requireTenant(scope, tenant);
      if (typeof query.ruleSet !== "object") requireAccount(scope, { tenant, account });
      return normalizeQuery(parts, query);
    },
  };
}

/** CGRateS prices by the subject: who is for single accounts asks for no other. */
function requireOwnCall({ tenant, account, subject }: Call, scope: Scope): void {
  requireAccount(scope, { tenant, account });
  if (scope.accounts === undefined || subject === account) return;
  throw engineError("forbidden", "These credentials price by their own account alone.", {
    path: "subject",
  });
}

function answerOf(answer: PriceAnswer, { seesBuy }: Scope): ReturnType<typeof priceAnswer> {
  const { priced, semantics } = answer;
  if (seesBuy) return priceAnswer(priced, answer);
  const { trace } = priced;
  const seen = sellPriced(priced, semantics);
  return priceAnswer(
    trace === undefined ? seen : { ...seen, trace: sellTrace(trace, semantics) },
    answer,
  );
}
