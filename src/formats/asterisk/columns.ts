// The columns of Asterisk's CDR files: those of cdr_csv, those of the shipped cdr_custom.conf, and a
// mapping of one's own.

/** What both have in the same order. */
const FROM_CHANNEL = [
  "channel",
  "dstchannel",
  "lastapp",
  "lastdata",
  "start",
  "answer",
  "end",
  "duration",
  "billsec",
  "disposition",
  "amaflags",
] as const;

/** cdr_csv writes these 16, then what cdr.conf switches on (asterisk cdr/cdr_csv.c). */
export const CDR_CSV = ["accountcode", "src", "dst", "dcontext", "clid", ...FROM_CHANNEL] as const;
/** `newcdrcolumns = yes`. */
const NEW_COLUMNS = ["peeraccount", "linkedid", "sequence"] as const;

/** The mapping of the cdr_custom.conf that Asterisk ships; before release 1.8 without `sequence`. */
const CDR_CUSTOM = [
  "clid",
  "src",
  "dst",
  "dcontext",
  ...FROM_CHANNEL,
  "accountcode",
  "uniqueid",
  "userfield",
  "sequence",
] as const;

type Columns = readonly string[];

/** A channel's id: an epoch with a counter, after the system's name where it has one. */
const UNIQUE_ID = /^(?:.+-)?\d{9,11}\.\d+$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/;

/** The layouts of `count` columns that need no setting, the likelier first. */
function knownLayouts(fields: readonly string[]): Columns[] {
  const layouts: Columns[] = [];
  const beyond = fields.length - CDR_CSV.length;
  // One column more is either of two settings: the value tells which.
  const only = UNIQUE_ID.test(fields[CDR_CSV.length] ?? "") ? "uniqueid" : "userfield";
  const own = [[], [only], ["uniqueid", "userfield"]];
  for (const [count, names] of own.entries()) {
    if (beyond === count) layouts.push([...CDR_CSV, ...names]);
    if (beyond === count + NEW_COLUMNS.length) layouts.push([...CDR_CSV, ...names, ...NEW_COLUMNS]);
  }
  if (fields.length === CDR_CUSTOM.length) layouts.push(CDR_CUSTOM);
  if (fields.length === CDR_CUSTOM.length - 1) layouts.push(CDR_CUSTOM.slice(0, -1));
  return layouts;
}

/** Whether the times of the line stand where the layout has them: nothing else tells layouts apart. */
function hasTimes(fields: readonly string[], columns: Columns): boolean {
  const value = (name: string) => fields[columns.indexOf(name)]?.trim() ?? "";
  const answer = value("answer");
  return (
    DATE_TIME.test(value("start")) &&
    DATE_TIME.test(value("end")) &&
    (answer === "" || DATE_TIME.test(answer))
  );
}

/**
 * The names of a line's fields: the source's own columns where they fit, else a layout that
 * Asterisk writes by itself; null when none is for a line of this kind.
 */
export function layoutOf(fields: readonly string[], own: Columns | undefined): Columns | null {
  const hasOwnCount = own !== undefined && own.length === fields.length;
  if (hasOwnCount && hasTimes(fields, own)) return own;
  const known = knownLayouts(fields).find((columns) => hasTimes(fields, columns));
  return known ?? (hasOwnCount ? own : null);
}

/** More columns than any CDR has variables. */
const MOST_COLUMNS = 200;

/**
 * The columns of a mapping as it stands in cdr_custom.conf, with its file name or without:
 * `Master.csv => ${CSV_QUOTE(${CDR(clid)})},${CDR(billsec,f)}` is clid and billsec. Another variable
 * or function gives its own name, a constant `columnN`. Null: it is no mapping.
 */
export function columnsOfMapping(mapping: string): string[] | null {
  const text = mapping.replace(/^[^$,"]*=>/, "").trim();
  const parts = topLevelParts(text);
  if (parts.length > MOST_COLUMNS || !text.includes("${")) return null;
  return parts.map((part, index) => {
    const [, variable] = /\bCDR\(\s*([^,)\s]+)/i.exec(part) ?? [];
    const inner = part.slice(Math.max(part.lastIndexOf("${"), 0));
    const [, other] = /^\$\{(?:\w+\()?([\w-]+)/.exec(inner) ?? [];
    return (variable ?? other ?? `column${index + 1}`).toLowerCase();
  });
}

/** The text at its commas, those within braces and parentheses apart. */
function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "{" || sign === "(") depth += 1;
    else if (sign === "}" || sign === ")") depth -= 1;
    else if (sign === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
