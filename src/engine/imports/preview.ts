// What an import would do: each record is read and understood as the run does it, and looked up.
import { seesTenant } from "../../access/scope.ts";
import type { Cdr } from "../../cdr/cdr.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { momentText } from "../../cdr/moment.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import type { Store } from "../../stores/store.ts";
import type { ImportPreview } from "./job.ts";
import { type ImportParts, type ImportRecord, keyOf, understood } from "./records.ts";

const SHOWN_ROWS = 10;
const SHOWN_REFUSALS = 20;
/** Records of a file whose repeats within it are found; 8 bytes are kept of each. */
const MOST_SEEN = 5_000_000;

/** Ids and contents that the file had so far. */
export interface SeenInFile {
  ids: Set<number>;
  contents: Set<number>;
}

export function seenInFile(): SeenInFile {
  return { ids: new Set(), contents: new Set() };
}

export async function previewPage(
  parts: ImportParts & { store: Pick<Store, "cdrs"> },
  records: readonly ImportRecord[],
  { preview, seen }: { preview: ImportPreview; seen: SeenInFile },
): Promise<void> {
  const cdrs = records.map((record) => cdrOf(parts, record, preview));
  const stored = await storedContents(
    parts.store,
    cdrs.filter((cdr) => cdr !== null),
  );
  for (const cdr of cdrs) {
    preview.lines += 1;
    if (cdr === null) continue;
    const there = stored.get(keyOf(cdr)) ?? contentInFile(cdr, seen);
    if (there === null) preview.new += 1;
    else if (there.includes(cdr.contentHash)) preview.same += 1;
    else preview.changed += 1;
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

/** Content hashes of what is stored, by key. */
async function storedContents(
  { cdrs }: Pick<Store, "cdrs">,
  wanted: readonly Cdr[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (wanted.length === 0) return found;
  const ids = [...new Set(wanted.map(({ id }) => id))];
  const tenants = [...new Set(wanted.map(({ tenant }) => tenant))];
  // What is voided is priced anew when it comes again: it is new.
  const outcomes = OUTCOMES.filter((outcome) => outcome !== "voided");
  for await (const page of cdrs.scan({ ids, tenants, outcomes: [...outcomes] })) {
    for (const cdr of page) {
      const older = cdr.history.flatMap(({ content }) =>
        content === undefined ? [] : [content.contentHash],
      );
      found.set(keyOf(cdr), [cdr.contentHash, ...older]);
    }
  }
  return found;
}

function contentInFile(cdr: Cdr, { ids, contents }: SeenInFile): string[] | null {
  const id = Number.parseInt(cdr.id.slice(0, 13), 16);
  const content = Number.parseInt(cdr.contentHash.slice(0, 13), 16);
  if (!ids.has(id)) {
    if (ids.size >= MOST_SEEN) return null;
    ids.add(id);
    contents.add(content);
    return null;
  }
  return contents.has(content) ? [cdr.contentHash] : [];
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
