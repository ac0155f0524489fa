// Goal: decks of carriers in the words of six languages, and in spellings that mean another price, are read as they
// are meant, or asked about. Method: small decks of our own; what is asked, and the rows as they are understood.
import { describe, expect, it } from "vitest";
import { sniff } from "../../../src/tables/sniff/sniff.ts";

/** The codes of doubts, and of each understood row the columns that are asked for. */
function read(lines: string[], columns: string, known = {}) {
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const {
    dialect,
    doubts,
    understood = [],
  } = sniff({
    bytes,
    isWhole: true,
    target: "deck",
    known,
  });
  const names = columns.split(" ");
  const rows = understood.map((row) => names.map((name) => row[name] ?? "").join(" "));
  return { dialect, doubts: doubts.map(({ code }) => code), rows };
}

const TERMS = "prefix rate connect_fee first_interval next_interval effective_from";

describe("the words of", () => {
  it.each<[string, string[]]>([
    [
      "English",
      [
        "Dial Code;Dest;Price per min;Setup Charge;Bill. Inc.;Eff. Date;Chg",
        "34;A;0,012;0,05;30/6;13/10/2026;Incr",
        "35;B;0,012;0,05;30/6;13/10/2026;CLOSED",
        "36;C;0,012;0,05;30/6;13/10/2026;Barred",
      ],
    ],
    [
      "Spanish",
      [
        "Prefijo;Destino;Precio por minuto;Cargo de conexión;Incremento;Fecha efectiva;Cambio",
        "34;A;0,012;0,05;30/6;13/10/2026;Subida",
        "35;B;0,012;0,05;30/6;13/10/2026;Eliminado",
        "36;C;0,012;0,05;30/6;13/10/2026;Bloqueado",
      ],
    ],
    [
      "German",
      [
        "Vorwahl;Zielland;Preis/Min.;Verbindungsgebühr;Taktung;Gültig ab;Änderung",
        "34;A;0,012;0,05;30/6;13.10.2026;Erhöhung",
        "35;B;0,012;0,05;30/6;13.10.2026;gelöscht",
        "36;C;0,012;0,05;30/6;13.10.2026;gesperrt",
      ],
    ],
    [
      "French",
      [
        "Indicatif;Libellé;Prix par minute;Frais de connexion;Palier;Date d'effet;Évolution",
        "34;A;0,012;0,05;30/6;13/10/2026;Hausse",
        "35;B;0,012;0,05;30/6;13/10/2026;Supprimé",
        "36;C;0,012;0,05;30/6;13/10/2026;Bloqué",
      ],
    ],
    [
      "Portuguese",
      [
        "Código;Destino;Tarifa/min;Taxa de conexão;Cadência;Data de vigência;Alteração",
        "34;A;0,012;0,05;30/6;13/10/2026;Sem alteração",
        "35;B;0,012;0,05;30/6;13/10/2026;Removido",
        "36;C;0,012;0,05;30/6;13/10/2026;Bloqueado",
      ],
    ],
    [
      "Italian",
      [
        "Prefisso;Destinazione;Prezzo al minuto;Scatto alla risposta;Scaglione;Data decorrenza;Variazione",
        "34;A;0,012;0,05;30/6;13/10/2026;Aumento",
        "35;B;0,012;0,05;30/6;13/10/2026;Eliminato",
        "36;C;0,012;0,05;30/6;13/10/2026;Bloccato",
      ],
    ],
  ])("%s", (_language, lines) => {
    const found = read(lines, `${TERMS} closed`);
    expect(found.rows).toEqual([
      "34 0.012 0.05 30 6 2026-10-13 ",
      "35 0.012 0.05 30 6 2026-10-13 yes",
      "36 blocked 0.05 30 6 2026-10-13 ",
    ]);
    const asked = found.doubts.filter((code) => code !== "map.intervals");
    expect(asked).toEqual(["deck.list"]);
  });
});

