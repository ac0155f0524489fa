// The types that params are declared with: those of the engine's Go structs, whose names stand in the
// texts of errors.

/** Nanoseconds; a JSON number that is whole, as every other `int64`. */
export interface GoType {
  kind: "string" | "bool" | "int" | "float" | "time" | "any" | "slice" | "map" | "struct";
  /** As Go's errors call it. */
  name: string;
  /** Of a slice or a map. */
  of?: GoType;
  /** A struct that may be left out: nothing is said where none is given. */
  isPointer?: boolean;
  /** Of a struct, by their names in lower case. */
  fields?: ReadonlyMap<string, GoField>;
}

export interface GoField {
  /** As the declaration spells it. */
  name: string;
  /** As errors name it: with the struct that it is embedded from. */
  path: string;
  type: GoType;
}

export const text: GoType = { kind: "string", name: "string" };
export const bool: GoType = { kind: "bool", name: "bool" };
export const int: GoType = { kind: "int", name: "int" };
export const float: GoType = { kind: "float", name: "float64" };
export const duration: GoType = { kind: "int", name: "time.Duration" };
/** RFC 3339. */
export const time: GoType = { kind: "time", name: "time.Time" };
export const any: GoType = { kind: "any", name: "interface {}" };
export const texts: GoType = list(text);
export const textMap: GoType = map(text);

export function list(of: GoType): GoType {
  return { kind: "slice", name: `[]${of.name}`, of };
}

export function map(of: GoType): GoType {
  return { kind: "map", name: `map[string]${of.name}`, of };
}

/** @param name with its package, as in `v1.AttrGetCost` */
export function struct(name: string, fields: Record<string, GoType | GoField>): GoType {
  const byName = new Map<string, GoField>();
  for (const [field, type] of Object.entries(fields)) {
    const own = "path" in type ? type : { name: field, path: field, type };
    byName.set(field.toLowerCase(), { ...own, name: field });
  }
  return { kind: "struct", name, fields: byName };
}

/** Fields of a struct that stands in another one without a name of its own. */
export function embedded(name: string, of: GoType): Record<string, GoField> {
  const fields = [...(of.fields?.values() ?? [])];
  return Object.fromEntries(
    fields.map((field) => [field.name, { ...field, path: `${name}.${field.path}` }]),
  );
}
