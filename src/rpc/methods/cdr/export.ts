// JSON-RPC: a link that answers the CDRs of a filter as a file.
import { z } from "zod";
import { exportLink, exportOf, exportParameters } from "../../export-request.ts";
import { EXPORT_TYPES } from "../../exports/formats.ts";
import { method } from "../../method.ts";

export const exportMethod = method({
  name: "cdr.export",
  summary:
    "A link that streams the CDRs of a filter as CSV, JSON lines, JSON, YAML, HTML or a workbook, with their sums at the end; POST /export takes the same params.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["too-large"],
  params: exportParameters,
  result: z.object({
    /** Relative to the service; GET it with the same credentials. It does not expire. */
    link: z.string(),
    fileName: z.string(),
    contentType: z.string(),
    /** Null: each record is a whole CDR. */
    columns: z.array(z.string()).nullable(),
  }),
  example: { filter: { accounts: ["1001"] }, format: "csv", columns: ["id", "sellAmount"] },
  async run(params, { engine, caller }) {
    const { format } = params;
    const { columns } = exportOf(engine, params, caller.scope);
    return {
      link: exportLink(exportParameters.encode(params)),
      fileName: `cdrs.${format}`,
      contentType: EXPORT_TYPES[format],
      columns,
    };
  },
});
