// Which column a field is read from: by its name, else by its number.

/** Fields by the index of their column, and the names in a map that no column has. */
export function columnsOfFields(
  columns: readonly string[],
  map: Readonly<Record<string, string>>,
): { fields: Map<number, string[]>; missing: string[] } {
  const fields = new Map<number, string[]>();
  const missing: string[] = [];
  for (const [field, from] of Object.entries(map)) {
    if (from === "") continue;
    const index = indexOfColumn(columns, from);
    if (index === null) missing.push(from);
    else fields.set(index, [...(fields.get(index) ?? []), field]);
  }
  return { fields, missing };
}

/** Names count without regard to case where no other column differs by it alone. */
function indexOfColumn(columns: readonly string[], from: string): number | null {
  const exact = columns.indexOf(from);
  if (exact >= 0) return exact;
  const folded = from.trim().toLowerCase();
  const alike = columns.flatMap((name, index) => (name.toLowerCase() === folded ? [index] : []));
  if (alike.length === 1) return alike[0] ?? null;
  const number = /^\d{1,4}$/.test(folded) ? Number(folded) : 0;
  return number >= 1 && number <= columns.length ? number - 1 : null;
}
