// Texts that are derived from a tariff: a marked-up deck, one plan as a file, a customer's price list. The
// same in a worker thread and in place.
import { csvLine } from "../../../queries/csv-text.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { type DerivedText, markedUpDeck } from "../../../tariffs/derive/markup.ts";
import { nativeDeck, planText } from "../../../tariffs/derive/plan-text.ts";
import { PRICE_COLUMNS, priceCells, priceListRows } from "../../../tariffs/derive/price-list.ts";
import { type FileForPlan, rowsWithFile } from "../../../tariffs/edit/amended-deck.ts";
import { readTariff } from "../../../tariffs/read-folder.ts";
import type { Fault, Tariff } from "../../../tariffs/tariff.ts";
import { ratesWorkbook } from "../differences/workbook.ts";

type Files = Record<string, string>;

export type DeriveRequest = { files: Files } & (
  | { kind: "markup"; plan: string; atMs: number }
  | { kind: "plan"; plan: string; dialect: Dialect | null }
  | { kind: "prices"; voipPlan: string; atMs: number; before: Files | null; xlsx: boolean }
  | { kind: "amended"; plan: string; deck: FileForPlan; atMs: number }
);

/** `warnings`: of the file that amends; `xlsx`: a price list as a workbook besides, in base64. */
export type DeriveReply =
  | (DerivedText & { warnings?: Fault[]; xlsx?: string })
  | { ok: false; faults: Fault[] };

/** @throws `too-large` for a workbook of too many rows */
export async function derive(request: DeriveRequest): Promise<DeriveReply> {
  const read = readTariff(request.files, { lint: false });
  if (!read.ok) return { ok: false, faults: read.faults };
  const { tariff } = read;
  if (request.kind === "markup") return markedUpDeck(tariff, request.plan, request.atMs);
  if (request.kind === "amended") return amended(tariff, request);
  if (request.kind === "plan") return planText(tariff, request.plan, request.dialect);
  if (request.before === null) return prices(tariff, null, request);
  const before = readTariff(request.before, { lint: false });
  return before.ok ? prices(tariff, before.tariff, request) : { ok: false, faults: before.faults };
}

/** As a native deck. */
function amended(
  tariff: Tariff,
  { plan, deck, atMs }: Extract<DeriveRequest, { kind: "amended" }>,
): DeriveReply {
  const own = [...tariff.retailPlans, ...tariff.carrierPlans].find(({ name }) => name === plan);
  if (own === undefined) return { ok: false, path: "plan", message: `there is no plan ${plan}` };
  const { rows, faults } = rowsWithFile(tariff, own, { deck, nowMs: atMs });
  if (faults.some(({ severity }) => severity === "error")) return { ok: false, faults };
  const text = nativeDeck(rows, own.rules.timeZone);
  return { ok: true, text, rates: rows.length, leftOut: 0, warnings: faults };
}

async function prices(
  tariff: Tariff,
  before: Tariff | null,
  { voipPlan, atMs, xlsx }: Extract<DeriveRequest, { kind: "prices" }>,
): Promise<DeriveReply> {
  const old = before === null ? null : { tariff: before, voipPlan };
  const found = priceListRows({ tariff, voipPlan }, { atMs, before: old });
  if (found === null) {
    return { ok: false, path: "voipPlan", message: `there is no VoIP plan ${voipPlan}` };
  }
  const rows = found.map(priceCells);
  const text = [PRICE_COLUMNS, ...rows].map((cells) => csvLine(cells)).join("");
  const list = { ok: true as const, text, rates: rows.length, leftOut: 0 };
  if (!xlsx) return list;
  const workbook = await ratesWorkbook({ sheet: "prices", columns: PRICE_COLUMNS, rows });
  return { ...list, xlsx: Buffer.from(workbook).toString("base64") };
}
