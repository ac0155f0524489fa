// Goal: only what may be a date is read as one. Method: rows of our own.
import { describe, expect, it } from "vitest";
import { TABLE_LAYOUTS } from "../../../src/formats/tables/layouts.ts";
import { rowFields } from "../../../src/formats/tables/row-fields.ts";
import { dialectSchema } from "../../../src/tables/dialect.ts";

const layout = TABLE_LAYOUTS["csv"] ?? { dialect: {}, fields: {} };

function fieldsOf(cells: Record<string, string>, map: Record<string, string> = {}) {
  const columns = Object.keys(cells);
  const values = Object.values(cells);
  const row = { kind: "row" as const, line: 2, text: "", cells: values, surplus: [] };
  const dialect = dialectSchema.parse({ dateOrder: "dmy", map });
  return Object.fromEntries(
    rowFields({ ...row, width: columns.length }, columns, { dialect, layout }) ?? [],
  );
}

describe("a cell that looks as a date", () => {
  const DATE = "08-12-2026";

  it.each(["destination", "callerNumber", "Account", "subject", "carrier", "accid", "cdrhost"])(
    "is what it is where it is the %s",
    (name) => expect(fieldsOf({ [name]: DATE })).toEqual({ [name]: DATE }),
  );

  it("is one by the field that it is mapped to, and in every other column", () => {
    expect(fieldsOf({ a: DATE, b: DATE, c: DATE }, { destination: "a", setupTime: "b" })).toEqual({
      destination: DATE,
      setupTime: "2026-12-08 00:00:00",
      c: "2026-12-08 00:00:00",
    });
  });

  it("is none with a month, a day or a year that no call has", () => {
    const cells = { a: "08-12-3456", b: "08-13-2026", c: "32-12-2026" };
    expect(fieldsOf(cells)).toEqual(cells);
  });
});
