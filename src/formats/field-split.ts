// Splits named values into primary fields, by their accepted spellings, and extra fields.
import type { Json } from "../cdr/json.ts";
import {
  DESCRIPTIVE_FIELD_NAMES,
  DESCRIPTIVE_SPELLINGS,
  type DescriptiveFieldName,
  FIELD_SPELLINGS,
  type FieldMap,
  type FieldSource,
  PRIMARY_FIELD_NAMES,
  type PrimaryFieldName,
} from "../cdr/primary-fields.ts";
import { extracted } from "./extract.ts";
import type { RawCdr } from "./format.ts";

interface Spelling<Field> {
  field: Field;
  rank: number;
}

interface Candidate {
  name: string;
  value: Json;
  rank: number;
}

/** A name may be of several fields, where a source's own map says so. */
type Spellings<Field> = ReadonlyMap<string, readonly Spelling<Field>[]>;
type Candidates<Field> = Map<Field, Candidate[]>;

interface Names {
  primary: Spellings<PrimaryFieldName>;
  descriptive: Spellings<DescriptiveFieldName>;
}

const STANDARD_NAMES = namesOf({});
/** By the map itself: a format makes one for a source, and each record of it has the same. */
const KNOWN_NAMES = new WeakMap<FieldMap, Names>();

/** What a sender may set by fields that have these names, whatever its own names are. */
const NAMED_AS_THEY_ARE = new Set<PrimaryFieldName>(["tenant", "category", "subject", "supplier"]);
const NO_MAP: FieldMap = {};

/**
 * Of a switch with names of its own: the names that count where a source has a map besides. Nothing else
 * is a primary field. One map answers the same object again.
 */
export function namesOver(names: FieldMap): (own?: FieldMap) => FieldMap {
  const known = new WeakMap<FieldMap, FieldMap>();
  return (own = NO_MAP) => {
    const made = known.get(own);
    if (made !== undefined) return made;
    const primary = PRIMARY_FIELD_NAMES.map((field) => {
      const standard = NAMED_AS_THEY_ARE.has(field) ? FIELD_SPELLINGS[field] : [];
      return [field, own[field] ?? names[field] ?? standard];
    });
    const all: FieldMap = { ...own, ...Object.fromEntries(primary) };
    known.set(own, all);
    return all;
  };
}

/** Whether a name is a spelling of a primary field in forms and RPC. */
export function isStandardSpelling(name: string): boolean {
  return STANDARD_NAMES.primary.has(name.toLowerCase());
}

/**
 * Names match without regard to case. Of several spellings of a field the best one that is not
 * empty wins; the others stay extra under the names they came with, and so does what describes.
 */
export function splitFields(fields: Iterable<[string, Json]>, fieldMap?: FieldMap): RawCdr {
  const names = fieldMap === undefined ? STANDARD_NAMES : knownNamesOf(fieldMap);
  const candidates: Candidates<PrimaryFieldName> = new Map();
  const described: Candidates<DescriptiveFieldName> = new Map();
  const extra: [string, Json][] = [];
  const read = new Map<string, Json>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (fieldMap !== undefined) read.set(key, value);
    for (const { field, rank } of names.descriptive.get(key) ?? []) {
      addCandidate(described, field, { name, value, rank });
    }
    const meant = names.primary.get(key);
    if (meant === undefined) extra.push([name, value]);
    for (const { field, rank } of meant ?? [])
      addCandidate(candidates, field, { name, value, rank });
  }
  if (fieldMap !== undefined) {
    addParts(candidates, PRIMARY_FIELD_NAMES, fieldMap, read);
    addParts(described, DESCRIPTIVE_FIELD_NAMES, fieldMap, read);
  }
  const { primary, sentNames, losers } = chosenOf(candidates);
  extra.push(...losers);
  const descriptive = descriptiveOf(described, sentNames, fieldMap);
  return {
    primary: Object.fromEntries(primary),
    extra: Object.fromEntries(extra),
    ...(descriptive.length === 0 ? {} : { descriptive: Object.fromEntries(descriptive) }),
    sentNames,
    warnings: [],
  };
}

/** The best name of each field; names that lost everywhere are extra fields. */
function chosenOf(candidates: Candidates<PrimaryFieldName>) {
  const primary: [string, Json][] = [];
  const sentNames = new Map<string, PrimaryFieldName>();
  const lost: Candidate[] = [];
  for (const [field, rivals] of candidates) {
    const [winner, ...rest] = rivals.sort(byPreference);
    lost.push(...rest);
    if (winner === undefined) continue;
    primary.push([field, winner.value]);
    sentNames.set(winner.name.toLowerCase(), field);
  }
  // A part of a field is no field of the record.
  const losers = lost
    .filter(({ name }) => name !== "" && !sentNames.has(name.toLowerCase()))
    .map(({ name, value }): [string, Json] => [name, value]);
  return { primary, sentNames, losers };
}

/** A `duration` that is the usage is no length beside it, unless the source's own map says so. */
function descriptiveOf(
  described: Candidates<DescriptiveFieldName>,
  taken: ReadonlyMap<string, PrimaryFieldName>,
  fieldMap: FieldMap = {},
): [string, Json][] {
  return [...described].flatMap(([field, rivals]) => {
    const isOwn = fieldMap[field] !== undefined;
    const free = isOwn ? rivals : rivals.filter(({ name }) => !taken.has(name.toLowerCase()));
    const [winner] = free.sort(byPreference);
    return winner === undefined ? [] : [[field, winner.value] as [string, Json]];
  });
}

function addCandidate<Field>(to: Candidates<Field>, field: Field, candidate: Candidate): void {
  const rivals = to.get(field);
  if (rivals === undefined) to.set(field, [candidate]);
  else rivals.push(candidate);
}

/** What the named extractors find, each under no name of its own. */
function addParts<Field extends PrimaryFieldName | DescriptiveFieldName>(
  to: Candidates<Field>,
  fields: readonly Field[],
  fieldMap: FieldMap,
  read: ReadonlyMap<string, Json>,
): void {
  for (const field of fields) {
    (fieldMap[field] ?? []).forEach((source, rank) => {
      if (typeof source === "string") return;
      const value = extracted(source.extract, read.get(source.from.toLowerCase()));
      if (value !== undefined) addCandidate(to, field, { name: "", value, rank });
    });
  }
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

function knownNamesOf(fieldMap: FieldMap): Names {
  const known = KNOWN_NAMES.get(fieldMap);
  if (known !== undefined) return known;
  const names = namesOf(fieldMap);
  KNOWN_NAMES.set(fieldMap, names);
  return names;
}

function namesOf(fieldMap: FieldMap): Names {
  return {
    primary: spellingsOf(PRIMARY_FIELD_NAMES, (field) => fieldMap[field] ?? FIELD_SPELLINGS[field]),
    descriptive: spellingsOf(
      DESCRIPTIVE_FIELD_NAMES,
      (field) => fieldMap[field] ?? DESCRIPTIVE_SPELLINGS[field],
    ),
  };
}

function spellingsOf<Field>(
  fields: readonly Field[],
  namesFor: (field: Field) => readonly FieldSource[],
): Spellings<Field> {
  const spellings = new Map<string, Spelling<Field>[]>();
  for (const field of fields) {
    namesFor(field).forEach((name, rank) => {
      if (typeof name !== "string") return;
      const meant = spellings.get(name.toLowerCase());
      if (meant === undefined) spellings.set(name.toLowerCase(), [{ field, rank }]);
      else meant.push({ field, rank });
    });
  }
  return spellings;
}
