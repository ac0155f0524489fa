// Methods whose work has another road here: they say which, in the engine's words where it has them.
import { bool, embedded, struct, texts } from "../codec/go-type.ts";
import { ApiError, type ApiMethod, type Service } from "../method.ts";
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

export const apierExports: Service = { ExportCDRs: exportCdrs };
