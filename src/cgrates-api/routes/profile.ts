// A route profile between the rows of Routes.csv and the form that clients send and read.
import type { Decoded } from "../codec/go-decode.ts";
import { any, bool, float, list, map, struct, text, texts } from "../codec/go-type.ts";

export interface Route {
  ID: string;
  FilterIDs: string[] | null;
  AccountIDs: string[] | null;
  RatingPlanIDs: string[] | null;
  ResourceIDs: string[] | null;
  StatIDs: string[] | null;
  Weight: number;
  Blocker: boolean;
  RouteParameters: string;
}

export interface RouteProfile {
  Tenant: string;
  ID: string;
  FilterIDs: string[];
  ActivationInterval: null;
  Sorting: string;
  SortingParameters: string[];
  Routes: Route[];
  Weight: number;
}

const route = struct("engine.Route", {
  ...{ ID: text, FilterIDs: texts, AccountIDs: texts, RatingPlanIDs: texts },
  ...{ ResourceIDs: texts, StatIDs: texts, Weight: float, Blocker: bool, RouteParameters: text },
});

export const routeProfile = struct("v1.RouteWithAPIOpts", {
  ...{ Tenant: text, ID: text, FilterIDs: texts, Sorting: text, SortingParameters: texts },
  ...{ Routes: list(route), Weight: float, APIOpts: map(any) },
});

/** The lists of a route, in the order of their columns. */
const LISTS = ["FilterIDs", "AccountIDs", "RatingPlanIDs", "ResourceIDs", "StatIDs"] as const;
const FIRST_LIST = 7;

const listOf = (cell = ""): string[] => (cell === "" ? [] : cell.split(";"));

/** The first row that says something of the profile says it; each row adds to its route. */
export function profileOfRows(rows: readonly string[][]): RouteProfile {
  const [Tenant = "", ID = ""] = rows[0] ?? [];
  const last = (column: number) =>
    rows.map((row) => row[column] ?? "").findLast((cell) => cell !== "") ?? "";
  const routes = new Map<string, Route>();
  for (const row of rows) {
    const id = row[6] ?? "";
    if (id === "") continue;
    const key = JSON.stringify([id, row[FIRST_LIST]]);
    const before = routes.get(key);
    const lists = LISTS.map((name, at) => {
      const own = [...(before?.[name] ?? []), ...listOf(row[FIRST_LIST + at])];
      return [name, name === "FilterIDs" ? listOf(row[FIRST_LIST]) : own] as const;
    });
    const filled = lists.map(([name, own]) => [name, own.length === 0 ? null : own] as const);
    routes.set(key, {
      ...{ ID: id, ...(Object.fromEntries(filled) as Pick<Route, (typeof LISTS)[number]>) },
      ...{ Weight: Number(row[12]) || (before?.Weight ?? 0), Blocker: row[13] === "true" },
      RouteParameters: row[14] ?? "",
    });
  }
  return {
    ...{ Tenant, ID, FilterIDs: [...new Set(rows.flatMap((row) => listOf(row[2])))] },
    ...{ ActivationInterval: null, Sorting: last(4), SortingParameters: listOf(last(5)) },
    ...{ Routes: [...routes.values()], Weight: Number(last(15)) },
  };
}

export function rowsOfProfile(profile: Decoded): string[][] {
  const { Tenant, ID, FilterIDs = [], Sorting, SortingParameters = [], Routes = [] } = profile;
  const joined = (value: string[] | undefined) => (value ?? []).join(";");
  const weight = String(profile.Weight ?? 0);
  const head = [Tenant, ID, joined(FilterIDs), "", Sorting, joined(SortingParameters)];
  const own = Routes.map((one: Decoded) => [
    ...[Tenant, ID, "", "", "", "", one.ID, ...LISTS.map((name) => joined(one[name]))],
    ...[String(one.Weight ?? 0), one.Blocker ? "true" : "", one.RouteParameters, ""],
  ]);
  return [[...head, ...Array<string>(9).fill(""), weight], ...own];
}
