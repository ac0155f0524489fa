// Reads the bytes of an arrival, or of a suspended record, by the format that it is named with.
import type { JsonObject } from "../../cdr/json.ts";
import type { Format, FormatResult } from "../../formats/format.ts";
import { FORMATS } from "../../formats/formats.ts";
import { recordRulesOf, type SourceSettings } from "../../mediation/source-settings.ts";
import type { Arrival } from "./arrival.ts";

/** What is kept of a record, which is all that its format needs to read it again. */
export interface KeptRecord {
  format: string;
  bytes: Uint8Array;
  query?: string;
  contentType?: string;
  /** Of a line of a file; not kept in suspense, where equal lines are one record. */
  occurrence?: number;
}

/** Reads a record as its format does; null when the format is not known (any more). */
export function readKept(
  record: KeptRecord,
  source: SourceSettings,
  corrected?: JsonObject,
): FormatResult | null {
  const format: Format | undefined = Object.hasOwn(FORMATS, record.format)
    ? FORMATS[record.format]
    : undefined;
  if (format === undefined) return null;
  const { query = "", contentType = null } = record;
  // A record that came in the query alone is kept as that text: it must not be read twice.
  const isQuery =
    format.queryIsRecord && query !== "" && Buffer.from(query, "utf8").equals(record.bytes);
  const body = isQuery ? new Uint8Array() : record.bytes;
  const rules = recordRulesOf(source);
  const input = { body, query, contentType, rules };
  const { occurrence } = record;
  return format.read(
    {
      ...input,
      ...(occurrence === undefined ? {} : { occurrence }),
      ...(corrected === undefined ? {} : { corrected }),
    },
    source.fieldMap,
  );
}

/** Reads an arrival; its format is one that a route or a method took from the table. */
export function readArrival(arrival: Arrival): FormatResult {
  const read = readKept(arrival, arrival.source);
  if (read === null) throw new Error(`the format ${arrival.format} is not in the table`);
  return read;
}