describe("what a price is for", () => {
  it.each<[string, string[], string]>([
    ["Rate (per 10 sec)", [], "0.02 10"],
    ["Rate per 60 seconds", [], "0.02 "],
    ["Price per second", [], "0.02 1"],
    ["EUR/h", ["map.rate"], "0.02 3600"],
    ["Price per 1000 min", [], "0.02 60000"],
    ["USD cents per minute", [], "0.0002 "],
    ["Rate c/min", ["map.rate"], "0.0002 "],
    ["CPM", ["deck.minorUnits"], "0.02 "],
  ])("%s", (name, doubts, row) => {
    const found = read([`Code,Destination,${name}`, "34,A,0.02", "35,B,0.03"], "rate unit_seconds");
    expect([found.doubts, found.rows[0]]).toEqual([doubts, row]);
  });

  it("a sentence above the table, or below it, is asked about", () => {
    const lines = [
      '"All rates are in US cents per minute, billing increment 60/30, from 1 Oct 2026 effective"',
      "Code,Destination,Rate",
      "34,A,2",
      "35,B,3",
    ];
    const { doubts, rows } = read(lines, "rate first_interval next_interval effective_from");
    expect(doubts).toEqual(["deck.minorUnits", "deck.intervals", "deck.effectiveFrom"]);
    expect(rows[0]).toBe("0.02 60 30 2026-10-01");
    const below = read(
      ["Code,Destination,Rate", "34,A,0.2", "35,B,0.3", "Rates are per second,,"],
      "rate unit_seconds",
    );
    expect([below.doubts, below.rows[0]]).toEqual([["deck.unitSeconds"], "0.2 1"]);
  });

  it("a unit in each row, and a currency in each row", () => {
    const units = read(["Prefix,Rate,Unit", "34,0.02,min", "35,0.01,sec"], "prefix unit_seconds");
    expect([units.doubts, units.rows]).toEqual([[], ["34 60", "35 1"]]);
    const money = read(
      ["Prefix,Rate,Currency", "34,0.02,EUR", "35,0.01,EUR", "36,0.01,USD"],
      "prefix rate",
    );
    expect(money.dialect.deck?.currency).toBe("EUR");
    expect([money.doubts, money.rows]).toEqual([["deck.refusedRows"], ["34 0.02", "35 0.01"]]);
  });
});

describe("what no name explains is asked", () => {
  it.each<[string, string[], string[]]>([
    ["increments", ["Code,Rate,Foo", "34,0.1,60/60", "35,0.1,1+1"], ["map.intervals"]],
    ["increments in seconds", ["Code,Rate,Foo", "34,0.1,60", "35,0.1,1"], ["map.first_interval"]],
    ["dates", ["Code,Rate,Foo", "34,0.1,2026-10-01", "35,0.1,2026-10-02"], ["map.effective_from"]],
    ["a fee", ["Code,Rate,Foo", "34,0.1,0.05", "35,0.1,0"], ["map.connect_fee"]],
    ["words of changes", ["Code,Rate,Foo", "34,0.1,New", "35,0.1,Deleted"], ["map.change"]],
    [
      "a sentence that ends a code",
      ["Code,Rate,Foo", "34,0.1,", "35,0.1,To be closed on 1 May"],
      ["map.change", "deck.list", "deck.words.To be closed on 1 May"],
    ],
    [
      "words that may be two things",
      ["Code,Rate,Cambio", "34,0.1,Baja", "35,0.1,D"],
      ["deck.words.Baja", "deck.words.D"],
    ],
    ["commas", ["Code,Rate", "34,0.1", '"44,790",0.2'], ["deck.commas"]],
    ["areas", ["CC,Foo,Rate", "44,7,0.1", "44,20,0.2"], ["map.prefix"]],
  ])("%s", (_name, lines, doubts) => {
    const { doubts: asked } = read(lines, "prefix");
    for (const doubt of doubts) expect(asked).toContain(doubt);
  });

  it("what a price was, and a difference, is no fee", () => {
    const lines = ["Code,New Rate,Previous Rate,% Change", "34,0.12,0.11,9.1", "35,0.1,0.11,-9.1"];
    expect(read(lines, "prefix rate")).toMatchObject({ doubts: [], rows: ["34 0.12", "35 0.1"] });
  });
});

describe("spellings of cells", () => {
  it.each<[string, string[], string, string[]]>([
    ["the default row", ["Code,Rate", "34,0.1", "ROW,0.5"], "prefix rate", ["34 0.1", "* 0.5"]],
    [
      "texts of a spreadsheet",
      ["Code,Rate", '="34","0.1"', '="0039",="0.2"'],
      "prefix rate",
      ["34 0.1", "39 0.2"],
    ],
    [
      "dates of months in letters, and without signs",
      ["Code,Rate,Valid from", "34,.1,1 Okt 2026", "35,.1,20261002", "36,.1,3 de octubre de 2026"],
      "prefix rate effective_from",
      ["34 0.1 2026-10-01", "35 0.1 2026-10-02", "36 0.1 2026-10-03"],
    ],
    [
      "a first and a last code",
      ["Code From,Code To,Rate", "440,442,0.1", "34,,0.2"],
      "prefix rate",
      ["440 0.1", "441 0.1", "442 0.1", "34 0.2"],
    ],
    [
      "a comma that stands between thousands",
      ["Code,Rate", "34,0.1", '"44,790",0.2'],
      "prefix rate",
      ["34 0.1", "44790 0.2"],
    ],
  ])("%s", (name, lines, columns, rows) => {
    const known = name.includes("thousands") ? { deck: { commas: "nothing" } } : {};
    expect(read(lines, columns, known).rows).toEqual(rows);
  });
});
