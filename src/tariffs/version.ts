// The canonical text of a tariff folder: what its version is a hash of.

/**
 * One text for one set of files: names in code unit order, each name and text preceded by its
 * length, so that no two different folders give the same text.
 */
export function canonicalFolder(files: Record<string, string>): string {
  return Object.keys(files)
    .toSorted()
    .map((name) => {
      const text = files[name] ?? "";
      return `${name.length}:${name}${text.length}:${text}`;
    })
    .join("");
}
