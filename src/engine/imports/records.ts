// The records of a file as arrivals, read and understood the same way by the preview and the run.
import type { Scope } from "../../access/scope.ts";
import type { Cdr } from "../../cdr/cdr.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { Format, FormatRefusal, FormatResult } from "../../formats/format.ts";
import { FORMATS } from "../../formats/formats.ts";
import type { ImportFormat } from "../../formats/tables/file-formats.ts";
import { decodeRecord } from "../../formats/utf8-text.ts";
import { type MediationResult, mediate } from "../../mediation/mediate.ts";
import {
  recordRulesOf,
  type SourceSettings,
  sourceNamed,
} from "../../mediation/source-settings.ts";
import { dialectSchema } from "../../tables/dialect.ts";
import type { KeptFiles } from "../files/kept.ts";
import type { Arrival, FieldFault } from "../intake/arrival.ts";
import { readArrival } from "../intake/record-formats.ts";
import type { Clock } from "../ports.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import type { ImportRequest } from "./job.ts";
import { importFormat } from "./layout.ts";
import { type Unit, unitsOf } from "./units.ts";

export interface ImportParts {
  uploads: KeptFiles;
  sources: readonly SourceSettings[];
  clock: Clock;
  snapshots: Pick<Snapshots, "semanticsAt">;
}

export interface ImportRecord {
  unit: Unit;
  arrival: Arrival;
  read: FormatResult;
}

/** Records handled at once. */
const PAGE = 500;

/** Pages of records, those after the first `skipped` ones. */
export async function* importRecords(
  parts: ImportParts,
  request: ImportRequest,
  skipped: number,
): AsyncGenerator<ImportRecord[], void> {
  const format = importFormat(request.format);
  const dialect = dialectSchema.parse(request.dialect);
  const source = { ...sourceNamed(parts.sources, request.source), name: request.source };
  const scope: Scope = { tenants: request.tenants, seesBuy: true };
  let page: ImportRecord[] = [];
  const isWhole = isWholeLine(format, source);
  const pieces = parts.uploads.pieces(request.upload);
  for await (const units of unitsOf(pieces, { format, dialect, isWhole })) {
    for (const unit of units) {
      if (unit.number <= skipped) continue;
      const arrival: Arrival = {
        source,
        format: unit.format ?? format.kept,
        bytes: unit.bytes,
        batch: { id: request.batch, line: unit.number, keepsOutcome: true },
        isPatient: true,
        scope,
        placed: (fault) => placedFault(unit, arrival, fault),
        ...(unit.occurrence === undefined ? {} : { occurrence: unit.occurrence }),
      };
      if (isTurnOver()) await ownTurn();
      page.push({ unit, arrival, read: readUnit(unit, arrival) });
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

function isWholeLine({ kept }: ImportFormat, source: SourceSettings): (line: string) => boolean {
  const { lines } = FORMATS[kept] as Format;
  const rules = recordRulesOf(source);
  return (line) => lines?.isWhole(line, rules) ?? true;
}

/** A refusal names line and column of the file. */
function readUnit(unit: Unit, arrival: Arrival): FormatResult {
  const { fault } = unit;
  if (fault?.isPlaced === true) return { ok: false, ...fault };
  const read: FormatResult = fault === undefined ? readArrival(arrival) : { ok: false, ...fault };
  return read.ok ? read : { ...read, detail: placedText(unit, arrival, read) };
}

/** A field is known by the name that it was sent under. */
function placedFault(unit: Unit, arrival: Arrival, { raw, field, detail }: FieldFault): string {
  const sent = [...(raw.sentNames ?? [])].find(([, meant]) => meant === field)?.[0];
  const [name = field] = field.split(".");
  return placedText(unit, arrival, { detail, at: sent ?? name.toLowerCase() });
}

/** Where a field is not there the record as a whole is meant: its first column. */
function placedText(
  unit: Unit,
  arrival: Arrival,
  { detail, at }: Pick<FormatRefusal, "detail" | "at">,
): string {
  const { line, column } = placeOf(unit, arrival, at) ?? {
    line: unit.line,
    column: unit.column ?? 1,
  };
  return `Line ${line}, column ${column}: ${detail}`;
}

function placeOf(unit: Unit, { format, source, bytes }: Arrival, at: FormatRefusal["at"]) {
  if (at === undefined) return null;
  if (typeof at === "string" && unit.placeOf !== undefined) return unit.placeOf(at);
  const text = decodeRecord(bytes) ?? "";
  const found =
    typeof at === "string" ? FORMATS[format]?.placeOf?.(text, at, recordRulesOf(source)) : at;
  if (found === undefined || found === null) return null;
  const { line, column } = found;
  const before = line === 1 ? (unit.column ?? 1) - 1 : 0;
  return { line: unit.line + line - 1, column: before + column };
}

/** What the intake would make of the record; null: it cannot be read. */
export function understood(
  { clock, snapshots }: ImportParts,
  { arrival, read }: ImportRecord,
): MediationResult | null {
  return read.ok ? mediate(read.raw, arrival.source, clock(), snapshots.semanticsAt) : null;
}

export function keyOf({ tenant, id }: Pick<Cdr, "tenant" | "id">): string {
  return `${id} ${tenant}`;
}
