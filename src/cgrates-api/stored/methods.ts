// Tariff plans that are stored object by object: the methods of each kind, and those of whole plans.
import type { Decoded } from "../codec/go-decode.ts";
import { struct, text } from "../codec/go-type.ts";
import { ApiError, type ApiMethod, requireMembers, type Service } from "../method.ts";
import {
  CHARGER,
  DESTINATION,
  DESTINATION_RATE,
  RATE,
  RATING_PLAN,
  RATING_PROFILE,
  type StoredKind,
  TIMING,
  withTenant,
} from "./kinds.ts";
import {
  by,
  byMember,
  getObject,
  idsOf,
  namingOf,
  objectsOfPlan,
  removeObject,
  setObject,
  storedRead,
  storedWrite,
} from "./objects.ts";

/** Each kind with how the engine spells the list of its ids. */
const KINDS: readonly (readonly [StoredKind, ids: "Ids" | "IDs"])[] = [
  [TIMING, "Ids"],
  [DESTINATION, "IDs"],
  [RATE, "Ids"],
  [DESTINATION_RATE, "Ids"],
  [RATING_PLAN, "Ids"],
  [RATING_PROFILE, "Ids"],
  [CHARGER, "IDs"],
];

function methodsOf([kind, ids]: (typeof KINDS)[number]): [string, ApiMethod][] {
  const { kind: name } = kind;
  const naming = namingOf(kind);
  return [
    [`SetTP${name}`, setObject(`SetTP${name}`, kind)],
    [`GetTP${name}`, getObject(kind, naming)],
    [`GetTP${name}${ids}`, idsOf(kind)],
    [`RemoveTP${name}`, removeObject(`RemoveTP${name}`, kind, naming)],
  ];
}

const planIds = storedRead(struct("v1.AttrGetTPIds", {}), (_asked, { engine, caller }) =>
  engine.storedPlans.plans(caller.scope),
);

const removePlan = storedWrite(struct("v1.AttrRemTp", { TPid: text }), async (asked, context) => {
  requireMembers(asked, ["TPid"]);
  const plan: string = asked.TPid;
  await context.engine.storedPlans.remove({ plan }, by(context, "RemTP", plan));
  return "OK";
});

const ofProfiles = { Tenant: text, Category: text, Subject: text };

/** What is said of a profile must be so; what is not said may be anything. */
function isProfileOf(asked: Decoded, members: readonly string[]) {
  return (profile: Decoded) =>
    members.every((name) => asked[name] === "" || asked[name] === profile[name]);
}

const loadIds = storedRead(
  struct("utils.AttrTPRatingProfileIds", { TPid: text, ...ofProfiles }),
  async (asked, context) => {
    requireMembers(asked, ["TPid"]);
    const isWanted = isProfileOf(asked, Object.keys(ofProfiles));
    const profiles = await objectsOfPlan(asked.TPid, RATING_PROFILE, context, isWanted);
    return [...new Set(profiles.map((profile) => profile["LoadId"]))];
  },
);

export const profilesByLoad: ApiMethod = storedRead(RATING_PROFILE.type, async (asked, context) => {
  const whole = asked.Subject === "" ? [] : ["Category", "Subject"];
  requireMembers(asked, ["TPid", "LoadId", ...whole]);
  const wanted = asked.Subject === "" ? asked : withTenant(asked);
  const isWanted = isProfileOf(wanted, ["LoadId", ...Object.keys(ofProfiles)]);
  const profiles = await objectsOfPlan(asked.TPid, RATING_PROFILE, context, isWanted);
  if (profiles.length === 0) throw new ApiError("NOT_FOUND");
  return profiles;
});

export const stored: Service = {
  ...Object.fromEntries(KINDS.flatMap(methodsOf)),
  GetTPRatingProfileLoadIds: loadIds,
  GetTPRatingProfilesByLoadID: profilesByLoad,
  GetTPIds: planIds,
  RemTP: removePlan,
};

/** The second service names a destination otherwise where it is read or removed. */
const byTag = byMember("Tag", "v2.AttrGetTPDestination");

export const storedV2: Service = {
  GetTPDestination: getObject(DESTINATION, byTag),
  RemoveTPDestination: removeObject("RemoveTPDestination", DESTINATION, byTag),
};
