// Chargers in force: read, set, taken away, and what they make of an event.
import { parseChange } from "../../cgrates/folder/read-chargers.ts";
import { csvRow } from "../../cgrates/layers/accepted.ts";
import { CHARGERS } from "../../cgrates/layers/objects.ts";
import type { Decoded } from "../codec/go-decode.ts";
import { any, int, map, struct, text } from "../codec/go-type.ts";
import { type ApiContext, ApiError, requireMembers, type Service, serverError } from "../method.ts";
import { passesAll } from "../routes/event-filter.ts";
import { CHARGER, withTenant } from "../stored/kinds.ts";
import { readTime, timeText, ZERO_TIME } from "../values/time.ts";
import { changed, objects, page, read, write } from "./live-objects.ts";

const ofCharger = struct("utils.TenantID", { Tenant: text, ID: text });

/** Those of a stored one, but for the name of its plan. */
const profileMembers = Object.fromEntries(
  [...(CHARGER.type.fields?.values() ?? [])]
    .filter(({ name }) => name !== "TPid")
    .map(({ name, type }) => [name, type]),
);

/** The profile that the rows of a charger make. */
function profileOf(rows: string[][], nowMs: number): Decoded {
  const { ActivationInterval: written, ...profile } = CHARGER.fromRows(rows) as Decoded;
  const timeOf = (cell: string) => (cell === "" ? ZERO_TIME : timeText(readTime(cell, nowMs)));
  const ActivationInterval = written && {
    ActivationTime: timeOf(written.ActivationTime),
    ExpiryTime: timeOf(written.ExpiryTime),
  };
  const { Tenant, ID, FilterIDs, ...rest } = profile;
  return { Tenant, ID, FilterIDs, ActivationInterval, ...rest };
}

const getCharger = read(ofCharger, async (asked, context) => {
  requireMembers(asked, ["ID"]);
  const rows = (await objects(CHARGERS, context)).get(CHARGER.nameOf(withTenant(asked)));
  if (rows === undefined) throw new ApiError("NOT_FOUND");
  return profileOf(rows, context.engine.clock());
});

const chargerIds = read(
  struct("utils.PaginatorWithTenant", { Tenant: text, Limit: int, Offset: int }),
  async (asked, context) => {
    const start = CHARGER.nameOf({ ...withTenant(asked), ID: "" });
    const keys = [...(await objects(CHARGERS, context)).keys()];
    const own = keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
    return page(own, asked);
  },
);

const setCharger = write(
  struct("v1.ChargerWithAPIOpts", { ...profileMembers, APIOpts: map(any) }),
  async (asked, context) => {
    requireMembers(asked, ["ID"]);
    const profile = withTenant(asked);
    const name = CHARGER.nameOf(profile);
    const stored = (profile.FilterIDs ?? []).find((filter: string) => !/^\*/.test(filter));
    if (stored !== undefined) {
      throw serverError(`broken reference to filter: <${stored}> for item with ID: ${name}`);
    }
    const files = { "Chargers.csv": CHARGER.rowsOf(profile).map(csvRow).join("") };
    const act = { act: "APIerSv1.SetChargerProfile", subject: name };
    return changed({ files, tenants: [profile.Tenant] }, act, context);
  },
);

const removeCharger = write(ofCharger, async (asked, context) => {
  requireMembers(asked, ["ID"]);
  const name = CHARGER.nameOf(withTenant(asked));
  if (!(await objects(CHARGERS, context)).has(name)) throw new ApiError("NOT_FOUND");
  const act = { act: "APIerSv1.RemoveChargerProfile", subject: name };
  return changed({ files: {}, removed: [[CHARGERS.kind, name]] }, act, context);
});

/** A charger whose filter is a name of the files is not loaded. */
const NO_NAMES = new Map();

const chargedEvent = struct("utils.CGREvent", {
  Tenant: text,
  ID: text,
  Event: map(any),
  APIOpts: map(any),
});

/** The profiles that an event passes, the heaviest first. @throws ApiError where there is none */
async function chargersFor(asked: Decoded, context: ApiContext): Promise<Decoded[]> {
  const { Tenant } = withTenant(asked);
  const nowMs = context.engine.clock();
  const event = { tenant: Tenant, fields: asked.Event ?? {}, named: NO_NAMES };
  const profiles = [...(await objects(CHARGERS, context))]
    .map(([, rows]) => profileOf(rows, nowMs))
    .filter((profile) => profile.Tenant === Tenant && isInForce(profile, nowMs))
    .filter(({ FilterIDs }) => passesAll(FilterIDs, event));
  if (profiles.length === 0) throw new ApiError("NOT_FOUND");
  return profiles.sort((a, b) => b.Weight - a.Weight);
}

function isInForce({ ActivationInterval: interval }: Decoded, nowMs: number): boolean {
  if (interval === null) return true;
  const { ActivationTime: from, ExpiryTime: to } = interval;
  return Date.parse(from) <= nowMs && (to === ZERO_TIME || nowMs < Date.parse(to));
}

const forEvent = read(chargedEvent, chargersFor);

/** The event as the run of a charger has it. */
function runOf(profile: Decoded, asked: Decoded): unknown {
  const own: string[] = profile.AttributeIDs.filter((id: string) => id !== "*none");
  const changes: [string, unknown][] = [["RunID", profile.RunID]];
  for (const id of own) {
    const change = parseChange(id);
    // The attributes of the engine's own profiles are not read.
    if (change === null) continue;
    const { field, constant, copyOf } = change;
    changes.push([field, constant ?? asked.Event?.[copyOf ?? ""] ?? ""]);
  }
  const fields = { ...asked.Event, ...Object.fromEntries(changes) };
  const opts = { ...asked.APIOpts, ...(own.length > 0 && { "*attrProfileIDs": own }) };
  return {
    ChargerSProfile: profile.ID,
    AttributeSProfiles: own.length > 0 ? own : null,
    AlteredFields: changes.map(([field]) => `*req.${field}`),
    CGREvent: {
      ...{ Tenant: withTenant(asked).Tenant, ID: asked.ID, Time: null },
      Event: byName(fields),
      APIOpts: byName({ ...opts, "*subsys": "*chargers" }),
    },
  };
}

/** Go writes the members of a map in the order of their names. */
function byName(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const processEvent = read(chargedEvent, async (asked, context) =>
  (await chargersFor(asked, context)).map((profile) => runOf(profile, asked)),
);

export const chargers: Service = {
  GetChargerProfile: getCharger,
  GetChargerProfileIDs: chargerIds,
  SetChargerProfile: setCharger,
  RemoveChargerProfile: removeCharger,
};
export const chargerEvents: Service = {
  GetChargersForEvent: forEvent,
  ProcessEvent: processEvent,
};
