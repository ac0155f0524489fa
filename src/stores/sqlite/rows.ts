// CDRs as rows: the columns that queries touch, beside primary fields, extra and rating as JSON.
import type {
  Cdr,
  CdrContent,
  CdrOrigin,
  CdrWarning,
  HistoryEntry,
  PrimaryFields,
  StoredCdr,
} from "../../cdr/cdr.ts";
import { type JsonObject, jsonOf } from "../../cdr/json.ts";
import type { Rating } from "../../cdr/rating.ts";
import { isTimed } from "../../cdr/usage.ts";
import { splitAmount } from "../amount-parts.ts";
import { readStored } from "../key-faults.ts";
import type { NewCdr } from "../ports/cdrs.ts";
import { callTimeMs, setupKeyMs } from "../sort-keys.ts";

/** Values to bind, by column name. */
export type ColumnValues = Record<string, string | number | Uint8Array | null>;

const ID = /^[0-9a-f]{40}$/;

/** The 20 bytes of a CDR id; null when the text is not one, so that nothing is found by it. */
export function idBytes(id: string): Buffer | null {
  return ID.test(id) ? Buffer.from(id, "hex") : null;
}

/** Amounts as two integers each; those that do not fit are left to the text of the rating. */
function moneyColumns({ sell, buy, margin }: Rating) {
  const [sold, bought, gained] = [partsOf(sell), partsOf(buy), partsOf(margin)];
  return {
    has_long_amount: [sold, bought, gained].includes(TOO_LONG) ? 1 : 0,
    sell_units: sold.units,
    sell_parts: sold.parts,
    buy_units: bought.units,
    buy_parts: bought.parts,
    margin_units: gained.units,
    margin_parts: gained.parts,
  };
}

const NO_AMOUNT = { units: null, parts: null };
const TOO_LONG = { units: null, parts: null };

function partsOf(side: { amount: string | null } | null) {
  const amount = side?.amount ?? null;
  return amount === null ? NO_AMOUNT : (splitAmount(amount) ?? TOO_LONG);
}

function billedMs(side: Rating["sell"]): number {
  return Math.round((side?.billedSeconds ?? 0) * 1000);
}

/** Columns that a new rating of a CDR replaces. */
export function ratingColumns(rating: Rating): ColumnValues {
  const { sell, buy } = rating;
  const destination = rating.normalized.destination;
  const carrier = buy?.carrier ?? null;
  return {
    revision: rating.revision,
    outcome: rating.outcome,
    reason: rating.reason ?? null,
    tariff_version: rating.tariffVersion,
    normalized: destination.normalized,
    country: destination.country,
    prefix: (sell ?? buy)?.prefix ?? null,
    destination_name: (sell ?? buy)?.destination ?? null,
    carrier,
    carrier_key: carrier?.toLowerCase() ?? null,
    currency: (sell ?? buy)?.currency ?? null,
    buy_currency: buy?.currency ?? null,
    ...moneyColumns(rating),
    billed_ms: billedMs(sell),
    buy_billed_ms: billedMs(buy),
    rating: JSON.stringify(rating),
  };
}

/** Columns that a new content revision of a CDR replaces. */
export function contentColumns(content: CdrContent, receivedAtMs: number): ColumnValues {
  const { primary } = content;
  return {
    call_ms: callTimeMs(primary, receivedAtMs),
    setup_key_ms: setupKeyMs(primary, receivedAtMs),
    account: primary.account,
    subject: primary.subject,
    category: primary.category,
    destination: primary.destination,
    usage: primary.usage,
    is_timed: isTimed(primary.tor) ? 1 : 0,
    pdd_ms: primary.pddMs ?? null,
    answer_ms: primary.answerTime?.atMs ?? null,
    setup_ms: primary.setupTime?.atMs ?? null,
    disconnect_cause: primary.disconnectCause ?? null,
    caller_number: primary.callerNumber ?? null,
    call_direction: primary.callDirection ?? null,
    queue: primary.queue ?? null,
    agent: primary.agent ?? null,
    trunk: primary.trunk ?? null,
    duration_ms: primary.durationMs ?? null,
    content_hash: content.contentHash,
    primary_fields: JSON.stringify(primary),
    extra: jsonOf(content.extra),
    warnings: content.warnings === undefined ? null : JSON.stringify(content.warnings),
  };
}

/** Columns that another origin of a CDR replaces. */
export function originColumns(origin: CdrOrigin): ColumnValues {
  return {
    source: origin.source,
    leg: origin.leg ?? null,
    call_id: origin.callId ?? null,
    batch_id: origin.batchId ?? null,
    batch_line: origin.batchLine ?? null,
    billed_sides: origin.billedSides ?? null,
    rule_set: origin.ruleSet ?? null,
  };
}

