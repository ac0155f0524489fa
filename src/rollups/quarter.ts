// The sums of one quarter hour, made of its records: a table for each rollup.
import type { Outcome } from "../cdr/rating.ts";
import type { AttemptTerms } from "../queries/attempts.ts";
import {
  type CountedRecord,
  type CountingTerms,
  callOf,
  countCall,
  countRecord,
  createFigures,
} from "./counted.ts";
import { COMMON, DIMENSIONS, type Dimension, ROLLUPS, type Rollup } from "./kinds.ts";
import { createNumbering, type Numbering } from "./numbering.ts";
import {
  columnsOf,
  createDictionary,
  createTable,
  type Dictionary,
  type GrowingTable,
  type SumColumns,
  type Value,
} from "./table.ts";

/** Sums of one rollup in one piece of time. */
export interface RollupSums {
  table: SumColumns;
  /** What attempts of one call, all of them in one quarter hour, differ in. */
  mixed: ReadonlySet<Dimension>;
}

export interface QuarterSums {
  /** In the order of the rollups. */
  sums: RollupSums[];
  /** Calls that have attempts in other quarter hours too, and are counted by none of these. */
  crossing: ReadonlySet<string>;
}

/** What of a record is counted here. */
export interface CountedPart {
  /** False: it is of another quarter hour, and only its call may be counted here. */
  isRecord: boolean;
  /** Whether its call is counted here, among records of these outcomes; undefined: of all. */
  isCall(outcomes: readonly Outcome[] | undefined): boolean;
}

const WHOLE: CountedPart = { isRecord: true, isCall: () => true };

export interface QuarterCount {
  /**
   * All of it, unless a part is named. Keeps nothing of the object: it may be used for the next one.
   */
  add(record: CountedRecord, part?: CountedPart): void;
  /** CallIds of which some attempts are here. */
  callIds(): string[];
  /** `crossing`: those of them with attempts in other quarter hours, whichever tenant's. */
  end(crossing: ReadonlySet<string>): QuarterSums;
}

/** A call of which some attempts are here. */
interface Call {
  callId: string;
  /** Of the first attempt: the place of its value in each dictionary, and its row in each table. */
  first: readonly number[];
  rows: readonly number[];
  talkMs: number;
}

/** Rollups of the same records; of these the first attempt of a call is one of them. */
interface Book {
  outcomes: readonly Outcome[] | undefined;
  members: Member[];
  /** Of what all rollups have first, looked up once for all of them. */
  common: Numbering;
  /** Rows of the last record, one a member. */
  rows: number[];
  calls: Map<string, Call>;
  mixed: Map<string, Set<Dimension>>;
}

interface Member {
  rollup: Rollup;
  /** Places of its dimensions among all of them. */
  columns: number[];
  /** Of the dimensions behind the common ones. */
  own: Numbering;
  table: GrowingTable;
}

const PLACE = new Map<Dimension, number>(DIMENSIONS.map((name, index) => [name, index]));

export function countingTerms({ effectiveCauses, congestionCauses }: AttemptTerms): CountingTerms {
  return { effective: new Set(effectiveCauses), congestion: new Set(congestionCauses) };
}

function memberOf(rollup: Rollup, dictionaries: readonly Dictionary[]): Member {
  const columns = rollup.dimensions.map((name) => PLACE.get(name) ?? 0);
  const own = columns.map((column) => dictionaries[column] ?? createDictionary());
  const numbering = createNumbering(columns.slice(COMMON.length));
  return { rollup, columns, own: numbering, table: createTable(own) };
}

function booksOf(members: readonly Member[]): Book[] {
  const books = new Map<string, Book>();
  for (const member of members) {
    const { outcomes } = member.rollup;
    const name = JSON.stringify(outcomes);
    const book = books.get(name) ?? bookOf(outcomes);
    books.set(name, book);
    book.members.push(member);
  }
  return [...books.values()];
}

function bookOf(outcomes: Book["outcomes"]): Book {
  const common = createNumbering(COMMON.map((name) => PLACE.get(name) ?? 0));
  return { outcomes, members: [], common, rows: [], calls: new Map(), mixed: new Map() };
}

/** Finds the row of these places in each table of the book. */
function findRows({ members, common, rows }: Book, places: readonly number[]): void {
  const before = common.numberOf(places, 0);
  for (let index = 0; index < members.length; index += 1) {
    const member = members[index];
    if (member === undefined) continue;
    const row = member.own.numberOf(places, before);
    const { table, columns } = member;
    if (row === table.size) table.addEmpty(columns.map((column) => places[column] ?? 0));
    rows[index] = row;
  }
}

