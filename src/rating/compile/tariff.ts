// Turns a tariff into the snapshot that calls are priced with.
import { engineError } from "../../errors.ts";
import type { Deck, ExchangeRow, PricingRules, Tariff } from "../../tariffs/tariff.ts";
import { buildDigitTrie, type DigitTrie } from "../snapshot/digit-trie.ts";
import type { CompiledBand, NativeSnapshot } from "../snapshot/native.ts";
import { type ZoneOffsets, zoneOffsets } from "../snapshot/zone-offsets.ts";
import { compileBand } from "./band.ts";
import { compileDeck, type DeckColumns } from "./deck.ts";
import { joinDecks } from "./join-decks.ts";
import { createNameTable } from "./name-table.ts";

const USUAL_PRIORITY = 100;

/** Compiles a tariff that was read without faults; `version` is its content hash. */
export function compileTariff(tariff: Tariff, version: string): NativeSnapshot {
  const decks = createDeckTable(tariff);
  const retailPlans = tariff.retailPlans.map(
    ({ name, deck, priority = USUAL_PRIORITY, rules }) => ({
      name,
      deck: decks.indexOf(deck, rules),
      priority,
      rules,
    }),
  );
  const carrierPlans = tariff.carrierPlans.map((plan) => ({
    ...plan,
    deck: decks.indexOf(plan.deck, plan.rules),
    names: [plan.carrier, plan.name, plan.gateway ?? plan.name].map((name) => name.toLowerCase()),
  }));
  const retailIndexes = indexesOf(retailPlans);
  const carrierIndexes = indexesOf(carrierPlans);
  const banTries = new Map<string, DigitTrie>();
  const voipPlans = tariff.voipPlans.map((plan) => ({
    name: plan.name,
    retail: plan.retail.map((name) => indexNamed(retailIndexes, name)),
    carriers: plan.carriers.map((name) => indexNamed(carrierIndexes, name)),
    ban: plan.ban.map((name) => ({ plan: name, trie: banTrie(tariff, name, banTries) })),
    routing: plan.routing,
  }));
  return {
    kind: "native",
    version,
    tenant: tariff.tenant,
    rules: tariff.rules,
    numbering: tariff.numbering,
    defaultNumbering: tariff.defaultNumbering,
    ...(tariff.unknownNumbers === undefined ? {} : { unknownNumbers: tariff.unknownNumbers }),
    ...(tariff.selection === undefined ? {} : { selection: tariff.selection }),
    ...decks.compiled(),
    retailPlans,
    carrierPlans,
    voipPlans: new Map(voipPlans.map((plan) => [plan.name, plan])),
    accounts: latestFirst(tariff.accounts, {
      key: (row) => row.account,
      fromMs: (row) => row.fromMs,
    }),
    exchange: latestFirst(tariff.exchange, {
      key: exchangeKey,
      fromMs: (row) => row.effectiveFromMs,
    }),
  };
}

/** Key of a pair of currencies in a snapshot's `exchange`. */
export function exchangeKey(pair: Pick<ExchangeRow, "from" | "to">): string {
  return `${pair.from} ${pair.to}`;
}

function indexesOf(plans: readonly { name: string }[]): Map<string, number> {
  return new Map(plans.map(({ name }, index) => [name, index]));
}

function indexNamed(plans: ReadonlyMap<string, number>, name: string): number {
  const index = plans.get(name);
  if (index === undefined)
    throw engineError("internal", `A VoIP plan names ${name}, which is not defined.`);
  return index;
}

function banTrie(tariff: Tariff, name: string, known: Map<string, DigitTrie>): DigitTrie {
  const found = known.get(name);
  if (found !== undefined) return found;
  const prefixes = tariff.banPlans[name];
  if (prefixes === undefined) throw engineError("internal", `There is no ban plan ${name}.`);
  const keys = [...new Set(prefixes)].sort();
  const trie = buildDigitTrie(keys, [...keys.keys(), keys.length]);
  known.set(name, trie);
  return trie;
}

/** Rows by key, latest first; of equal times the row that stands later in the file first. */
function latestFirst<Row extends { line: number }>(
  rows: Row[],
  read: { key: (row: Row) => string; fromMs: (row: Row) => number | null },
): Map<string, Row[]> {
  const byKey = new Map<string, Row[]>();
  for (const row of rows) {
    const list = byKey.get(read.key(row));
    if (list === undefined) byKey.set(read.key(row), [row]);
    else list.push(row);
  }
  const from = (row: Row) => read.fromMs(row) ?? Number.NEGATIVE_INFINITY;
  for (const list of byKey.values()) {
    list.sort((a, b) => (from(a) === from(b) ? b.line - a.line : from(a) > from(b) ? -1 : 1));
  }
  return byKey;
}

/** Decks compiled once per zone that their bands are read in, and the tables that they share. */
function createDeckTable(tariff: Tariff) {
  const tors = createNameTable();
  const callerPrefixes = createNameTable([""]);
  const zones: ZoneOffsets[] = [];
  const bands: CompiledBand[] = [];
  const decks: DeckColumns[] = [];
  const known = new Map<Deck, Map<string, number>>();
  const bandsOfZone = new Map<string, Map<string, number>>();

  function zoneIndex(name: string): number {
    const found = zones.findIndex((zone) => zone.zone === name);
    return found >= 0 ? found : zones.push(zoneOffsets(name)) - 1;
  }

  /** All bands in their order, with the plan's zone for those that name none. */
  function bandsIn(planZone: string): Map<string, number> {
    const found = bandsOfZone.get(planZone);
    if (found !== undefined) return found;
    const indexes = new Map<string, number>();
    for (const band of tariff.bands) {
      const compiled = compileBand(band, zoneIndex(band.timeZone ?? planZone));
      indexes.set(band.name, bands.push(compiled) - 1);
    }
    bandsOfZone.set(planZone, indexes);
    return indexes;
  }

  return {
    indexOf(deck: Deck, rules: PricingRules): number {
      const byZone = known.get(deck) ?? new Map<string, number>();
      known.set(deck, byZone);
      const found = byZone.get(rules.timeZone);
      if (found !== undefined) return found;
      const columns = compileDeck(deck, {
        torIndex: tors.indexOf,
        callerIndex: callerPrefixes.indexOf,
        bandIndex: (band) => (band === null ? -1 : bandNamed(bandsIn(rules.timeZone), band)),
      });
      const index = decks.push(columns) - 1;
      byZone.set(rules.timeZone, index);
      return index;
    },
    compiled: () => ({
      tors: tors.names,
      callerPrefixes: callerPrefixes.names,
      zones,
      bands,
      ...joinDecks(decks),
    }),
  };
}

function bandNamed(bands: Map<string, number>, name: string): number {
  const index = bands.get(name);
  if (index === undefined) throw engineError("internal", `There is no band ${name}.`);
  return index;
}
