// What an import would do: each record is read and understood as the run does it, and looked up.
import { seesTenant } from "../../../access/scope.ts";
import type { Cdr, StoredCdr } from "../../../cdr/cdr.ts";
import type { JsonObject } from "../../../cdr/json.ts";
import { momentText } from "../../../cdr/moment.ts";
import { OUTCOMES } from "../../../cdr/rating.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { MediationResult } from "../../../mediation/mediate.ts";
import type { Store } from "../../../stores/store.ts";
import { isCollision, isKnownContent } from "../../intake/known-content.ts";
import type { ImportPreview } from "../job.ts";
import type { Pace } from "../pace.ts";
import { type ImportParts, type ImportRecord, keyOf, understood } from "../records.ts";
import type { SeenInFile } from "./seen.ts";

const SHOWN_ROWS = 10;
const SHOWN_REFUSALS = 20;
export interface PreviewParts extends ImportParts {
  store: Pick<Store, "cdrs">;
  pace: Pace;
}

interface Found {
  preview: ImportPreview;
  seen: SeenInFile;
}

export async function previewPage(
  parts: PreviewParts,
  records: readonly ImportRecord[],
  found: Found,
): Promise<void> {
  await parts.pace.inPieces(records, "previewed", async (piece) => {
    await previewPiece(parts, piece, found);
    return [];
  });
}

async function previewPiece(
  parts: PreviewParts,
  records: readonly ImportRecord[],
  { preview, seen }: Found,
): Promise<void> {
  const cdrs: (Cdr | null)[] = [];
  for (const record of records) {
    if (isTurnOver()) await ownTurn();
    cdrs.push(cdrOf(parts, record, preview));
  }
  const stored = await storedCdrs(
    parts.store,
    cdrs.filter((cdr) => cdr !== null),
  );
  for (const [index, cdr] of cdrs.entries()) {
    preview.lines += 1;
    if (cdr === null) continue;
    const format = records[index]?.arrival.format ?? "";
    const there = stored.get(keyOf(cdr));
    const what = there === undefined ? seen.look(cdr, format) : heldAgainst(there, cdr, format);
    preview[what] += 1;
    if (preview.rows.length < SHOWN_ROWS) preview.rows.push(shownRow(cdr));
  }
}

/** Null where the record would be refused, which is noted. */
function cdrOf(parts: ImportParts, record: ImportRecord, preview: ImportPreview): Cdr | null {
  const { unit, arrival } = record;
  const found = understood(parts, record);
  if (found?.ok === true && seesTenant(arrival.scope, found.cdr.tenant)) return found.cdr;
  const fault = refusalOf(record, found);
  preview.refused += 1;
  preview.reasons[fault.reason] = (preview.reasons[fault.reason] ?? 0) + 1;
  if (preview.refusals.length < SHOWN_REFUSALS) {
    preview.refusals.push({ line: unit.line, reason: fault.reason, detail: fault.detail });
  }
  return null;
}

/** As the run would tell it. */
function refusalOf({ read, arrival }: ImportRecord, found: MediationResult | null) {
  if (!read.ok) return read;
  const fault = found?.ok === false ? found : FOREIGN;
  const { reason, field, detail } = fault;
  return { reason, detail: arrival.placed?.({ raw: read.raw, field, detail }) ?? detail };
}

const FOREIGN = {
  reason: "forbidden",
  field: "tenant",
  detail: "The tenant is none of these credentials.",
};

type Kind = "new" | "same" | "changed";

/** As the intake decides it. */
function heldAgainst(stored: StoredCdr, cdr: Cdr, format: string): Kind {
  return !isCollision(stored, cdr) && isKnownContent(stored, cdr, format) ? "same" : "changed";
}

/** What is stored, by key. */
async function storedCdrs(
  { cdrs }: Pick<Store, "cdrs">,
  wanted: readonly Cdr[],
): Promise<Map<string, StoredCdr>> {
  const found = new Map<string, StoredCdr>();
  if (wanted.length === 0) return found;
  const ids = [...new Set(wanted.map(({ id }) => id))];
  const tenants = [...new Set(wanted.map(({ tenant }) => tenant))];
  // What is voided is priced anew when it comes again: it is new.
  const outcomes = OUTCOMES.filter((outcome) => outcome !== "voided");
  for await (const page of cdrs.scan({ ids, tenants, outcomes: [...outcomes] })) {
    for (const cdr of page) found.set(keyOf(cdr), cdr);
  }
  return found;
}

function shownRow({ primary, extra }: Cdr): JsonObject {
  const row: JsonObject = {};
  for (const [name, value] of Object.entries(primary)) {
    if (value === undefined) continue;
    row[name] = typeof value === "object" ? momentText(value) : value;
  }
  row["usage"] = primary.tor === "*voice" ? primary.usage / 1000 : primary.usage;
  return { ...row, extra };
}
