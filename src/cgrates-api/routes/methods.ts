// Routes by their weight or by what a call would cost there, as the profiles in force say.
import { DEFAULT_CATEGORY, DEFAULT_TENANT, DEFAULT_TOR } from "../../cdr/defaults.ts";
import { csvRow } from "../../cgrates/layers/accepted.ts";
import { ROUTES } from "../../cgrates/layers/objects.ts";
import type { CallDescriptor } from "../../cgrates/semantics/descriptor.ts";
import type { Decoded } from "../codec/go-decode.ts";
import { any, int, map, struct, text } from "../codec/go-type.ts";
import { type ApiContext, ApiError, requireMembers, type Service, serverError } from "../method.ts";
import { rowsInForce } from "../methods/accounts.ts";
import { priceOf } from "../methods/cost.ts";
import { changed, objects, page, read, write } from "../methods/live-objects.ts";
import { readDuration } from "../values/duration.ts";
import { readTime } from "../values/time.ts";
import { type FilteredEvent, namedFilters, passesAll } from "./event-filter.ts";
import {
  profileOfRows,
  type Route,
  type RouteProfile,
  routeProfile,
  rowsOfProfile,
} from "./profile.ts";

const ofProfile = struct("utils.TenantID", { Tenant: text, ID: text });

function nameOf({ Tenant, ID }: Decoded): string {
  return `${Tenant || DEFAULT_TENANT}:${ID}`;
}

const getProfile = read(ofProfile, async (asked, context) => {
  requireMembers(asked, ["ID"]);
  const rows = (await objects(ROUTES, context)).get(nameOf(asked));
  if (rows === undefined) throw new ApiError("NOT_FOUND");
  return profileOfRows(rows);
});

const profileIds = read(
  struct("utils.PaginatorWithTenant", { Tenant: text, Limit: int, Offset: int }),
  async (asked, context) => {
    const start = nameOf({ ...asked, ID: "" });
    const keys = [...(await objects(ROUTES, context)).keys()];
    const own = keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
    return page(own, asked);
  },
);

const setProfile = write(routeProfile, async (asked, context) => {
  requireMembers(asked, ["ID"]);
  const name = nameOf(asked);
  const profile = { ...asked, Tenant: asked.Tenant || DEFAULT_TENANT };
  const named = namedFilters(await rowsInForce("Filters", context));
  const filters = [profile, ...(profile.Routes ?? [])].flatMap(({ FilterIDs }) => FilterIDs ?? []);
  const unknown = filters.find(
    (id) => !id.startsWith("*") && !named.has(`${profile.Tenant}:${id}`),
  );
  if (unknown !== undefined) {
    throw serverError(`broken reference to filter: <${unknown}> for item with ID: ${name}`);
  }
  const files = { "Routes.csv": rowsOfProfile(profile).map(csvRow).join("") };
  const act = { act: "APIerSv1.SetRouteProfile", subject: name };
  return changed({ files, tenants: [profile.Tenant] }, act, context);
});

const removeProfile = write(ofProfile, async (asked, context) => {
  requireMembers(asked, ["ID"]);
  const name = nameOf(asked);
  if (!(await objects(ROUTES, context)).has(name)) throw new ApiError("NOT_FOUND");
  const act = { act: "APIerSv1.RemoveRouteProfile", subject: name };
  return changed({ files: {}, removed: [[ROUTES.kind, name]] }, act, context);
});

const event = struct("utils.CGREvent", {
  Tenant: text,
  ID: text,
  Event: map(any),
  APIOpts: map(any),
});

interface Sorted {
  RouteID: string;
  RouteParameters: string;
  SortingData: Record<string, unknown>;
}

interface Asked extends FilteredEvent {
  context: ApiContext;
  ignoresErrors: boolean;
  maxCost: number | null;
}

const weightOf = ({ SortingData }: Sorted): number => SortingData["Weight"] as number;
const costOf = ({ SortingData }: Sorted): number => SortingData["Cost"] as number;

/** @throws ApiError for a number that is none */
function optionOf(opts: Record<string, unknown>, name: string, parser: string): number | null {
  const value = opts[name];
  if (value === undefined || value === null) return null;
  const number = Number(value);
  if (String(value).trim() !== "" && Number.isFinite(number)) return number;
  throw serverError(`strconv.${parser}: parsing ${JSON.stringify(String(value))}: invalid syntax`);
}

