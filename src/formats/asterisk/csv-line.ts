// One line of Asterisk's CDR files as its fields.

export interface CsvLine {
  fields: string[];
  /** Index in the line at which each of them begins. */
  starts: number[];
  /** Numbers (from 1) of the fields with a quote in them that is not doubled. */
  oddQuotes: number[];
}

/**
 * Strings stand in quotes, a quote inside is doubled, numbers and an absent time are bare. A quote
 * that is not doubled, as mappings without CSV_QUOTE write them, ends its field only before a comma or
 * the end of the line. A number: index of the last quote, which is never closed.
 */
export function readCsvLine(line: string): CsvLine | number {
  const fields: string[] = [];
  const starts: number[] = [];
  const oddQuotes: number[] = [];
  let at = 0;
  for (;;) {
    starts.push(at);
    if (line[at] !== '"') {
      const comma = line.indexOf(",", at);
      const end = comma < 0 ? line.length : comma;
      fields.push(line.slice(at, end));
      at = end;
    } else {
      const quoted = readQuoted(line, at + 1);
      if (quoted === null) return at;
      fields.push(quoted.text);
      if (quoted.isOdd) oddQuotes.push(fields.length);
      at = quoted.end;
    }
    if (at >= line.length) return { fields, starts, oddQuotes };
    at += 1;
  }
}

/** From behind the opening quote to behind the closing one. */
function readQuoted(line: string, start: number) {
  let text = "";
  let isOdd = false;
  let from = start;
  for (;;) {
    const quote = line.indexOf('"', from);
    if (quote < 0) return null;
    text += line.slice(from, quote);
    const next = line[quote + 1];
    if (next === undefined || next === ",") return { text, isOdd, end: quote + 1 };
    text += '"';
    isOdd ||= next !== '"';
    from = quote + (next === '"' ? 2 : 1);
  }
}
