// What the decks of the reference folder are, once their doubts are answered: rows of the file, rates,
// and some of them. Facts of those files, kept apart from the tests that hold them.
import type { KnownDialect } from "../../../src/tables/dialect.ts";

export interface ReferenceDeck {
  file: string;
  /** Doubts of the proposed dialect, in their order. */
  doubts: string[];
  /** Answers other than those that are proposed. */
  answers?: KnownDialect;
  rates: number;
  /** Columns of some rates by their code; null: what is blocked has no price. */
  samples: Record<string, Record<string, string>>;
}

export const REFERENCE_DECKS: ReferenceDeck[] = [
  {
    file: "a2billing-doc-semicolon.csv",
    doubts: ["map.rate", "deck.strip"],
    rates: 3,
    samples: {
      "9370": { rate: "0.8135", first_interval: "30", destination: "afghanistan cellular" },
      "35538": { rate: "0.7076" },
    },
  },
  {
    file: "a2billing-ratecard-complex.csv",
    doubts: [
      ...["map.effective_from", "map.effective_to", "map.prefix", "map.rate"],
      ...["map.first_interval", "map.next_interval", "map.connect_fee"],
    ],
    answers: {
      map: {
        prefix: "column1",
        destination: "column2",
        rate: "column6",
        first_interval: "column7",
        next_interval: "column8",
        effective_from: "column23",
        effective_to: "column24",
      },
      deck: { endDate: "exclusive" },
    },
    rates: 5,
    samples: {
      "33": { rate: "1.23", first_interval: "30", next_interval: "6" },
      "32": { rate: "1.43" },
    },
  },
  {
    file: "a2billing-ratecard-simple.csv",
    doubts: [
      ...["ragged", "map.effective_from", "map.effective_to", "map.prefix", "map.rate"],
      "map.connect_fee",
    ],
    answers: { map: { prefix: "column1", rate: "column3", effective_from: "", effective_to: "" } },
    rates: 5,
    samples: {
      "1": { rate: "0.7", destination: "US" },
      "32473": { rate: "1.7", destination: "Belgium Mobile Proximus" },
    },
  },
  {
    file: "asterisell-digitel-special-numbers.csv",
    doubts: ["map.rate", "map.rate.peak"],
    answers: { map: { "rate.peak": "" } },
    rates: 4,
    samples: { "112": { rate: "0", destination: "Carabinieri" }, "115": { rate: "0" } },
  },
  {
    file: "asterisell-international-it.csv",
    doubts: [],
    rates: 10_939,
    samples: {
      "88299": { rate: "1.9989", destination: "AeroMobile - GSM aircraft" },
      "93": { rate: "0.1175" },
      "9378": { rate: "0.1175", destination: "Afghanistan Mobile - Etisalat" },
      "1907": { rate: "0.1557", destination: "Alaska" },
      "355": { rate: "0.097" },
    },
  },
  {
    file: "asterisell-twt-5col.csv",
    doubts: ["deck.list"],
    rates: 2,
    samples: { "35538": { rate: "0.066", effective_from: "2010-02-22" } },
  },
  {
    file: "asterisell-twt-it-semicolon.csv",
    doubts: ["headerDelimiters", "map.rate", "map.rate.peak", "dateOrder"],
    rates: 4,
    samples: { "937": { rate: "0.1391", effective_from: "2014-06-05" } },
  },
  {
    file: "astpp-az-36k.csv.gz",
    doubts: [],
    rates: 36_205,
    samples: {
      "93": { rate: "0.2093", connect_fee: "0", first_interval: "6", next_interval: "6" },
      "9370": { rate: "0.104", destination: "Afghanistan Cellular-AWCC" },
      "16784601475": { rate: "0", first_interval: "1" },
    },
  },
  {
    file: "astpp-origination-sample.csv",
    doubts: [],
    rates: 2,
    samples: { "1": { rate: "0.01", first_interval: "30", next_interval: "60" } },
  },
  {
    file: "astpp-termination-sample.csv",
    doubts: [],
    rates: 2,
    samples: { "44": { rate: "0.06", first_interval: "30", next_interval: "60" } },
  },
  {
    file: "cdr-stats-carrier-sample.csv",
    doubts: ["map.prefix", "map.rate"],
    rates: 5,
    samples: { "36": { rate: "0.082" }, "34": { rate: "0.021" } },
  },
  {
    file: "cdr-stats-retail-sample.csv",
    doubts: ["map.prefix", "map.rate"],
    rates: 5,
    samples: { "36": { rate: "0.092" }, "34": { rate: "0.031" } },
  },
  {
    file: "ivozprovider-prices-sample.csv",
    doubts: [],
    rates: 4743,
    samples: {
      "9377": { rate: "0.273", connect_fee: "0.273", first_interval: "1" },
      "3554249": { rate: "0.437" },
      "35589": { rate: "0.204" },
    },
  },
  {
    file: "nanp-inter-intra-excerpt.csv",
    doubts: ["map.rate"],
    answers: { map: { rate: "intrastate" } },
    rates: 28,
    samples: { "1201203": { rate: "0.0024" }, "1201215": { rate: "0.0034" } },
  },
  {
    file: "nanp-npanxx-184k.part1.csv.gz",
    doubts: ["deck.add"],
    rates: 92_107,
    samples: { "1201200": { rate: "0.004356" }, "1201202": { rate: "0.0036" } },
  },
  {
    file: "nanp-npanxx-184k.part2.csv.gz",
    doubts: ["deck.add"],
    rates: 92_108,
    samples: { "1905858": { rate: "0.00269" }, "1905860": { rate: "0.00309" } },
  },
  {
    file: "nanp-npanxx-head-20k.csv",
    doubts: ["deck.add"],
    rates: 20_000,
    samples: { "1201205": { rate: "0.00159" }, "1201210": { rate: "0.00396" } },
  },
  {
    file: "tcxc-carrier-notice.csv",
    doubts: ["deck.hyphen", "deck.blanks", "deck.list"],
    rates: 25,
    samples: {
      "49172": {
        rate: "0.0495",
        first_interval: "60",
        next_interval: "1",
        effective_from: "2026-09-23",
      },
      "33607": { rate: "0.052", destination: "France Mobile - Orange" },
      "521": { rate: "0.0151", effective_from: "2026-10-01" },
      "234806": { rate: "0.1123" },
      "234805": { rate: "0.121", effective_to: "2026-09-20" },
      "447409": { rate: "0.0112", first_interval: "1" },
    },
  },
  {
    file: "tcxc-upload-expected.csv",
    doubts: [],
    rates: 25,
    samples: {
      "49174": {
        rate: "0.0495",
        first_interval: "60",
        next_interval: "1",
        effective_from: "2026-09-23",
      },
      "234805": { rate: "0.121", effective_to: "2026-09-20" },
      "447400": { rate: "0.0112" },
    },
  },
  {
    file: "twilio-layout-origin-prefixes.csv",
    doubts: [],
    rates: 47,
    samples: { "49": { rate: "0.015" } },
  },
];

/** Decks that lack what a deck is, and the doubt that names it. */
export const REFUSED_DECKS: Record<string, string> = {
  "a2billing-prefixes-38k.csv.gz": "map.rate",
  "asterisell-world-prefixes.csv.gz": "map.rate",
  "interconn-retail-by-name.csv": "map.prefix",
  "pyfreebilling-destinations.csv": "map.rate",
};
