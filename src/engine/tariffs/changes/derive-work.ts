// Texts that are derived from a tariff: a marked-up deck, one plan as a file, a customer's price list. The
// same in a worker thread and in place.
import { csvLine } from "../../../queries/csv-text.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { type DerivedText, markedUpDeck } from "../../../tariffs/derive/markup.ts";
import { planText } from "../../../tariffs/derive/plan-text.ts";
import { PRICE_COLUMNS, priceCells, priceListRows } from "../../../tariffs/derive/price-list.ts";
import { readTariff } from "../../../tariffs/read-folder.ts";
import type { Fault, Tariff } from "../../../tariffs/tariff.ts";

type Files = Record<string, string>;

export type DeriveRequest = { files: Files } & (
  | { kind: "markup"; plan: string; atMs: number }
  | { kind: "plan"; plan: string; dialect: Dialect | null }
  | { kind: "prices"; voipPlan: string; atMs: number; before: Files | null }
);

export type DeriveReply = DerivedText | { ok: false; faults: Fault[] };

export function derive(request: DeriveRequest): DeriveReply {
  const read = readTariff(request.files);
  if (!read.ok) return { ok: false, faults: read.faults };
  const { tariff } = read;
  if (request.kind === "markup") return markedUpDeck(tariff, request.plan, request.atMs);
  if (request.kind === "plan") return planText(tariff, request.plan, request.dialect);
  if (request.before === null) return prices(tariff, null, request);
  const before = readTariff(request.before);
  return before.ok ? prices(tariff, before.tariff, request) : { ok: false, faults: before.faults };
}

function prices(
  tariff: Tariff,
  before: Tariff | null,
  { voipPlan, atMs }: Extract<DeriveRequest, { kind: "prices" }>,
): DerivedText {
  const old = before === null ? null : { tariff: before, voipPlan };
  const rows = priceListRows({ tariff, voipPlan }, { atMs, before: old });
  if (rows === null) {
    return { ok: false, path: "voipPlan", message: `there is no VoIP plan ${voipPlan}` };
  }
  const text = [csvLine(PRICE_COLUMNS), ...rows.map((row) => csvLine(priceCells(row)))].join("");
  return { ok: true, text, rates: rows.length, leftOut: 0 };
}