/** All columns of a new CDR; throws a RangeError when its id is not 40 lower-case hex digits. */
export function cdrColumns(cdr: NewCdr): ColumnValues {
  const id = idBytes(cdr.id);
  if (id === null) throw new RangeError(`not a CDR id: ${cdr.id}`);
  return {
    id,
    tenant: cdr.tenant,
    received_ms: cdr.receivedAtMs,
    masked_ms: cdr.maskedAtMs ?? null,
    ...originColumns(cdr),
    ...contentColumns(cdr, cdr.receivedAtMs),
    ...ratingColumns(cdr.rating),
  };
}

/** What a query selects to rebuild CDRs. */
export const STORED_COLUMNS = `seq, id, tenant, source, received_ms, leg, call_id, batch_id,
  batch_line, billed_sides, rule_set, content_hash, primary_fields, extra, rating, warnings, masked_ms,
  (SELECT group_concat(entry, ',' ORDER BY h.revision) FROM cdr_history h WHERE h.seq = cdr.seq)
    AS history`;

export interface StoredRow {
  seq: number;
  id: Buffer;
  tenant: string;
  source: string;
  received_ms: number;
  leg: Cdr["leg"] | null;
  call_id: string | null;
  batch_id: string | null;
  batch_line: number | null;
  billed_sides: Cdr["billedSides"] | null;
  rule_set: string | null;
  content_hash: string;
  primary_fields: string;
  extra: string;
  rating: string;
  warnings: string | null;
  masked_ms: number | null;
  history: string | null;
}

/** A row as it leaves its thread: texts and numbers, of which the asking side makes the CDR. */
export type SentRow = Omit<StoredRow, "id" | "seq"> & { id: string };

/** The same object, whose id is text from now on: a copy of each row would cost more than its read. */
export function sentRow(row: StoredRow): SentRow {
  return Object.assign(row, { id: row.id.toString("hex") });
}

/** New CDRs as values to bind, each in the order of the names: the id as hex, the tenant, the rest. */
export interface NewRows {
  names: string[];
  rows: ColumnValues[string][][];
}

/** @throws a RangeError when an id is not 40 lower-case hex digits */
export function newRows(cdrs: readonly NewCdr[]): NewRows {
  let names: string[] = [];
  const rows = cdrs.map((cdr, index) => {
    const columns = cdrColumns(cdr);
    if (index === 0) names = Object.keys(columns);
    const values = Object.values(columns);
    values[0] = cdr.id;
    return values;
  });
  return { names, rows };
}

/** Text that is some other JSON is as broken as text that is none. */
function parseObject<T extends object>(text: string): T {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null) return value as T;
  throw new TypeError(`${text.slice(0, 20)} is no object`);
}

export function rowContent(
  row: Pick<StoredRow, "primary_fields" | "extra" | "content_hash" | "warnings">,
): CdrContent {
  return {
    primary: parseObject<PrimaryFields>(row.primary_fields),
    extra: parseObject<JsonObject>(row.extra),
    contentHash: row.content_hash,
    ...(row.warnings !== null && { warnings: JSON.parse(row.warnings) as CdrWarning[] }),
  };
}

/** @throws an error that names the CDR, where its row is broken */
export function rowToCdr(row: StoredRow | SentRow): StoredCdr {
  const id = typeof row.id === "string" ? row.id : row.id.toString("hex");
  return readStored(id, () => readRow(id, row));
}

function readRow(id: string, row: StoredRow | SentRow): StoredCdr {
  const history = row.history === null ? [] : (JSON.parse(`[${row.history}]`) as HistoryEntry[]);
  return {
    id,
    tenant: row.tenant,
    source: row.source,
    receivedAtMs: row.received_ms,
    ...(row.masked_ms !== null && { maskedAtMs: row.masked_ms }),
    ...(row.leg != null && { leg: row.leg }),
    ...(row.call_id !== null && { callId: row.call_id }),
    ...(row.batch_id !== null && { batchId: row.batch_id }),
    ...(row.batch_line !== null && { batchLine: row.batch_line }),
    ...(row.billed_sides != null && { billedSides: row.billed_sides }),
    ...(row.rule_set !== null && { ruleSet: row.rule_set }),
    ...rowContent(row),
    rating: parseObject<Rating>(row.rating),
    history,
  };
}

/** The bytes of what is large in a row: a column that cannot be read counts as none. */
export function bytesOf(row: Pick<StoredRow, "primary_fields" | "extra" | "rating" | "history">) {
  const texts = [row.primary_fields, row.extra, row.rating, row.history];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}
