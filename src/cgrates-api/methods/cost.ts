// What calls would cost: GetCost and its kin. Nothing is stored.
import { DEFAULT_CATEGORY, DEFAULT_TENANT, DEFAULT_TOR } from "../../cdr/defaults.ts";
import type { CallDescriptor, DescriptorPrice } from "../../cgrates/semantics/descriptor.ts";
import { duration, int, struct, text, texts, time } from "../codec/go-type.ts";
import {
  type ApiContext,
  ApiError,
  type ApiMethod,
  requireMembers,
  type Service,
  serverError,
} from "../method.ts";
import { readDuration } from "../values/duration.ts";
import { isZero, readTime, timeText, ZERO_TIME } from "../values/time.ts";
import { callCost } from "../views/call-cost.ts";
import { eventCost, freeEventCost } from "../views/event-cost.ts";

/** The engine's word for why there is no price, or the price. @throws EngineError */
export async function priceOf(
  descriptor: CallDescriptor,
  { engine, caller }: ApiContext,
): Promise<DescriptorPrice | string> {
  const described = await engine.prices.byDescriptor(descriptor, caller.scope);
  if (described === null) return "RATING_PLAN_NOT_FOUND";
  const { price } = described;
  return "error" in price ? price.error : price;
}

const getCost: ApiMethod = {
  params: struct("v1.AttrGetCost", {
    Tenant: text,
    Category: text,
    Subject: text,
    AnswerTime: text,
    Destination: text,
    Usage: text,
  }),
  permission: "rating.price",
  writes: false,
  async run(params, context) {
    const usageNs = readDuration(params.Usage);
    const timeStart = readTime(params.AnswerTime, context.engine.clock());
    const descriptor: CallDescriptor = {
      tenant: params.Tenant || DEFAULT_TENANT,
      category: params.Category || DEFAULT_CATEGORY,
      subject: params.Subject,
      destination: params.Destination,
      tor: DEFAULT_TOR,
      timeStart,
      usageNs,
    };
    const startTime = timeText(timeStart);
    if (usageNs !== 0) return eventCost(await pricedFrom(descriptor, context), { startTime });
    // What costs nothing has a charge of nothing where there is a price for it.
    const price = await priceOf(descriptor, context);
    const isFound = typeof price !== "string" && price.ratingPlan !== null;
    return freeEventCost({ startTime }, isFound);
  },
};

/** @throws ApiError that says why there is no price; a call of no time has none */
async function pricedFrom(
  descriptor: CallDescriptor,
  context: ApiContext,
): Promise<DescriptorPrice> {
  const price = await priceOf(descriptor, context);
  if (typeof price !== "string" && isZero(descriptor.timeStart)) {
    throw serverError("UNAUTHORIZED_DESTINATION");
  }
  if (typeof price === "string") throw serverError(price);
  return price;
}

const getDataCost: ApiMethod = {
  params: struct("v1.AttrGetDataCost", {
    Tenant: text,
    Category: text,
    Subject: text,
    AnswerTime: text,
    Usage: duration,
  }),
  permission: "rating.price",
  writes: false,
  async run(params, context) {
    const descriptor: CallDescriptor = {
      tenant: params.Tenant || DEFAULT_TENANT,
      category: params.Category || DEFAULT_CATEGORY,
      subject: params.Subject,
      destination: "*any",
      tor: "*data",
      timeStart: readTime(params.AnswerTime, context.engine.clock()),
      usageNs: params.Usage ?? 0,
    };
    return callCost(await pricedFrom(descriptor, context), descriptor, "data");
  },
};

const callDescriptor = {
  Category: text,
  Tenant: text,
  Subject: text,
  Account: text,
  Destination: text,
  TimeStart: time,
  TimeEnd: time,
  DurationIndex: duration,
  LoopIndex: int,
  ToR: text,
};

/** From the first moment that Go's durations do not reach: its lengths end at 292 years. */
const GO_LONGEST_MS = 9_223_372_036_854;

