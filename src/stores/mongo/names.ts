// Names of members that MongoDB or its driver would take for something else.

/** A field name without what MongoDB or its driver give a meaning to: `.`, `$`, NUL, `_bsontype`. */
export function encodeName(name: string): string {
  if (name === "") return "%";
  const encoded = name.replaceAll(
    /[%.$\0]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return encoded === "_bsontype" ? "%5fbsontype" : encoded;
}

export function decodeName(name: string): string {
  if (name === "%") return "";
  return name.replaceAll(/%([0-9a-f]{2})/g, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
