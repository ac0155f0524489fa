// Single objects of the plan in force: read, set, taken away.
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import { csvRow } from "../../cgrates/layers/accepted.ts";
import {
  DESTINATIONS,
  type LayeredObjects,
  RATING_PLANS,
  RATING_PROFILES,
} from "../../cgrates/layers/objects.ts";
import { profileKey } from "../../cgrates/plan.ts";
import { bool, int, list, struct, text, texts } from "../codec/go-type.ts";
import { ApiError, requireMembers, type Service } from "../method.ts";
import { activation } from "../stored/kinds.ts";
import { readTime, timeText } from "../values/time.ts";
import { changed, objects, page, read, write } from "./live-objects.ts";

const destinationView = (Id: string, rows: string[][]) => ({
  Id,
  Prefixes: rows.map(([, prefix = ""]) => prefix).filter((prefix) => prefix !== ""),
});

const getDestination = read(text, async (id, context) => {
  const rows = (await objects(DESTINATIONS, context)).get(id);
  if (rows === undefined) throw new ApiError("NOT_FOUND");
  return destinationView(id, rows);
});

const getDestinations = read(
  struct("v2.AttrGetDestinations", { DestinationIDs: texts }),
  async ({ DestinationIDs: ids = [] }: { DestinationIDs?: string[] }, context) => {
    const all = await objects(DESTINATIONS, context);
    const wanted = ids.length === 0 ? [...all.keys()] : ids;
    return wanted.map((id) => {
      const rows = all.get(id);
      if (rows === undefined) throw new ApiError("NOT_FOUND");
      return destinationView(id, rows);
    });
  },
);

const reverseDestination = read(text, async (prefix, context) => {
  const all = await objects(DESTINATIONS, context);
  const found = [...all].filter(([, rows]) => rows.some(([, own]) => own === prefix));
  if (found.length === 0) throw new ApiError("NOT_FOUND");
  return found.map(([id]) => id);
});

const setDestination = write(
  struct("utils.AttrSetDestination", { Id: text, Prefixes: texts, Overwrite: bool }),
  async (params, context) => {
    requireMembers(params, ["Id", "Prefixes"]);
    const { Id, Prefixes, Overwrite } = params;
    if (!Overwrite && (await objects(DESTINATIONS, context)).has(Id)) throw new ApiError("EXISTS");
    const rows = (Prefixes as string[]).map((prefix) => csvRow([Id, prefix]));
    const act = { act: "APIerSv1.SetDestination", subject: Id };
    return changed({ files: { "Destinations.csv": rows.join("") } }, act, context);
  },
);

const removeDestination = write(
  struct("v1.AttrRemoveDestination", { DestinationIDs: texts, Prefixes: texts }),
  async (params, context) => {
    const { DestinationIDs: ids = [], Prefixes: prefixes = [] } = params;
    const all = await objects(DESTINATIONS, context);
    const known = (ids as string[]).filter((id) => all.has(id));
    if (known.length === 0) return "OK";
    // Of a destination with prefixes named only these go, where others stay.
    const kept = known.flatMap((id) =>
      prefixes.length === 0
        ? []
        : (all.get(id) ?? []).filter(([, prefix]) => !prefixes.includes(prefix)).map(csvRow),
    );
    const act = { act: "APIerSv1.RemoveDestination", subject: known.join(";") };
    const removed = known.map((id) => [DESTINATIONS.kind, id] as const);
    const files = kept.length === 0 ? {} : { "Destinations.csv": kept.join("") };
    return changed({ files, removed }, act, context);
  },
);

const planIds = read(
  struct("utils.AttrGetRatingPlanIDs", { Tenant: text, Limit: int, Offset: int }),
  async (params, context) => page([...(await objects(RATING_PLANS, context)).keys()], params),
);

const removePlan = write(text, async (id: string, context) => {
  if (id === "") throw new ApiError("MANDATORY_IE_MISSING: [ID]");
  const all = await objects(RATING_PLANS, context);
  if (!all.has(id)) return "OK";
  const act = { act: "APIerSv1.RemoveRatingPlan", subject: id };
  return changed({ files: {}, removed: [[RATING_PLANS.kind, id]] }, act, context);
});

const profileOf = { Tenant: text, Category: text, Subject: text };