function addRecord(
  book: Book,
  counted: {
    figures: Float64Array;
    rest: ReturnType<typeof countRecord>;
    places: readonly number[];
  },
): void {
  const { figures, rest, places } = counted;
  findRows(book, places);
  for (let index = 0; index < book.members.length; index += 1) {
    const table = book.members[index]?.table;
    const row = book.rows[index] ?? 0;
    table?.add(row, figures, 0);
    for (const { money, amount } of rest) table?.addRest(row, money, amount);
  }
}

/** Records are to come in the order of call time and id: the first attempt of a call comes first. */
export function countQuarter(terms: CountingTerms): QuarterCount {
  const dictionaries = DIMENSIONS.map(createDictionary);
  const members = ROLLUPS.map((rollup) => memberOf(rollup, dictionaries));
  const books = booksOf(members);
  const figures = createFigures();
  const places = DIMENSIONS.map(() => 0);
  const last: (Value | undefined)[] = DIMENSIONS.map(() => undefined);
  const callIds = new Set<string>();

  /** Most values are those of the record before. */
  function findPlaces(record: CountedRecord): void {
    for (let index = 0; index < DIMENSIONS.length; index += 1) {
      const value = record[DIMENSIONS[index] as Dimension];
      if (value === last[index]) continue;
      last[index] = value;
      places[index] = dictionaries[index]?.indexOf(value) ?? 0;
    }
  }

  return {
    add(record, { isRecord, isCall } = WHOLE) {
      const rest = countRecord(figures, record, terms);
      findPlaces(record);
      const callId = callOf(record);
      if (callId !== null) callIds.add(callId);
      for (const book of books) {
        if (book.outcomes?.includes(record.outcome as Outcome) === false) continue;
        if (isRecord) addRecord(book, { figures, rest, places });
        if (callId !== null && isCall(book.outcomes)) {
          addAttempt(book, { record, callId, places });
        }
      }
    },
    callIds: () => [...callIds],
    end(crossing) {
      for (const book of books) endCalls(book, { crossing, figures });
      const mixedOf = ({ rollup }: Member): ReadonlySet<Dimension> => {
        const book = books.find(({ members: own }) => own.some((one) => one.rollup === rollup));
        return mixedIn(book, crossing, rollup);
      };
      const sums = members.map((member) => ({
        table: columnsOf(member.table),
        mixed: mixedOf(member),
      }));
      return { sums, crossing };
    },
  };
}

const [TENANT, SOURCE] = [PLACE.get("tenant") ?? 0, PLACE.get("source") ?? 0];

function addAttempt(
  { calls, mixed, rows }: Book,
  { record, callId, places }: { record: CountedRecord; callId: string; places: number[] },
): void {
  // Of one tenant and source: their places have no spaces.
  const name = `${places[TENANT]} ${places[SOURCE]} ${callId}`;
  const call = calls.get(name);
  if (call === undefined) {
    calls.set(name, { callId, first: places.slice(), rows: rows.slice(), talkMs: record.usage });
    return;
  }
  call.talkMs += record.usage;
  for (const [index, dimension] of DIMENSIONS.entries()) {
    if (call.first[index] === places[index]) continue;
    const differing = mixed.get(callId) ?? new Set();
    mixed.set(callId, differing.add(dimension));
  }
}

/** Counts each call that is whole here in the row of its first attempt. */
function endCalls(
  { calls, members }: Book,
  { crossing, figures }: { crossing: ReadonlySet<string>; figures: Float64Array },
): void {
  figures.fill(0);
  for (const { callId, rows, talkMs } of calls.values()) {
    if (crossing.has(callId)) continue;
    countCall(figures, talkMs);
    for (let index = 0; index < members.length; index += 1) {
      members[index]?.table.add(rows[index] ?? 0, figures, 0);
    }
  }
}

function mixedIn(
  book: Book | undefined,
  crossing: ReadonlySet<string>,
  { dimensions }: Rollup,
): ReadonlySet<Dimension> {
  const found = new Set<Dimension>();
  for (const [callId, differing] of book?.mixed ?? []) {
    if (crossing.has(callId)) continue;
    for (const dimension of differing) if (dimensions.includes(dimension)) found.add(dimension);
  }
  return found;
}
