// Cells of the tables that tariffs are made of: they are read as they stand.

/** Quoted only where it has a sign of CSV itself. `delimiter`: the sign between two cells. */
function cellText(text: string, delimiter = ","): string {
  const isQuoted = text.includes('"') || text.includes(delimiter) || /[\r\n]/.test(text);
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of such a table, without its end. */
export function lineText(cells: readonly string[], delimiter = ","): string {
  return cells.map((cell) => cellText(cell, delimiter)).join(delimiter);
}
