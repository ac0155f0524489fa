// The decks that the plans of a tariff name: each file is read once, however many plans have it.
import type { Dialect } from "../../tables/dialect.ts";
import { createFaultList, type FaultList } from "../fault-list.ts";
import type { TariffSettings } from "../settings/members.ts";
import { type DeckUse, deckUses, type NamedFile } from "../settings/plans.ts";
import type { YamlSettings } from "../settings/yaml.ts";
import type { Band, Deck, DeckReport } from "../tariff.ts";
import type { DeckCells } from "./cells.ts";
import { type DeckRead, readDeck } from "./read.ts";
import { rateCells } from "./report.ts";

export interface FolderDecks {
  /** By plan name. */
  decks: { retailPlans: Map<string, Deck>; carrierPlans: Map<string, Deck> };
  reports: DeckReport[];
  cells: CellsOfDecks;
}

/** Where the cells of a deck stand in its file. */
export type CellsOfDecks = ReadonlyMap<Deck, DeckCells>;

export interface DeckSource {
  yaml: YamlSettings;
  settingsFile: string;
  /** Null while they have faults: decks with a dialect are not read then. */
  settings: TariffSettings | null;
  bands: Band[] | null;
  open(named: NamedFile): { file: string; text: string } | null;
  /**
   * Given: a deck is read when its rows are asked for, each time anew, so that those of large decks are never
   * there together; this is what is done where it then has faults.
   */
  onLateFault?: (() => never) | undefined;
}

export function readDecks(source: DeckSource, faults: FaultList): FolderDecks {
  const { yaml, bands, open } = source;
  const bandNames = new Set(yaml.keys(["bands"]));
  const found: Omit<FolderDecks, "cells"> = {
    decks: { retailPlans: new Map(), carrierPlans: new Map() },
    reports: [],
  };
  const cells = new Map<Deck, DeckCells>();
  const read = new Map<string, { deck: DeckRead; report: DeckReport }>();
  const late = new Map<string, Deck>();
  for (const use of deckUses(yaml)) {
    const opened = open(use);
    const dialect = dialectOf(use, source);
    if (opened === null || dialect === "unknown") continue;
    checkCurrency(use, { source, dialect }, faults);
    const { timeZone } = use;
    const key = [timeZone, use.dialect ?? "", opened.file].join("\n");
    const context = { timeZone, bandNames, bands, dialect };
    if (source.onLateFault !== undefined) {
      const deck = late.get(key) ?? lateDeck(opened, context, source.onLateFault);
      late.set(key, deck);
      found.decks[use.kind].set(use.plan, deck);
      continue;
    }
    let known = read.get(key);
    if (known === undefined) {
      const deck = readDeck(opened.file, opened.text, context, faults);
      known = { deck, report: reportOf(deck, use) };
      read.set(key, known);
      found.reports.push(known.report);
      cells.set(deck.deck, deck.cells);
    }
    known.report.plans.push(use.plan);
    found.decks[use.kind].set(use.plan, known.deck.deck);
  }
  return { ...found, cells };
}

function lateDeck(
  { file, text }: { file: string; text: string },
  context: Parameters<typeof readDeck>[2],
  onFault: () => never,
): Deck {
  return {
    file,
    get rows() {
      const faults = createFaultList(1);
      const { deck } = readDeck(file, text, context, faults);
      if (faults.errorsIn(file) > 0) onFault();
      return deck.rows;
    },
  };
}

/** Null: a native deck. A dialect that is not there, or has faults, was reported where it is named. */
function dialectOf(
  { dialect }: DeckUse,
  { settings }: Pick<DeckSource, "settings">,
): Dialect | null | "unknown" {
  if (dialect === null) return null;
  return settings?.dialects?.[dialect] ?? "unknown";
}

function checkCurrency(
  { kind, plan }: DeckUse,
  { source, dialect }: { source: DeckSource; dialect: Dialect | null },
  faults: FaultList,
): void {
  const { settings, settingsFile, yaml } = source;
  const said = dialect?.deck?.currency;
  const own = settings?.[kind]?.[plan]?.currency ?? settings?.currency;
  if (said === undefined || own === undefined || said === own) return;
  const detail = `The dialect says ${said}, the plan ${own}.`;
  faults.add(settingsFile, yaml.place([kind, plan, "deck"]), "other-currency", detail);
}

function reportOf({ deck, first, passed }: DeckRead, use: DeckUse): DeckReport {
  return {
    file: deck.file,
    plans: [],
    dialect: use.dialect,
    rates: deck.rows.length,
    ...passed,
    rows: first.map(({ row, change }) => ({
      line: String(row.line),
      ...rateCells(row, use.timeZone),
      ...(change === "" ? {} : { change }),
    })),
  };
}
