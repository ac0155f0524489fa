// Times that the engine takes relative to the load, written as what they are then: a tariff version says
// one thing for ever.
import { lineText } from "../../tariffs/csv/cell-text.ts";
import { forEachRow } from "../folder/csv-rows.ts";
import { createFaultList } from "../folder/fault-list.ts";

/** Column of the activation time in the layout of 0.10. */
const ACTIVATION_COLUMN = 3;
const PROFILE_COLUMNS = 6;

/** The files with `*now` as the time that it is. */
export function asAccepted(
  files: Readonly<Record<string, string>>,
  nowMs: number,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      if (/(^|\/)RatingProfiles\.csv$/.test(name)) return [name, withTimes(text, name, nowMs)];
      return [name, text];
    }),
  );
}

/** `*now` alone; other relative times stay the faults that they are. */
function withTimes(text: string, file: string, nowMs: number): string {
  if (!text.includes("*now")) return text;
  const now = new Date(nowMs).toISOString();
  const rows: string[] = [];
  forEachRow({ file, text, faults: createFaultList() }, ({ fields }) => {
    const isNow = fields.length === PROFILE_COLUMNS && fields[ACTIVATION_COLUMN] === "*now";
    rows.push(csvRow(isNow ? fields.with(ACTIVATION_COLUMN, now) : fields));
  });
  return rows.join("");
}

/** A line of CSV. */
export function csvRow(fields: readonly string[]): string {
  return `${lineText(fields)}\n`;
}
