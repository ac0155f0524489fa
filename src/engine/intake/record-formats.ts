// The formats that records come in, by the name that suspense keeps, so that a retry reads the
// bytes the same way.
import type { JsonObject } from "../../cdr/json.ts";
import type { FieldMap } from "../../cdr/primary-fields.ts";
import { readCdrObject } from "../../formats/cdr-object.ts";
import { readCgrForm } from "../../formats/cgr-form.ts";
import type { FormatInput, FormatResult } from "../../formats/format.ts";
import { readFreeswitchJson } from "../../formats/freeswitch/json.ts";
import type { SuspenseRecord } from "../../stores/ports/suspense.ts";

type ReadFormat = (input: FormatInput, fieldMap?: FieldMap) => FormatResult;

const FORMATS: Readonly<Record<string, ReadFormat>> = {
  "cgr-form": readCgrForm,
  "freeswitch-json": readFreeswitchJson,
  "cdr-object": readObject,
};

function readObject({ body }: FormatInput, fieldMap?: FieldMap): FormatResult {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return readCdrObject(value as JsonObject, fieldMap);
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  return { ok: false, reason: "not-a-cdr", detail: "The record is not a JSON object." };
}

/** Reads the bytes of a suspended record again; null when its format is not known (any more). */
export function readSuspended(record: SuspenseRecord, fieldMap?: FieldMap): FormatResult | null {
  const read = Object.hasOwn(FORMATS, record.format) ? FORMATS[record.format] : undefined;
  if (read === undefined) return null;
  const query = record.query ?? "";
  // A record that came in the query alone is kept as that text: it must not be read twice.
  const isQuery = query !== "" && Buffer.from(query, "utf8").equals(record.bytes);
  const body = isQuery ? new Uint8Array() : record.bytes;
  return read({ body, query, contentType: record.contentType ?? null }, fieldMap);
}