const keyOfProfile = ({ Tenant, Category, Subject }: Record<string, string>) =>
  profileKey(Tenant || DEFAULT_TENANT, Category ?? "", Subject ?? "");

const getProfile = read(
  struct("utils.AttrGetRatingProfile", profileOf),
  async (params, context) => {
    requireMembers(params, ["Category", "Subject"]);
    const id = keyOfProfile(params);
    const rows = (await objects(RATING_PROFILES, context)).get(id);
    if (rows === undefined) throw new ApiError("NOT_FOUND");
    const nowMs = context.engine.clock();
    return {
      Id: id,
      RatingPlanActivations: rows.map(
        ([tenant = "", category = "", , at = "", plan = "", fallback = ""]) => ({
          ActivationTime: timeText(readTime(at, nowMs)),
          RatingPlanId: plan,
          FallbackKeys:
            fallback === ""
              ? null
              : fallback.split(";").map((subject) => profileKey(tenant, category, subject)),
        }),
      ),
    };
  },
);

const profileIds = read(
  struct("utils.PaginatorWithTenant", { Tenant: text, Limit: int, Offset: int }),
  async (params, context) => {
    const start = `*out:${params.Tenant || DEFAULT_TENANT}:`;
    const keys = [...(await objects(RATING_PROFILES, context)).keys()];
    const own = keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
    return page(own, params);
  },
);

const setProfile = write(
  struct("utils.AttrSetRatingProfile", {
    ...profileOf,
    Overwrite: bool,
    RatingPlanActivations: list(activation),
  }),
  async (params, context) => {
    requireMembers(params, ["Subject", "RatingPlanActivations"]);
    const tenant = params.Tenant || DEFAULT_TENANT;
    const plans = await objects(RATING_PLANS, context);
    const nowMs = context.engine.clock();
    const added = params.RatingPlanActivations.map((one: Record<string, string>) => {
      requireActivation(one, plans);
      const at = activationTime(one["ActivationTime"] ?? "", nowMs);
      const { RatingPlanId = "", FallbackSubjects = "" } = one;
      return [tenant, params.Category, params.Subject, at, RatingPlanId, FallbackSubjects];
    });
    const id = keyOfProfile({ ...params, Tenant: tenant });
    const before = params.Overwrite
      ? []
      : ((await objects(RATING_PROFILES, context)).get(id) ?? []);
    const isKnown = (row: string[]) =>
      before.some((old) => JSON.stringify(old) === JSON.stringify(row));
    const rows = [...before, ...added.filter((row: string[]) => !isKnown(row))];
    const act = { act: "APIerSv1.SetRatingProfile", subject: id };
    const files = { "RatingProfiles.csv": rows.map(csvRow).join("") };
    return changed({ files, tenants: [tenant] }, act, context);
  },
);

/** @throws ApiError in words that this method alone has */
function requireActivation(one: Record<string, string>, plans: Pick<LayeredObjects, "has">): void {
  const id = one["RatingPlanId"] ?? "";
  if (id === "") throw new ApiError("MANDATORY_IE_MISSING:RatingPlanActivation:[RatingPlanId]");
  if (!plans.has(id)) throw new ApiError(`NOT_FOUND:RatingPlanId:${id}`);
}

function activationTime(written: string, nowMs: number): string {
  try {
    return timeText(readTime(written, nowMs));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(`SERVER_ERROR:Cannot parse activation time from ${written}`);
  }
}

const removeProfile = write(
  struct("v1.AttrRemoveRatingProfile", profileOf),
  async (params, context) => {
    requireMembers(params, ["Category", "Subject"]);
    const id = keyOfProfile(params);
    if (!(await objects(RATING_PROFILES, context)).has(id)) return "OK";
    const act = { act: "APIerSv1.RemoveRatingProfile", subject: id };
    return changed({ files: {}, removed: [[RATING_PROFILES.kind, id]] }, act, context);
  },
);

export const live: Service = {
  GetDestination: getDestination,
  GetReverseDestination: reverseDestination,
  SetDestination: setDestination,
  RemoveDestination: removeDestination,
  GetRatingPlanIDs: planIds,
  RemoveRatingPlan: removePlan,
  GetRatingProfile: getProfile,
  GetRatingProfileIDs: profileIds,
  SetRatingProfile: setProfile,
  RemoveRatingProfile: removeProfile,
};
export const liveV2: Service = { GetDestinations: getDestinations };