async function profilesFor(asked: Decoded, context: ApiContext): Promise<unknown[]> {
  requireMembers(asked, ["ID"]);
  if (asked.Event === undefined) throw new ApiError("MANDATORY_IE_MISSING: [Event]");
  const opts: Record<string, unknown> = asked.APIOpts ?? {};
  const limit = optionOf(opts, "*rouLimit", "ParseInt");
  const offset = optionOf(opts, "*rouOffset", "ParseInt") ?? 0;
  const one: Asked = {
    ...{ context, tenant: asked.Tenant || DEFAULT_TENANT, fields: asked.Event },
    named: namedFilters(await rowsInForce("Filters", context)),
    ignoresErrors: String(opts["*rouIgnoreErrors"]) === "true",
    maxCost: optionOf(opts, "*rouMaxCost", "ParseFloat"),
  };
  const profiles = [...(await objects(ROUTES, context))]
    .map(([, rows]) => profileOfRows(rows))
    .filter(({ Tenant, FilterIDs }) => Tenant === one.tenant && passesAll(FilterIDs, one))
    .sort((a, b) => b.Weight - a.Weight);
  const found: unknown[] = [];
  for (const profile of profiles) {
    const sorted = await sortedRoutes(profile, one);
    const own = sorted.slice(offset, limit === null ? undefined : offset + limit);
    if (own.length === 0) continue;
    found.push({ ProfileID: profile.ID, Sorting: profile.Sorting, Routes: own });
  }
  if (found.length === 0) throw new ApiError("NOT_FOUND");
  return found;
}

async function sortedRoutes(profile: RouteProfile, asked: Asked): Promise<Sorted[]> {
  const { Sorting, SortingParameters } = profile;
  const routes = profile.Routes.filter(({ FilterIDs }) => passesAll(FilterIDs ?? [], asked));
  const byWeight = (a: Sorted, b: Sorted) => weightOf(b) - weightOf(a);
  switch (Sorting) {
    case "*weight":
      return routes.map((route) => sorted(route, {})).sort(byWeight);
    case "*lc":
      return (await priced(routes, asked)).sort((a, b) => costOf(a) - costOf(b) || byWeight(a, b));
    case "*hc":
      return (await priced(routes, asked)).sort((a, b) => costOf(b) - costOf(a) || byWeight(a, b));
    case "*qos": {
      // Nothing is measured: every figure is the one that stands for none.
      const none = Object.fromEntries(SortingParameters.map((name) => [name, -1]));
      return routes.map((route) => sorted(route, none)).sort(byWeight);
    }
    default:
      throw serverError(`unsupported sorting strategy: ${Sorting}`);
  }
}

function sorted({ ID, RouteParameters, Weight }: Route, data: Record<string, unknown>): Sorted {
  return { RouteID: ID, RouteParameters, SortingData: { ...data, Weight } };
}

/** @throws ApiError for a route without a price, unless such ones are left out */
async function priced(routes: readonly Route[], asked: Asked): Promise<Sorted[]> {
  const found: Sorted[] = [];
  for (const route of routes) {
    if (route.RatingPlanIDs === null) {
      found.push(sorted(route, { Cost: 0 }));
      continue;
    }
    const price = await priceOf(descriptorOf(route, asked), asked.context);
    if (typeof price === "string") {
      if (asked.ignoresErrors) continue;
      throw serverError("UNAUTHORIZED_DESTINATION");
    }
    const Cost = Number(price.cost);
    if (asked.maxCost !== null && Cost > asked.maxCost) continue;
    found.push(sorted(route, { Cost, RatingPlanID: price.ratingPlan ?? "" }));
  }
  return found;
}

function descriptorOf(
  { RatingPlanIDs }: Route,
  { tenant, fields, context }: Asked,
): CallDescriptor {
  const textOf = (name: string) => String(fields[name] ?? "");
  const missing = ["SetupTime", "Destination"].find((name) => textOf(name) === "");
  if (missing !== undefined) throw serverError(`MANDATORY_IE_MISSING: [${missing}]`);
  return {
    ...{ tenant, category: DEFAULT_CATEGORY, tor: DEFAULT_TOR },
    ...{ subject: textOf("Subject"), account: textOf("Account") },
    destination: textOf("Destination"),
    timeStart: readTime(textOf("SetupTime"), context.engine.clock()),
    usageNs: readDuration(textOf("Usage") || "1m"),
    ratingPlanIDs: RatingPlanIDs ?? [],
  };
}

const getRoutes = read(event, profilesFor);

const getList = read(event, async (asked, context) => {
  const profiles = (await profilesFor(asked, context)) as { Routes: Sorted[] }[];
  return profiles.flatMap(({ Routes }) => Routes.map(({ RouteID }) => RouteID));
});

export const routeProfiles: Service = {
  GetRouteProfile: getProfile,
  GetRouteProfileIDs: profileIds,
  SetRouteProfile: setProfile,
  RemoveRouteProfile: removeProfile,
};
export const routes: Service = { GetRoutes: getRoutes, GetRoutesList: getList };
