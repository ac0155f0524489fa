// A file read as a deck of a tariff by the dialect that the sniffer proposes, with answers.
import type { KnownDialect } from "../../../src/tables/dialect.ts";
import { textPieces } from "../../../src/tables/encoding.ts";
import { type Sniffed, sniff } from "../../../src/tables/sniff/sniff.ts";
import { type DeckRead, readDeck } from "../../../src/tariffs/decks/read.ts";
import { createFaultList } from "../../../src/tariffs/fault-list.ts";
import type { Band, Fault } from "../../../src/tariffs/tariff.ts";

const SNIFFED_BYTES = 262_144;
const PEAK: Band = { name: "peak", fromMinute: 480, toMinute: 1200, timeZone: null };

export function sniffDeck(bytes: Uint8Array, known: KnownDialect = {}): Sniffed {
  const head = bytes.subarray(0, SNIFFED_BYTES);
  return sniff({ bytes: head, isWhole: head.length === bytes.length, target: "deck", known });
}

export interface ForeignRead extends DeckRead {
  sniffed: Sniffed;
  faults: Fault[];
}

/** In UTC, in a tariff with the band `peak`. */
export function readForeign(bytes: Uint8Array, known: KnownDialect = {}): ForeignRead {
  const sniffed = sniffDeck(bytes, known);
  const { dialect } = sniffed;
  const text = textPieces(dialect.encoding);
  const faults = createFaultList(1000);
  const context = { timeZone: "UTC", bandNames: new Set(["peak"]), bands: [PEAK], dialect };
  const read = readDeck("deck.csv", text.push(bytes) + text.end(), context, faults);
  return { ...read, sniffed, faults: faults.list() };
}
