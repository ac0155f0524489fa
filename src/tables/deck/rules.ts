// How the cells of a foreign rate deck are meant: the part of a dialect that is about codes, prices,
// increments and dates. A member that is absent was not asked yet: a cell that needs it is a fault that
// names it.
import { z } from "zod";

const word = z.string().min(1).max(100);
const HYPHENS = ["range", "separator"] as const;

/** What a word of a change column says of its row. */
const CHANGES = ["open", "closed", "blocked", "left-out"] as const;
export type Change = (typeof CHANGES)[number];

/** Texts of the code column that are the default row, beside those that a dialect names. */
export const DEFAULT_CODES: readonly string[] = [
  ...["*", "default", "any", "rest of world", "rest of the world", "row"],
  ...["rest der welt", "resto del mundo", "resto do mundo", "resto del mondo", "reste du monde"],
];

export const deckRules = z
  .strictObject({
    decimal: z
      .enum([".", ","])
      .optional()
      .describe("the decimal sign of prices; absent: the point, and a comma is asked about"),
    grouping: z
      .enum([".", ",", " ", "'"])
      .optional()
      .describe("the sign between thousands of prices; absent: there is none"),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "three capital letters")
      .optional()
      .describe("the currency that the file names; the plan must have the same one"),
    minorUnits: z.boolean().optional().describe("prices are in hundredths of the currency (cents)"),
    unitSeconds: z
      .union([z.int().min(1).max(86_400), z.literal("interval")])
      .optional()
      .describe("seconds that a price is for, or `interval`: one next interval; absent: 60"),
    intervals: z
      .string()
      .max(40)
      .optional()
      .describe("first and next interval of rows that say none, such as 60/1"),
    intervalsFor: z
      .record(word, z.string().max(40))
      .optional()
      .describe(
        "the same of destinations whose name begins so, such as Brazil: 30/6; the longest name counts",
      ),
    hyphen: z
      .enum(HYPHENS)
      .optional()
      .describe("a hyphen in a code: from one code to another, or between the parts of one"),
    countryHyphen: z
      .enum(HYPHENS)
      .optional()
      .describe("the same in the column of the country code"),
    blanks: z
      .enum(["list", "nothing"])
      .optional()
      .describe("a blank in a code: between two codes, or within one"),
    commas: z
      .enum(["list", "nothing"])
      .optional()
      .describe(
        "a comma in a code: between two codes, or the sign that a spreadsheet puts between thousands (44,790); absent: list",
      ),
    strip: z
      .string()
      .max(200)
      .regex(/^(?:\d{1,10}(?:,\d{1,10})*)?$/, "digits, with commas between several")
      .optional()
      .describe(
        "digits that codes begin with and that are no part of them, such as 011; absent: 00",
      ),
    add: z
      .string()
      .regex(/^\d{0,10}$/, "digits")
      .optional()
      .describe("digits that are put in front of every code, such as the 1 of an NPANXX"),
    codeMarks: z
      .enum(["refuse", "drop"])
      .optional()
      .describe("letters behind the digits of a code, as in 93(C): the row is refused, or they go"),
    emptyCode: z
      .enum(["refuse", "default", "above", "left-out"])
      .optional()
      .describe("a row without a code: refused, the default row, the code above, or left out"),
    defaultCodes: z
      .array(word)
      .max(20)
      .optional()
      .describe("texts of the code column that are the default row, besides `*`"),
    negativePrice: z
      .enum(["blocked", "price", "refuse"])
      .optional()
      .describe("a price below zero: the code is blocked, or it is a price"),
    emptyPrice: z
      .enum(["refuse", "blocked", "left-out"])
      .optional()
      .describe("a row without a price: refused, blocked, or left out"),
    words: z
      .record(word, z.enum(CHANGES))
      .optional()
      .describe("what words of the change column, or in place of a price, say of their row"),
    endDate: z
      .enum(["exclusive", "inclusive"])
      .optional()
      .describe("whether the price still holds on the day that it ends"),
    timeZone: z.string().max(64).optional().describe("zone of the dates; absent: that of the plan"),
    effectiveFrom: z
      .string()
      .max(40)
      .optional()
      .describe("from when rows hold that say no date; empty: always"),
    list: z
      .enum(["full", "amendment"])
      .optional()
      .describe("a code that the file does not have: closed, or as it was before"),
    refusedRows: z
      .enum(["refuse", "left-out"])
      .optional()
      .describe("a row that cannot be read: the whole deck is refused, or the row is left out"),
  })
  .meta({ id: "DeckRules" });

export type DeckRules = z.output<typeof deckRules>;

/** Why a cell is not understood; `doubt`: the member of the dialect that would say it. */
export type CellFault =
  | { code: "dialect-doubt"; detail: string }
  | {
      code:
        | "invalid-prefix"
        | "mangled-prefix"
        | "range-too-wide"
        | "not-a-decimal"
        | "decimal-comma"
        | "invalid-date"
        | "not-whole"
        | "other-currency"
        | "unknown-word";
      detail: string;
    };

export type CellRead<Value> = { ok: true; value: Value } | ({ ok: false } & CellFault);

/** A fault that an answer would mend. */
export function doubt(text: string, member: string, answers: readonly string[]) {
  const detail = `${quotedCell(text)}: the dialect does not say deck.${member}: ${answers.join(" or ")}.`;
  return { ok: false, code: "dialect-doubt", detail } as const;
}

/** The text in quotes for a message, cut where it is long. */
export function quotedCell(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
