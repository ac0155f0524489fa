// A price-change notice as tables: what its mail shows and what its file holds.
import type { JsonObject } from "../../../cdr/json.ts";
import type { Word } from "../../../reports/language/words.ts";
import type { RateChange } from "../../../tariffs/diff/compare.ts";
import type { Reading } from "../../reports/sums.ts";
import type { Cell, Content, Table } from "../tables.ts";
import type { PinnedNotice } from "./pinned.ts";
import { type NoticeRow, noticePrices, type PriceNotice, type PriceParts } from "./prices.ts";

const WORD_OF: Partial<Record<RateChange, Word>> = {
  ...{ new: "priceNew", up: "priceUp", down: "priceDown" },
  ...{ terms: "priceTerms", closed: "priceClosed" },
};
/** Columns of a deck that a file has of both sides. */
const COMPARED = [
  ...["rate", "connect_fee", "first_interval", "next_interval", "minimum_seconds"],
  ...["grace_seconds", "minimum_amount", "maximum_amount", "unit_seconds"],
] as const;
/** And of the new one, else the old one: which calls a row is for. */
const PLACE = ["caller_prefix", "tor", "band", "from_second"] as const;
const COLUMNS: readonly string[] = [
  ...["plan", "prefix", "destination", "change", "percent", "currency", "valid_from"],
  ...COMPARED.flatMap((column) => [`old_${column}`, `new_${column}`]),
  ...PLACE,
];
const TEXTS = [
  ...["plan", "prefix", "destination", "change", "currency", "valid_from"],
  ...["caller_prefix", "tor", "band"],
] as const;

/** @throws as `noticePrices` */
export async function noticeContent(
  parts: PriceParts,
  notice: PinnedNotice,
  reading: Reading,
): Promise<Content> {
  return contentOfPrices(notice, await noticePrices(parts, notice, reading));
}

export function contentOfPrices(notice: PinnedNotice, prices: PriceNotice): Content {
  const { rows, plans, zone } = prices;
  return {
    ...{ title: "priceChange", of: notice.account, plot: null },
    ...{ isEmpty: rows.length === 0, nothing: "noPriceChange" },
    tables: [tableOf(rows)],
    whole: { columns: [...COLUMNS], rows: rows.map(wholeRow), texts: TEXTS },
    answer: answerOf(notice, { plans, zone, rows }),
  };
}

type Side = Record<string, string> | null;
type ShownColumn = { column: Table["columns"][number]; cell: (row: NoticeRow) => Cell };

const shown = (
  label: Word,
  kind: ShownColumn["column"]["kind"],
  cell: ShownColumn["cell"],
): ShownColumn => ({ column: { label, kind }, cell });

const rateOf = (side: Side): Cell => (isOpen(side) ? (side?.["rate"] ?? null) : null);
const feeOf = (side: Side): Cell => (isOpen(side) ? (side?.["connect_fee"] ?? null) : null);
const stepsOf = (side: Side): Cell =>
  side !== null && isOpen(side) ? `${side["first_interval"]}/${side["next_interval"]}` : null;

function isOpen(side: Side): boolean {
  return side !== null && (side["status"] ?? "open") === "open";
}

/** Columns that say the same on both sides of every row are left out. */
function tableOf(rows: readonly NoticeRow[]): Table {
  const both = (
    labels: readonly [Word, Word],
    kind: "amount" | "text",
    of: (side: Side) => Cell,
  ) => {
    const isMoved = rows.some(
      (row) => of(row.old) !== null && of(row.new) !== null && of(row.old) !== of(row.new),
    );
    return isMoved
      ? [shown(labels[0], kind, (row) => of(row.old)), shown(labels[1], kind, (row) => of(row.new))]
      : [];
  };
  const columns = [
    shown("prefix", "text", ({ prefix }) => prefix),
    shown("destination", "text", placeOf("destination")),
    ...(rows.some((row) => conditionsOf(row) !== "") ? [shown("terms", "text", conditionsOf)] : []),
    shown("change", "word", ({ change }) => WORD_OF[change] ?? change),
    shown("oldPrice", "amount", (row) => rateOf(row.old)),
    shown("newPrice", "amount", (row) => rateOf(row.new)),
    ...both(["oldFee", "newFee"], "amount", feeOf),
    ...both(["oldSteps", "newSteps"], "text", stepsOf),
    shown("currency", "text", ({ currency }) => currency),
    shown("validFrom", "moment", ({ fromMs }) => fromMs),
  ];
  return {
    ...{ title: null, columns: columns.map(({ column }) => column), last: [] },
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  };
}

function placeOf(column: string): (row: NoticeRow) => string {
  return ({ old, new: fresh }) => (fresh ?? old)?.[column] ?? "";
}

/** Which calls alone a row is for, and the unit where it is no minute. */
function conditionsOf(row: NoticeRow): string {
  const unit = placeOf("unit_seconds")(row);
  const place = PLACE.map((column) => placeOf(column)(row)).filter((text) => text !== "");
  return [...place, ...(unit === "" ? [] : [`/ ${unit} s`])].join(" ");
}

function wholeRow(row: NoticeRow): Cell[] {
  const { plan, prefix, change, percent, currency, fromMs } = row;
  return [
    ...[plan, prefix, placeOf("destination")(row), change, percent, currency, iso(fromMs)],
    ...COMPARED.flatMap((column) => [row.old?.[column] ?? null, row.new?.[column] ?? null]),
    ...PLACE.map((column) => placeOf(column)(row)),
  ];
}

function answerOf(notice: PinnedNotice, { plans, zone, rows }: PriceNotice): JsonObject {
  const { tenant, account, from, to, startMs, called } = notice;
  return {
    ...{ tenant, account, from, to, start: iso(startMs), plans, zone },
    called: called === null ? null : { from: iso(called.fromMs), to: iso(called.toMs) },
    rows: rows.map(({ fromMs, ...row }) => ({
      ...row,
      validFrom: iso(fromMs),
    })) as unknown as JsonObject[],
  };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
