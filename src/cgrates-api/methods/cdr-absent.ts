// Methods whose work has another road here: they say which, in the engine's words where it has them.
import { any, bool, embedded, struct, text, texts } from "../codec/go-type.ts";
import { ApiError, type ApiMethod, type Service, serverError } from "../method.ts";
import { filterFields } from "../values/cdr-filter.ts";

/** Exports are settings and methods of their own: no exporter has a name that a client may give. */
const exportCdrs: ApiMethod = {
  params: struct("utils.ArgExportCDRs", {
    ExporterIDs: texts,
    Verbose: bool,
    ...embedded("RPCCDRsFilter", filterFields),
  }),
  permission: "cdr.read",
  writes: false,
  run() {
    throw new ApiError("NOT_CONNECTED: EEs");
  },
};

/** A cost comes from a plan, so that it can be explained: what a session says that it cost is not kept. */
const storeSessionCost: ApiMethod = {
  params: struct("engine.AttrCDRSStoreSMCost", {
    Cost: struct("engine.SMCost", { CGRID: text, RunID: text, CostDetails: any }),
    CheckDuplicate: bool,
  }),
  permission: "cdr.write",
  writes: true,
  run({ Cost }) {
    if (Cost.CGRID === "") throw new ApiError("mandatory information missing: CGRID");
    throw serverError("costs of sessions are not kept: each record is priced by its plan");
  },
};

export const apierExports: Service = { ExportCDRs: exportCdrs };
export const sessionCosts: Service = { StoreSessionCost: storeSessionCost };
