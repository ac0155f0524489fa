// Splits named values into primary fields, by their accepted spellings, and extra fields.
import type { Json } from "../cdr/json.ts";
import {
  FIELD_SPELLINGS,
  type FieldMap,
  PRIMARY_FIELD_NAMES,
  type PrimaryFieldName,
} from "../cdr/primary-fields.ts";
import { extracted } from "./extract.ts";
import type { RawCdr } from "./format.ts";

interface Spelling {
  field: PrimaryFieldName;
  rank: number;
}

interface Candidate {
  name: string;
  value: Json;
  rank: number;
}

type Spellings = ReadonlyMap<string, Spelling>;

const STANDARD_SPELLINGS = spellingsOf({});

/** Whether a name is a spelling of a primary field in forms and RPC. */
export function isStandardSpelling(name: string): boolean {
  return STANDARD_SPELLINGS.has(name.toLowerCase());
}

/**
 * Names match without regard to case. Of several spellings of a field the best one that is not
 * empty wins; the others stay extra under the names they came with.
 */
export function splitFields(fields: Iterable<[string, Json]>, fieldMap?: FieldMap): RawCdr {
  const spellings = fieldMap === undefined ? STANDARD_SPELLINGS : spellingsOf(fieldMap);
  const candidates = new Map<PrimaryFieldName, Candidate[]>();
  const extra: [string, Json][] = [];
  const read = new Map<string, Json>();
  for (const [name, value] of fields) {
    if (fieldMap !== undefined) read.set(name.toLowerCase(), value);
    const spelling = spellings.get(name.toLowerCase());
    if (spelling === undefined) {
      extra.push([name, value]);
      continue;
    }
    const rivals = candidates.get(spelling.field) ?? [];
    rivals.push({ name, value, rank: spelling.rank });
    candidates.set(spelling.field, rivals);
  }
  for (const { field, candidate } of partsOf(fieldMap, [...read])) {
    candidates.set(field, [...(candidates.get(field) ?? []), candidate]);
  }
  const primary: [string, Json][] = [];
  for (const [field, rivals] of candidates) {
    const [winner, ...losers] = rivals.sort(byPreference);
    if (winner !== undefined) {
      primary.push([field, winner.value]);
    }
    // A part of a field is no field of the record.
    const named = losers.filter(({ name }) => name !== "");
    extra.push(...named.map(({ name, value }): [string, Json] => [name, value]));
  }
  return { primary: Object.fromEntries(primary), extra: Object.fromEntries(extra), warnings: [] };
}

/** What the named extractors find, each under no name of its own. */
function partsOf(
  fieldMap: FieldMap | undefined,
  read: [string, Json][],
): { field: PrimaryFieldName; candidate: Candidate }[] {
  if (fieldMap === undefined) return [];
  const values = new Map(read);
  return PRIMARY_FIELD_NAMES.flatMap((field) =>
    (fieldMap[field] ?? []).flatMap((source, rank) => {
      if (typeof source === "string") return [];
      const value = extracted(source.extract, values.get(source.from.toLowerCase()));
      return value === undefined ? [] : [{ field, candidate: { name: "", value, rank } }];
    }),
  );
}

/** Whether a value says nothing: null or empty text. */
function isEmptyValue(value: Json | undefined): value is "" | null | undefined {
  return value === undefined || value === null || value === "";
}

function byPreference(left: Candidate, right: Candidate): number {
  return (
    Number(isEmptyValue(left.value)) - Number(isEmptyValue(right.value)) || left.rank - right.rank
  );
}

function spellingsOf(fieldMap: FieldMap): Spellings {
  const spellings = new Map<string, Spelling>();
  for (const field of PRIMARY_FIELD_NAMES) {
    const names = fieldMap[field] ?? FIELD_SPELLINGS[field];
    names.forEach((name, rank) => {
      if (typeof name !== "string") return;
      spellings.set(name.toLowerCase(), { field, rank });
    });
  }
  return spellings;
}
