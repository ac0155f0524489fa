// One row as a table of its own, header and row: what is kept of it says all that is needed to read
// it again, whatever its file was written like.

/** Cells with a quote, a comma or a line end in quotes; lines end in LF. */
export function twoLines(fields: readonly (readonly [string, string])[]): string {
  return `${lineOf(fields.map(([name]) => name))}\n${lineOf(fields.map(([, value]) => value))}\n`;
}

function lineOf(cells: readonly string[]): string {
  return cells.map(cellText).join(",");
}

function cellText(cell: string): string {
  const isPlain = !/[",\r\n]/.test(cell) && cell.trim() === cell;
  return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
}
