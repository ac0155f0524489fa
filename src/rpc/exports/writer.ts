// Exports that are written as jobs, from the params that they were begun with.
import type { ExportWriter } from "../../engine/exports/ports.ts";
import { exportPieces, requireExport } from "../export-request.ts";

export const exportWriter: ExportWriter = {
  check(request, cdrs, scope) {
    const { format } = requireExport({ cdrs }, request, scope);
    return { fileName: `cdrs.${format}` };
  },
  async pieces(request, cdrs, { signal, scope, onRows }) {
    const params = requireExport({ cdrs }, request, scope);
    let rows = 0;
    const onLine = (): void => {
      rows += 1;
      onRows(rows);
    };
    return exportPieces({ cdrs }, params, { scope, signal, onLine });
  },
};
