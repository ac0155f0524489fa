// What a session says that its call cost. The record is priced by its plan, so that its price can be explained;
// what was said is kept with the record.
import { any, bool, duration, map, struct, text } from "../codec/go-type.ts";
import { ApiError, type ApiMethod, type Service, serverError } from "../method.ts";

const storeSessionCost: ApiMethod = {
  params: struct("engine.AttrCDRSStoreSMCost", {
    Cost: struct("engine.SMCost", {
      ...{ CGRID: text, RunID: text, OriginHost: text, OriginID: text, CostSource: text },
      ...{ Usage: duration, CostDetails: map(any) },
    }),
    CheckDuplicate: bool,
  }),
  permission: "cdr.write",
  writes: true,
  async run({ Cost, CheckDuplicate }, { engine, caller }) {
    const { CGRID: id = "", RunID: run = "", CostDetails = {} } = Cost ?? {};
    if (id === "") throw new ApiError("mandatory information missing: CGRID");
    const cost = Number(CostDetails.Cost ?? 0);
    if (!Number.isFinite(cost)) throw serverError("CostDetails.Cost is no number");
    const said = { id, run: run || "*default", cost, replaces: !CheckDuplicate };
    if (!(await engine.sessionCosts.put(said, caller.scope))) throw serverError("EXISTS");
    return "OK";
  },
};

export const sessionCosts: Service = { StoreSessionCost: storeSessionCost };
