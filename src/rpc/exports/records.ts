// CDRs as JSON lines, as one JSON array, and as YAML: whole, or the columns asked for.
import { stringify } from "yaml";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { ExportFormat } from "../../engine/records/export.ts";
import { cellWriter } from "../../queries/cell-writer.ts";
import type { TimeWriting } from "../../queries/written-time.ts";
import { cdrView } from "../cdr-view.ts";
import { summaryView } from "../summary-view.ts";

/** Null: the CDR whole, as `cdr.get` answers it. */
function recordOf(columns: readonly string[] | null, writing: TimeWriting) {
  if (columns === null) return cdrView;
  const cells = cellWriter(columns, writing);
  return (cdr: StoredCdr): unknown => {
    const values = cells(cdr);
    return Object.fromEntries(columns.map((name, index) => [name, values[index]]));
  };
}

type Asked = TimeWriting & { columns: readonly string[] | null };

/** The last line has the members `sums` and `calls`. */
export function linesFormat({ columns, ...writing }: Asked): ExportFormat {
  const record = recordOf(columns, writing);
  return {
    header: "",
    line: (cdr) => `${JSON.stringify(record(cdr))}\n`,
    footer: (sums, calls) => `${JSON.stringify({ sums: sums.map(summaryView), calls })}\n`,
  };
}

/** One array, a CDR a line: one that broke off lacks its bracket. Sums have no place in it. */
export function arrayFormat({ columns, ...writing }: Asked): ExportFormat {
  const record = recordOf(columns, writing);
  let count = 0;
  return {
    header: "[\n",
    line(cdr) {
      count += 1;
      return `${count > 1 ? ",\n" : ""}${JSON.stringify(record(cdr))}`;
    },
    footer: () => `${count > 0 ? "\n" : ""}]\n`,
  };
}

/** Every text is quoted, so that no reader takes `NO` for a boolean or `0123` for a number. */
const QUOTED = {
  defaultStringType: "QUOTE_DOUBLE",
  defaultKeyType: "PLAIN",
  lineWidth: 0,
} as const;

/** A list; what stands at the end is a comment. */
export function yamlFormat({ columns, ...writing }: Asked): ExportFormat {
  const record = recordOf(columns, writing);
  let count = 0;
  return {
    header: "",
    line(cdr) {
      count += 1;
      // Without members that are undefined, which YAML would write.
      return stringify([JSON.parse(JSON.stringify(record(cdr)))], QUOTED);
    },
    footer: (_sums, calls) => `${count > 0 ? "" : "[]\n"}# end: calls=${calls}\n`,
  };
}
