// The records of a file as arrivals, read and understood the same way by the preview and the run.
import type { Scope } from "../../access/scope.ts";
import type { Cdr } from "../../cdr/cdr.ts";
import type { Format, FormatResult } from "../../formats/format.ts";
import { FORMATS } from "../../formats/formats.ts";
import type { ImportFormat } from "../../formats/tables/file-formats.ts";
import { type MediationResult, mediate } from "../../mediation/mediate.ts";
import {
  recordRulesOf,
  type SourceSettings,
  sourceNamed,
} from "../../mediation/source-settings.ts";
import { dialectSchema } from "../../tables/dialect.ts";
import type { KeptFiles } from "../files/kept.ts";
import type { Arrival } from "../intake/arrival.ts";
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
        ...(unit.occurrence === undefined ? {} : { occurrence: unit.occurrence }),
      };
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

/** A refusal names the line of the file. */
function readUnit({ fault, line }: Unit, arrival: Arrival): FormatResult {
  if (fault !== undefined) return { ok: false, ...fault };
  const read = readArrival(arrival);
  return read.ok ? read : { ...read, detail: `Line ${line}: ${read.detail}` };
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
