// The fields that columns of a foreign deck may be: the columns of a native deck, and what only foreign
// ones have.
import { columnsOfFields } from "../columns.ts";

/** Read as they stand in a native deck. */
export const NATIVE_FIELDS = [
  "prefix",
  "destination",
  "rate",
  "connect_fee",
  "first_interval",
  "next_interval",
  "minimum_seconds",
  "grace_seconds",
  "from_second",
  "band",
  "effective_from",
  "effective_to",
  "status",
  "minimum_amount",
  "maximum_amount",
  "caller_prefix",
  "tor",
  "unit_seconds",
  "interval_price",
] as const;

/** Of foreign decks alone. */
const FOREIGN = [
  /** Stands in front of each code of `prefix`. */
  "country_code",
  /** The last code of those that begin with `prefix`. */
  "prefix_to",
  /** Stands in front of `destination`. */
  "country",
  /** Both intervals in one cell. */
  "intervals",
  /** The price behind the first interval. */
  "rate_next",
  /** A word that says what became of the code. */
  "change",
  /** Of the row's prices: that of the file. */
  "currency",
  /** Flags. */
  "blocked",
  "closed",
] as const;

export type NativeField = (typeof NATIVE_FIELDS)[number];
export type DeckField = NativeField | (typeof FOREIGN)[number];

/** `rate.NAME` is the price while the band NAME of the tariff holds. */
const BAND = "rate.";

export interface DeckColumns {
  /** Index of the column of a field. */
  of(field: DeckField): number | undefined;
  /** The same of any name of a map, bands too. */
  indexOf(name: string): number | undefined;
  /** Bands that have a price column of their own, with its index. */
  bands: readonly { band: string; index: number }[];
  /** Columns that a map names and the table does not have. */
  missing: string[];
  /** Names in the map that are no field of a deck. */
  unknown: string[];
}

export function deckColumns(
  columns: readonly string[],
  map: Readonly<Record<string, string>>,
): DeckColumns {
  const { fields, missing } = columnsOfFields(columns, map);
  const indexes = new Map<string, number>();
  for (const [index, names] of fields) for (const name of names) indexes.set(name, index);
  const known: readonly string[] = [...NATIVE_FIELDS, ...FOREIGN];
  return {
    of: (field) => indexes.get(field),
    indexOf: (name) => indexes.get(name),
    bands: [...indexes].flatMap(([name, index]) =>
      name.startsWith(BAND) ? [{ band: name.slice(BAND.length), index }] : [],
    ),
    missing,
    unknown: Object.keys(map).filter((name) => !known.includes(name) && !name.startsWith(BAND)),
  };
}
