// What a call would cost and how a number is read, within the scope of whoever asks.
import { requireNoBuyParam } from "../../access/buy-side.ts";
import {
  EVERYTHING,
  requireAccount,
  requireTenant,
  requireWhole,
  type Scope,
} from "../../access/scope.ts";
import { seenPriced, sellTrace } from "../../access/sell-side.ts";
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
import {
  type PriceAnswer,
  type PriceQuery,
  priceQuery,
  priceQueryNow,
  routesQuery,
} from "./query.ts";
import type { RateBatchParts } from "./rate-batch.ts";

type Answer = ReturnType<typeof priceAnswer>;

export interface AskedPrice extends CallParameters {
  /** A loaded version instead of the one in force. */
  tariffVersion?: string | undefined;
}

/**
 * Each @throws `invalid-params` that names the member; `forbidden` for a tenant or an account that
 * the scope does not have, and at what tells of the buy side where it does not see that.
 */
export interface Prices {
  /**
   * Without its buy side where the scope does not see that. At once where nothing has to be waited
   * for, as with nearly every call. @throws `not-found` for the version
   */
  price(
    asked: AskedPrice & { trace?: boolean | undefined },
    scope: Scope,
  ): Answer | Promise<Answer>;
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
  function ownCall(asked: AskedPrice, scope: Scope): Call {
    const call = callOf(asked, parts.clock());
    requireOwnCall(call, scope);
    return call;
  }

  async function queryOf(asked: AskedPrice, scope: Scope): Promise<PriceQuery> {
    const call = ownCall(asked, scope);
    const { tariffVersion } = asked;
    if (tariffVersion !== undefined) {
      requireWhole(scope);
      await tariffInScope(parts.store, tariffVersion, { scope, path: "tariffVersion" });
    }
    return { call, tariffVersion };
  }
  async function priceByVersion(
    asked: AskedPrice & { trace?: boolean | undefined },
    scope: Scope,
  ): Promise<Answer> {
    const query = await queryOf(asked, scope);
    return answerOf(await priceQuery(parts, { ...query, trace: asked.trace }), scope);
  }

  return {
    price(asked, scope) {
      if (!scope.seesBuy) requireNoBuyParam("carrier", asked.carrier);
      const { trace } = asked;
      if (asked.tariffVersion !== undefined) return priceByVersion(asked, scope);
      const query = { call: ownCall(asked, scope), trace };
      const answer = priceQueryNow(parts, query);
      return answer === undefined
        ? priceQuery(parts, query).then((late) => answerOf(late, scope))
        : answerOf(answer, scope);
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

function answerOf(answer: PriceAnswer, scope: Scope): Answer {
  const { priced, semantics } = answer;
  if (scope.seesBuy) return priceAnswer(priced, answer);
  const { trace } = priced;
  const seen = seenPriced(priced, semantics, scope);
  return priceAnswer(
    trace === undefined ? seen : { ...seen, trace: sellTrace(trace, semantics) },
    answer,
  );
}