const responderCost: ApiMethod = {
  params: struct("engine.CallDescriptorWithAPIOpts", callDescriptor),
  permission: "rating.price",
  writes: false,
  async run(params, context) {
    const nowMs = context.engine.clock();
    const timeStart = readTime(params.TimeStart ?? ZERO_TIME, nowMs);
    const timeEnd = readTime(params.TimeEnd ?? ZERO_TIME, nowMs);
    if (timeEnd.atMs - timeStart.atMs > GO_LONGEST_MS) throw new ApiError("MAX_USAGE_EXCEEDED");
    if (timeStart.atMs - timeEnd.atMs > GO_LONGEST_MS) {
      throw new ApiError("UNAUTHORIZED_DESTINATION");
    }
    const descriptor: CallDescriptor = {
      tenant: params.Tenant,
      category: params.Category,
      subject: params.Subject || params.Account,
      account: params.Account,
      destination: params.Destination,
      tor: params.ToR || DEFAULT_TOR,
      timeStart,
      timeEnd,
      durationIndexNs: params.DurationIndex ?? 0,
      loopIndex: params.LoopIndex ?? 0,
    };
    const price = await priceOf(descriptor, context);
    if (typeof price === "string") throw new ApiError(price);
    return callCost(price, descriptor);
  },
};

const onPlans: ApiMethod = {
  params: struct("utils.GetCostOnRatingPlansArgs", {
    Tenant: text,
    Account: text,
    Subject: text,
    Destination: text,
    SetupTime: time,
    Usage: duration,
    RatingPlanIDs: texts,
  }),
  permission: "rating.price",
  writes: false,
  async run(params, context) {
    const descriptor: CallDescriptor = {
      tenant: params.Tenant || DEFAULT_TENANT,
      category: DEFAULT_CATEGORY,
      subject: params.Subject,
      account: params.Account,
      destination: params.Destination,
      tor: DEFAULT_TOR,
      timeStart: readTime(params.SetupTime ?? ZERO_TIME, context.engine.clock()),
      usageNs: params.Usage ?? 0,
      ratingPlanIDs: params.RatingPlanIDs ?? [],
    };
    const price = await priceOf(descriptor, context);
    if (typeof price === "string") throw new ApiError("UNAUTHORIZED_DESTINATION");
    return { Cost: Number(price.cost), RatingPlanID: price.ratingPlan ?? "" };
  },
};

const ratingPlansCost: ApiMethod = {
  params: struct("utils.RatingPlanCostArg", {
    RatingPlanIDs: texts,
    Destination: text,
    SetupTime: text,
    Usage: text,
  }),
  permission: "rating.price",
  writes: false,
  async run(params, context) {
    requireMembers(params, ["RatingPlanIDs", "Destination", "Usage"]);
    const timeStart = readTime(params.SetupTime || "*now", context.engine.clock());
    const usageNs = readDuration(params.Usage);
    const startTime = timeText(timeStart);
    const descriptor: CallDescriptor = {
      tenant: DEFAULT_TENANT,
      category: DEFAULT_CATEGORY,
      subject: "",
      destination: params.Destination,
      tor: DEFAULT_TOR,
      timeStart,
      usageNs,
      ratingPlanIDs: params.RatingPlanIDs,
    };
    const price = await priceOf(descriptor, context);
    if (typeof price === "string") return { EventCost: null, RatingPlanID: "" };
    const [first = ""] = params.RatingPlanIDs as string[];
    return {
      EventCost: eventCost(price, { startTime }),
      RatingPlanID: price.ratingPlan ?? first,
    };
  },
};

export const apierCost: Service = { GetCost: getCost, GetDataCost: getDataCost };
export const responderCosts: Service = { GetCost: responderCost, GetCostOnRatingPlans: onPlans };
export const ralsCosts: Service = { GetRatingPlansCost: ratingPlansCost };
