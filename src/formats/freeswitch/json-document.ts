// The members of a mod_json_cdr document, also of one that is not quite JSON: with raw control
// characters, or encoded twice, where its meaning is certain; in part, where a person corrects it.
import type { Json, JsonObject } from "../../cdr/json.ts";
import type { Reason } from "../../cdr/reasons.ts";
import type { FormatResult, RawCdr } from "../format.ts";
import { salvageJson } from "../json-salvage.ts";
import { escapeControls, type JsonResult, readJson } from "../json-text.ts";
import { asObject } from "./document.ts";
import { hasPlainVariables, repairLossyText } from "./repair.ts";
import { variableTexts } from "./variable-texts.ts";

export type DocumentResult =
  | {
      ok: true;
      members: JsonObject;
      warnings: string[];
      /** The values are plain already: nothing of them is percent-encoded. */
      repaired: boolean;
      /** Of each member of `variables` how it stands in the text; absent: nobody looked, or they do not. */
      texts?: (string | null)[];
      partial?: NonNullable<RawCdr["partial"]>;
    }
  | Extract<FormatResult, { ok: false }>;

interface Reading {
  /** The text came out of a form decoding, where an inner encoding may have been lost. */
  percentEncoded: boolean;
  /** Read what is certain of a broken document. */
  inPart: boolean;
}

export function readJsonDocument(text: string, reading: Reading): DocumentResult {
  const plain = readPlain(text);
  if (plain !== null) return plain;
  const strict = readJson(text);
  if (strict.ok) {
    return whole(strict.value, strict.warnings);
  }
  if (strict.reason !== "broken-json") {
    return strict;
  }
  const mayBeLossy = reading.percentEncoded && text.endsWith("}");
  // An escaped quote is never in a lossy text: its quotes came out of %22.
  const tries =
    mayBeLossy && !text.includes('\\"')
      ? [readRepaired, readEscaped]
      : [readEscaped, ...(mayBeLossy ? [readRepaired] : [])];
  let fault: { reason: Reason; detail: string } = strict;
  for (const read of tries) {
    const result = read(text);
    if (result === null) continue;
    if (result.ok) return result;
    fault = result;
    // Values that cannot be told apart stay so, however the text is read.
    if (hasPlainVariables(text)) break;
  }
  const salvaged = reading.inPart ? salvageJson(escapeControls(text) ?? text) : null;
  if (salvaged === null) {
    return { ok: false, ...fault };
  }
  const { value, unread } = salvaged;
  const warning = `The record is broken (${fault.detail}); not read: ${unread.join(", ")}.`;
  const { reason, detail } = fault;
  return { ...whole(value, [warning]), partial: { reason, detail } };
}

/** So many variables, and so long a text beside them, are within the limits of a document in any case. */
const PLAIN_VARIABLES = 2000;
const PLAIN_REST = 16_000;
const STARTS_WITH_DIGIT = /^\d/;

/**
 * A document as every switch writes it, whose variables need not be counted one by one: they are strings, and as
 * many as their names. What `readJson` answers, or null for any other text, which it then reads.
 */
function readPlain(text: string): DocumentResult | null {
  const found = variableTexts(text);
  if (found === null) return null;
  const { from, to, texts } = found;
  const rest = `${text.slice(0, from)}{}${text.slice(to)}`;
  if (texts.length > PLAIN_VARIABLES || rest.length > PLAIN_REST) return null;
  const read = readJson(rest);
  if (!read.ok || read.warnings.length > 0) return null;
  const members = asObject(read.value);
  let variables: JsonObject;
  try {
    variables = JSON.parse(text.slice(from, to));
  } catch {
    // Whoever reads all of it says what is wrong, and where.
    return null;
  }
  if (Object.keys(variables).length !== texts.length) return null;
  members["variables"] = variables;
  const result = whole(members, []);
  // A member that is named by a number comes before all variables: then no text has its place.
  const isInOrder = !Object.keys(members).some((name) => STARTS_WITH_DIGIT.test(name));
  return isInOrder ? { ...result, texts } : result;
}

function whole(value: Json, warnings: string[]): Extract<DocumentResult, { ok: true }> {
  return { ok: true, members: asObject(value), warnings, repaired: false };
}

function failed({ reason, detail }: Extract<JsonResult, { ok: false }>): DocumentResult {
  return { ok: false, reason, detail };
}

/** Null where no control character is in the way. */
function readEscaped(text: string): DocumentResult | null {
  const escaped = escapeControls(text);
  if (escaped === null) return null;
  const read = readJson(escaped);
  if (!read.ok) return read.reason === "broken-json" ? null : failed(read);
  const warning = "Strings hold raw control characters; they are kept as they are.";
  return whole(read.value, [...read.warnings, warning]);
}

/** What the lossy double encoding has made of a document; null: it has no variables to repair. */
function readRepaired(text: string): DocumentResult | null {
  const repaired = repairLossyText(text);
  const read = repaired === null ? null : readJson(escapeControls(repaired) ?? repaired);
  if (read === null || !read.ok) {
    return {
      ok: false,
      reason: "broken-encoding",
      detail: "Values were encoded twice and cannot be told apart; set encode-values to false.",
    };
  }
  const warning = "The values were encoded twice (encode and encode-values); they are repaired.";
  return { ...whole(read.value, [...read.warnings, warning]), repaired: true };
}
