// The text of JSON.stringify in pieces of bounded size: however large a value, a list of it or a
// single string is, no step takes longer than some tens of thousands of characters do.

/** Weight of what is written in one step: characters of strings, and some for each value. */
const PIECE_WEIGHT = 65_536;
const VALUE_WEIGHT = 8;

/** Whether JSON.stringify of the whole value is one step. */
export function isShortJson(value: unknown): boolean {
  return weightOf(value, PIECE_WEIGHT) < PIECE_WEIGHT;
}

/** Pieces that together are the text that JSON.stringify gives of a value that is not undefined. */
export function* jsonPieces(value: unknown): Generator<string, void> {
  if (isShortJson(value)) yield textOf(value);
  else if (typeof value === "string") yield* stringPieces(value);
  else if (isNested(value) && !hasOwnText(value)) yield* nestedPieces(value);
  else yield textOf(value);
}

/** Up to `most`: no more of the value is looked at than that. */
function weightOf(value: unknown, most: number): number {
  if (typeof value === "string") return value.length + VALUE_WEIGHT;
  if (!isNested(value)) return VALUE_WEIGHT;
  let weight = VALUE_WEIGHT;
  if (Array.isArray(value)) {
    for (const member of value) {
      if (weight >= most) return weight;
      weight += weightOf(member, most - weight);
    }
    return weight;
  }
  // Every answer is weighed: without a list of its members. What it inherits only adds weight.
  for (const name in value) {
    if (weight >= most) return weight;
    weight += name.length + weightOf((value as Record<string, unknown>)[name], most - weight);
  }
  return weight;
}

function* nestedPieces(value: object): Generator<string, void> {
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  let isFirst = true;
  for (const [name, member] of isList ? value.entries() : Object.entries(value)) {
    // As JSON.stringify: a list has null in place of what is no JSON, an object leaves it out.
    const written = isJson(member) ? member : null;
    if (!isList && !isJson(member)) continue;
    text += `${isFirst ? "" : ","}${isList ? "" : `${JSON.stringify(name)}:`}`;
    isFirst = false;
    for (const piece of jsonPieces(written)) {
      text += piece;
      if (text.length < PIECE_WEIGHT) continue;
      yield text;
      text = "";
    }
  }
  yield text + (isList ? "]" : "}");
}

function* stringPieces(text: string): Generator<string, void> {
  yield '"';
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    yield JSON.stringify(text.slice(start, end)).slice(1, -1);
    start = end;
  }
  yield '"';
}

/** Not between the halves of one character. */
function pieceEnd(text: string, start: number): number {
  const end = start + PIECE_WEIGHT;
  const isHalf = end < text.length && isHighHalf(text.charCodeAt(end - 1));
  return isHalf ? end - 1 : end;
}

function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A date, and whatever else says itself how it is written. */
function hasOwnText(value: object): boolean {
  return "toJSON" in value && typeof value.toJSON === "function";
}

function isJson(value: unknown): boolean {
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}

function textOf(value: unknown): string {
  return JSON.stringify(value);
}
