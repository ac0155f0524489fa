// How a foreign table is written: data that is found by the sniffer, answered by people, and stored
// by name.
import { z } from "zod";
import { deckRules } from "./deck/rules.ts";

const QUOTINGS = ["standard", "lazy", "loose", "none"] as const;
export const DATE_ORDERS = ["ymd", "dmy", "mdy"] as const;

const word = z.string().min(1).max(256);

/** Labels of encodings that this Node knows. */
function isEncoding(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

/** Whose columns: names and numbers of columns by the field that they become. */
const columnMap = z
  .record(word, z.string().max(256))
  .refine((map) => Object.keys(map).length <= 500, {
    error: "at most 500 fields",
  });

/** What a dialect says, each member by itself. */
const MEMBERS = {
  encoding: z
    .string()
    .max(64)
    .refine(isEncoding, { error: "no encoding that is known, e.g. utf-8, windows-1252" })
    .describe("encoding of the text: utf-8, utf-16le, utf-16be, windows-1252 …"),
  delimiter: z
    .string()
    .length(1)
    .refine((sign) => !'"\r\n'.includes(sign), { error: "no quote and no line end" })
    .describe("the sign between two cells"),
  lineEnd: z.enum(["lf", "cr"]).describe("lf: lines end in LF or CR LF; cr: in CR alone"),
  quoting: z
    .enum(QUOTINGS)
    .describe(
      "standard: a quote inside a quoted cell is doubled; lazy: one that is not doubled is part of the cell up to the quote before a delimiter; loose: a cell with such a quote is taken as it stands; none: quotes mean nothing",
    ),
  firstLine: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe("line of the header, or of the first row; what stands above is a notice"),
  header: z.boolean().describe("whether the first line names the columns"),
  headerDelimiters: z
    .string()
    .min(1)
    .max(4)
    .optional()
    .describe("signs between the names of the header, where they are not those between cells"),
  names: z
    .array(word)
    .max(2000)
    .optional()
    .describe("names of the columns, instead of those of the header"),
  endsAt: z
    .array(word)
    .max(100)
    .describe("a row that begins with one of these words, and all below it, is no record"),
  trim: z.boolean().describe("blanks around a cell are no part of it"),
  ragged: z
    .enum(["refuse", "fill"])
    .describe("a row with too few cells is refused, or its last cells are empty"),
  dateOrder: z
    .enum(DATE_ORDERS)
    .optional()
    .describe("order of day, month and year in dates that are written with / or ."),
  formulas: z
    .enum(["refuse", "values"])
    .describe("a cell with a formula in a workbook: its row is refused, or its kept value counts"),
  sheet: word.optional().describe("name of the sheet of a workbook; absent: the first one"),
  map: columnMap.describe(
    "field → name of its column, or its number from 1 where no column has that name; empty: none",
  ),
  deck: deckRules.optional().describe("how the cells of a rate deck are meant"),
};

/** What is known of a dialect, where the rest is to be found out. */
export const knownDialect = z.strictObject(MEMBERS).partial();

export const dialectSchema = z
  .strictObject({
    encoding: MEMBERS.encoding.default("utf-8"),
    delimiter: MEMBERS.delimiter.default(","),
    lineEnd: MEMBERS.lineEnd.default("lf"),
    quoting: MEMBERS.quoting.default("standard"),
    firstLine: MEMBERS.firstLine.default(1),
    header: MEMBERS.header.default(true),
    headerDelimiters: MEMBERS.headerDelimiters,
    names: MEMBERS.names,
    endsAt: MEMBERS.endsAt.default([]),
    trim: MEMBERS.trim.default(true),
    ragged: MEMBERS.ragged.default("refuse"),
    dateOrder: MEMBERS.dateOrder,
    formulas: MEMBERS.formulas.default("refuse"),
    sheet: MEMBERS.sheet,
    map: MEMBERS.map.default({}),
    deck: MEMBERS.deck,
  })
  .meta({ id: "Dialect" });

export type Dialect = z.output<typeof dialectSchema>;
export type KnownDialect = z.output<typeof knownDialect>;

export const PLAIN_DIALECT: Dialect = dialectSchema.parse({});
