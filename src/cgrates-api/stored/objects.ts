// Set, get, list and remove: the same for every kind of object of a stored plan.
import type { JsonObject } from "../../cdr/json.ts";
import { type Decoded, encoded } from "../codec/go-decode.ts";
import { type GoType, int, struct, text } from "../codec/go-type.ts";
import { type ApiContext, ApiError, type ApiMethod, requireMembers } from "../method.ts";
import { CHARGER, RATING_PROFILE, type StoredKind, withTenant } from "./kinds.ts";

export function storedRead(params: GoType, run: ApiMethod["run"]): ApiMethod {
  return { params, permission: "tariff.read", writes: false, run };
}

export function storedWrite(params: GoType, run: ApiMethod["run"]): ApiMethod {
  return { params, permission: "tariff.load", writes: true, run };
}

export function by({ caller }: ApiContext, act: string, subject: string) {
  return { by: caller, act: `APIerSv1.${act}`, subject, scope: caller.scope };
}

export function setObject(act: string, kind: StoredKind): ApiMethod {
  return storedWrite(kind.type, async (asked: Decoded, context) => {
    requireMembers(asked, kind.needs);
    const object = encoded(withTenant(asked), kind.type);
    const key = { plan: object.TPid, kind: kind.kind, name: kind.nameOf(object) };
    const act_ = by(context, act, `${key.plan} ${key.name}`);
    await context.engine.storedPlans.put([{ ...key, object }], act_);
    return "OK";
  });
}

/** How clients name one object of a kind. */
interface Naming {
  type: GoType;
  needs: readonly string[];
  nameOf(asked: Decoded): string;
}

/** By its id, whatever the member is called. */
export function byMember(member: string, struct_: string): Naming {
  return {
    type: struct(struct_, { TPid: text, [member]: text }),
    needs: ["TPid", member],
    nameOf: (asked) => asked[member],
  };
}

const ofCharger: Naming = {
  type: struct("utils.TPTntID", { TPid: text, Tenant: text, ID: text }),
  needs: ["TPid", "ID"],
  nameOf: (asked) => CHARGER.nameOf(withTenant(asked)),
};

const PROFILE_ID = "RatingProfileID";
const ofProfile: Naming = {
  ...byMember(PROFILE_ID, "v1.AttrGetTPRatingProfile"),
  nameOf({ [PROFILE_ID]: id }) {
    if (id.split(":").length !== 4) throw new ApiError(`Wrong TPRatingProfileId: ${id}`);
    return id;
  },
};

export function namingOf(kind: StoredKind): Naming {
  if (kind === CHARGER) return ofCharger;
  return kind === RATING_PROFILE ? ofProfile : byMember("ID", `v1.AttrGetTP${kind.kind}`);
}

export function getObject(kind: StoredKind, naming: Naming): ApiMethod {
  return storedRead(naming.type, async (asked, { engine, caller }) => {
    requireMembers(asked, naming.needs);
    const key = { plan: asked.TPid, kind: kind.kind, name: naming.nameOf(asked) };
    const found = await engine.storedPlans.get(key, caller.scope);
    if (found === null) throw new ApiError("NOT_FOUND");
    return found;
  });
}

export function removeObject(act: string, kind: StoredKind, naming: Naming): ApiMethod {
  return storedWrite(naming.type, async (asked, context) => {
    requireMembers(asked, naming.needs);
    const key = { plan: asked.TPid, kind: kind.kind, name: naming.nameOf(asked) };
    const act_ = by(context, act, `${key.plan} ${key.name}`);
    await context.engine.storedPlans.remove(key, act_);
    return "OK";
  });
}

interface Page {
  Limit?: number;
  Offset?: number;
  SearchTerm?: string;
}

/** Of a list of ids, what a page of the engine's has. */
export function pageOf(ids: readonly string[], page: Page): string[] {
  const { Limit, Offset = 0, SearchTerm = "" } = page;
  const found = SearchTerm === "" ? ids : ids.filter((id) => id.includes(SearchTerm));
  return found.slice(Offset, Limit === undefined ? undefined : Offset + Limit);
}

export function idsOf(kind: StoredKind): ApiMethod {
  const params = struct(`v1.AttrGetTP${kind.kind}Ids`, {
    TPid: text,
    Limit: int,
    Offset: int,
    SearchTerm: text,
  });
  return storedRead(params, async (asked, { engine, caller }) => {
    requireMembers(asked, ["TPid"]);
    const of = { plan: asked.TPid, kind: kind.kind };
    return pageOf(await engine.storedPlans.names(of, caller.scope), asked);
  });
}

/** The objects of a kind in a plan that are asked for. */
export async function objectsOfPlan(
  plan: string,
  kind: StoredKind,
  { engine, caller }: ApiContext,
  isWanted: (object: Decoded) => boolean = () => true,
): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for await (const object of engine.storedPlans.all({ plan, kind: kind.kind }, caller.scope)) {
    if (isWanted(object)) found.push(object);
  }
  return found;
}
