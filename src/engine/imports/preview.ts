// What an import would do: each record is read and understood as the run does it, and looked up.
import { seesTenant } from "../../access/scope.ts";
import type { Cdr, StoredCdr } from "../../cdr/cdr.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { momentText } from "../../cdr/moment.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import type { Store } from "../../stores/store.ts";
import { isCollision, isKnownContent, isToldBilled } from "../intake/known-content.ts";
import type { ImportPreview } from "./job.ts";
import { type ImportParts, type ImportRecord, keyOf, understood } from "./records.ts";

const SHOWN_ROWS = 10;
const SHOWN_REFUSALS = 20;
/** Records of a file whose repeats within it are found; 8 bytes are kept of each. */
const MOST_SEEN = 5_000_000;

/** Records whose billed facts are kept, of a switch that tells one call in several ways. */
const MOST_FACTS = 50_000;

/** Ids and contents that the file had so far. */
export interface SeenInFile {
  ids: Set<number>;
  contents: Set<number>;
  /** By key. */
  facts: Map<string, Cdr>;
}

export function seenInFile(): SeenInFile {
  return { ids: new Set(), contents: new Set(), facts: new Map() };
}

export async function previewPage(
  parts: ImportParts & { store: Pick<Store, "cdrs"> },
  records: readonly ImportRecord[],
  { preview, seen }: { preview: ImportPreview; seen: SeenInFile },
): Promise<void> {
  const cdrs = records.map((record) => cdrOf(parts, record, preview));
  const stored = await storedCdrs(
    parts.store,
    cdrs.filter((cdr) => cdr !== null),
  );
  for (const [index, cdr] of cdrs.entries()) {
    preview.lines += 1;
    if (cdr === null) continue;
    const format = records[index]?.arrival.format ?? "";
    const there = stored.get(keyOf(cdr));
    const what = there === undefined ? inFile(cdr, format, seen) : heldAgainst(there, cdr, format);
    preview[what] += 1;
    if (preview.rows.length < SHOWN_ROWS) preview.rows.push(shownRow(cdr));
  }
}

/** Null where the record would be refused, which is noted. */
function cdrOf(parts: ImportParts, record: ImportRecord, preview: ImportPreview): Cdr | null {
  const { read, unit, arrival } = record;
  const found = understood(parts, record);
  if (found?.ok === true && seesTenant(arrival.scope, found.cdr.tenant)) return found.cdr;
  const fault = !read.ok ? read : found?.ok === false ? found : FOREIGN;
  preview.refused += 1;
  preview.reasons[fault.reason] = (preview.reasons[fault.reason] ?? 0) + 1;
  if (preview.refusals.length < SHOWN_REFUSALS) {
    preview.refusals.push({ line: unit.line, reason: fault.reason, detail: fault.detail });
  }
  return null;
}

const FOREIGN = { reason: "forbidden", detail: "The tenant is none of these credentials." };

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

function inFile(cdr: Cdr, format: string, { ids, contents, facts }: SeenInFile): Kind {
  const id = Number.parseInt(cdr.id.slice(0, 13), 16);
  const content = Number.parseInt(cdr.contentHash.slice(0, 13), 16);
  if (ids.has(id)) {
    const first = facts.get(keyOf(cdr));
    if (contents.has(content)) return "same";
    const isAgain = first !== undefined && isKnownContent({ ...first, history: [] }, cdr, format);
    return isAgain ? "same" : "changed";
  }
  if (ids.size >= MOST_SEEN) return "new";
  ids.add(id);
  contents.add(content);
  if (isToldBilled(format) && facts.size < MOST_FACTS) facts.set(keyOf(cdr), cdr);
  return "new";
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
