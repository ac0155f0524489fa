// Every fault of a tariff folder is found at its exact place, and all of them at once.
import { describe, expect, test } from "vitest";
import { FAULT_CODES } from "../../src/tariffs/fault-codes.ts";
import { readTariff } from "../../src/tariffs/read-folder.ts";

const YAML = [
  "tenant: example.com",
  "currency: EUR",
  "timeZone: Europe/Madrid",
  'bands: { peak: { days: [mon], from: "08:00", to: "20:00" } }',
  "retailPlans: { standard: { deck: d.csv } }",
  "voipPlans: { gold: { retail: [standard] } }",
];
const DECK = "prefix,rate\n34,0.01\n";

/** The sound folder with some files replaced; `yaml` lines replace those of the same setting. */
function folder(change: Record<string, string>, yaml: string[] = []): Record<string, string> {
  const replaced = new Set(yaml.map((line) => line.split(":")[0]));
  const lines = [...YAML.filter((line) => !replaced.has(line.split(":")[0])), ...yaml];
  return { "tariff.yaml": `${lines.join("\n")}\n`, "d.csv": DECK, ...change };
}

function faultsOf(files: Record<string, string>): string[] {
  const read = readTariff(files);
  const faults = read.ok ? read.warnings : read.faults;
  expect(read.ok).toBe(faults.every((fault) => fault.severity !== "error"));
  return faults.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
}

function messagesOf(files: Record<string, string>): string[] {
  const read = readTariff(files);
  return read.ok ? [] : read.faults.map(({ message }) => message);
}

const deck = (text: string) => faultsOf(folder({ "d.csv": text }));
const settings = (...lines: string[]) => faultsOf(folder({}, lines));

test("the sound folder has neither faults nor warnings", () => {
  expect(faultsOf(folder({}))).toEqual([]);
});

/** A deck that will follow another one. */
function following(before: string, text: string, yaml: string[] = []): string[] {
  const read = readTariff(folder({ "d.csv": text }, yaml), {
    inForce: folder({ "d.csv": before }),
    nowMs: Date.parse("2026-11-01T00:00:00Z"),
  });
  return (read.ok ? read.warnings : read.faults).map(
    ({ file, line, column, code }) => `${file}:${line}:${column} ${code}`,
  );
}

/** A deck that is read by a dialect; its rules are flow YAML. */
const foreign = (text: string, rules = "", map = "prefix: Code, rate: Rate") =>
  faultsOf(
    folder({ "d.csv": text }, [
      "retailPlans: { standard: { deck: d.csv, dialect: own } }",
      `dialects: { own: { map: { ${map} }, deck: { ${rules} } } }`,
    ]),
  );

/** Faults by the input that has them; the last line of tariff.yaml in `settings` is line 6 or 7. */
const CASES: [string, string[], string[]][] = [
  // Files.
  ["no tariff.yaml", faultsOf({ "d.csv": DECK }), ["tariff.yaml:1:1 missing-file"]],
  [
    "a deck that is not there",
    settings("retailPlans: { standard: { deck: gone.csv } }"),
    ["tariff.yaml:6:34 missing-file", "d.csv:1:1 unused-file"],
  ],
  [
    "a deck above the folder",
    faultsOf(folder({}, ["accounts: ../accounts.csv"])),
    ["tariff.yaml:7:11 path-outside-folder"],
  ],
  ["an absolute name", settings("accounts: /etc/a.csv"), ["tariff.yaml:7:11 path-outside-folder"]],
  ["a Windows name", settings('accounts: "c:a.csv"'), ["tariff.yaml:7:11 path-outside-folder"]],
  ["a backslash", settings("accounts: a\\b.csv"), ["tariff.yaml:7:11 path-outside-folder"]],
  [
    "a header of too many columns",
    deck(`prefix,rate${",x".repeat(300)}\n34,0.01\n`),
    ["d.csv:1:1 over-limit"],
  ],
  [
    "too many settings",
    faultsOf(folder({ "tariff.yaml": "a: 1\n".repeat(100_001) })),
    ["tariff.yaml:1:1 over-limit"],
  ],
  ["a file nobody names", faultsOf(folder({ "x.csv": "a" })), ["x.csv:1:1 unused-file"]],
  [
    "bytes of another encoding",
    deck("prefix,destination,rate\r\n34,Espa\uFFFDa,0.1\r\n"),
    ["d.csv:2:8 bad-encoding"],
  ],
  // Against the version in force.
  [
    "a rate half as much again, and half of what it was",
    following("prefix,rate\n34,0.02\n35,0.02\n36,1\n", "prefix,rate\n34,0.03\n35,0.01\n36,1.4\n"),
    ["d.csv:2:4 price-change", "d.csv:3:4 price-change"],
  ],
  [
    "ten times a rate is a jump alone",
    following("prefix,rate\n34,0.02\n", "prefix,rate\n34,0.2\n"),
    ["d.csv:2:4 price-jump"],
  ],
  [
    "codes that go",
    following("prefix,rate\n34,1\n35,1\n36,1\n", "prefix,rate,status\n34,1,\n35,,blocked\n"),
    ["d.csv:1:1 codes-gone"],
  ],
  [
    "a code that comes later than the deck",
    following(
      "prefix,rate\n34,1\n",
      "prefix,rate,effective_from\n34,1,\n346,1.1,2026-12-01\n35,1,2026-12-01\n",
    ),
    ["d.csv:3:9 later-code"],
  ],
  [
    "a code in force whose price begins on a day to come, as in a whole list of new prices",
    following("prefix,rate\n34,1\n35,1\n", "prefix,rate,effective_from\n34,1,2026-12-01\n35,1,\n"),
    ["d.csv:2:6 later-code"],
  ],
  [
    "an increase that is told too late, and none that is told in time, falls, or is in force",
    following(
      "prefix,rate\n34,1\n35,1\n36,1\n37,1\n",
      "prefix,rate,effective_from\n34,1,\n34,1.1,2026-11-05\n35,1,\n35,1.1,2026-11-08\n36,0.9,\n37,1,\n",
      ["lint: { noticeDays: 7 }"],
    ),
    ["d.csv:3:8 short-notice"],
  ],
  [
    "an increase at once, and the days of the plan before those of the tariff",
    following("prefix,rate\n34,1\n", "prefix,rate\n34,1.1\n", [
      "retailPlans: { standard: { deck: d.csv, noticeDays: 1 } }",
      "lint: { noticeDays: 0 }",
    ]),
    ["d.csv:2:1 short-notice"],
  ],
  [
    "a price that differs by what the tariff says",
    following("prefix,rate\n34,1\n35,1\n", "prefix,rate\n34,1.2\n35,1.19\n", [
      "lint: { priceJump: 20 }",
    ]),
    ["d.csv:2:4 price-change"],
  ],
  [
    "a window that is in force already is no news",
    following(
      "prefix,rate,effective_from\n34,1,\n34,2,2026-10-01\n",
      "prefix,rate,effective_from\n34,1,\n34,2,2026-10-01\n",
      ["lint: { noticeDays: 7 }"],
    ),
    [],
  ],
  // Decks by a dialect.
  ["a row with a doubt", foreign("Code,Rate\n34-35,1\n"), ["d.csv:2:1 dialect-doubt"]],
  [
    "a range of too many codes",
    foreign("Code,Rate\n100000-199999,1\n", "hyphen: range"),
    ["d.csv:2:1 range-too-wide"],
  ],
  [
    "a price in another currency",
    foreign("Code,Rate\n34,1 USD\n", "currency: EUR"),
    ["d.csv:2:4 other-currency"],
  ],
  [
    "a word of change that nobody knows",
    foreign("Code,Rate,What\n34,1,zu\n", "", "prefix: Code, rate: Rate, change: What"),
    ["d.csv:2:6 unknown-word"],
  ],
  [
    "a column that nothing is read from",
    foreign("Code,Rate,What\n34,1,zu\n"),
    ["d.csv:1:1 unread-columns"],
  ],
  [
    "an amendment in place of a deck",
    foreign("Code,Rate\n34,1\n", "list: amendment"),
    ["d.csv:1:1 amendment-alone"],
  ],
  ["a total", foreign("Code,Rate\n34,1\nTotal,\n"), ["d.csv:3:1 no-rate-row"]],
  [
    "two prices of one code",
    foreign("Code,Rate\n34,1\n34,2\n"),
    ["d.csv:2:1 conflicting-row", "d.csv:3:1 conflicting-row"],
  ],
  ["a row twice", foreign("Code,Rate\n34,1\n34,1.0\n"), ["d.csv:3:1 repeated-row"]],
  [
    "a field that no deck has",
    foreign("Code,Rate\n34,1\n", "", "prefix: Code, rate: Rate, margin: Rate"),
    ["d.csv:1:1 unknown-field"],
  ],
  [
    "a dialect that is not there",
    settings("retailPlans: { standard: { deck: d.csv, dialect: own } }"),
    ["tariff.yaml:6:50 unknown-dialect"],
  ],
  // tariff.yaml.
  ["broken YAML", faultsOf({ "tariff.yaml": "a: 1\nb: [1\nc: 2\n" }), ["tariff.yaml:3:1 bad-yaml"]],
  ["an alias", settings("exchange: &x a", "accounts: *x"), ["tariff.yaml:8:11 not-supported"]],
  ["a map as a name", settings("? [a]\n: 1"), ["tariff.yaml:7:3 bad-yaml"]],
  ["a name that objects reserve", settings("__proto__: 1"), ["tariff.yaml:7:1 bad-yaml"]],
  ["a setting twice", settings("tenant: a\ntenant: b"), ["tariff.yaml:7:1 duplicate-key"]],
  [
    "no tenant, no currency",
    faultsOf({ "tariff.yaml": "timeZone: UTC\nvoipPlans: {}\n" }),
    ["tariff.yaml:1:1 missing-setting", "tariff.yaml:1:1 missing-setting"],
  ],
  [
    "a carrier plan without deck and carrier",
    settings("carrierPlans:\n  alpha: { gateway: a }"),
    ["tariff.yaml:8:3 missing-setting", "tariff.yaml:8:3 missing-setting"],
  ],
  ["an unknown setting", settings("colour: red"), ["tariff.yaml:7:1 not-supported"]],
  [
    "an unknown member of a band",
    settings("bands:\n  peak: { days: [mon], until: 3 }"),
    ["tariff.yaml:7:24 not-supported"],
  ],
  [
    "an unknown member of a plan",
    settings("retailPlans:\n  standard:\n    deck: d.csv\n    discount: 3"),
    ["tariff.yaml:9:5 not-supported"],
  ],
  [
    "an unknown strategy",
    settings("voipPlans: { gold: { retail: [standard], routing: cheapest } }"),
    ["tariff.yaml:6:51 not-supported"],
  ],
  [
    "unknown rounding and usage modes, decimals out of range",
    settings("rounding: { decimals: 11, mode: bankers }", "usage: { round: sometimes }"),
    [
      "tariff.yaml:7:23 invalid-setting",
      "tariff.yaml:7:33 not-supported",
      "tariff.yaml:8:17 not-supported",
    ],
  ],
  [
    "decimals that are not whole",
    settings("rounding: { decimals: 2.5 }"),
    ["tariff.yaml:7:23 invalid-setting"],
  ],
  ["an empty setting", settings("bands:"), ["tariff.yaml:6:7 invalid-setting"]],
  [
    "a list as the whole",
    faultsOf({ "tariff.yaml": "- a\n" }),
    ["tariff.yaml:1:1 invalid-setting"],
  ],
  [
    "impossible days, dates and times of a band",
    settings(
      "bands:",
      "  a: { days: [mon, funday], from: 8, to: 24:01 }",
      "  b: { monthDays: [0], months: [13], dates: [02-30, 2026-02-29] }",
      "  c: { days: [], from: 24:00, timeZone: Mars/Olympus }",
    ),
    [
      "tariff.yaml:7:20 not-supported",
      "tariff.yaml:7:35 invalid-setting",
      "tariff.yaml:7:42 invalid-setting",
      "tariff.yaml:8:20 invalid-setting",
      "tariff.yaml:8:33 invalid-setting",
      "tariff.yaml:8:46 invalid-setting",
      "tariff.yaml:8:53 invalid-setting",
      "tariff.yaml:9:14 invalid-setting",
      "tariff.yaml:9:24 invalid-setting",
      "tariff.yaml:9:41 unknown-zone",
    ],
  ],
  ["an unknown zone", settings("timeZone: Europe/Madird"), ["tariff.yaml:6:11 unknown-zone"]],
  ["an offset as zone", settings('timeZone: "+02:00"'), ["tariff.yaml:6:11 unknown-zone"]],
  ["a currency in small letters", settings("currency: eur"), ["tariff.yaml:6:11 unknown-currency"]],
  [
    "names of plans that do not exist",
    settings("voipPlans: { gold: { retail: [a], carriers: [standard], ban: [b] } }"),
    [
      "tariff.yaml:6:31 unknown-plan",
      "tariff.yaml:6:46 unknown-plan",
      "tariff.yaml:6:63 unknown-plan",
    ],
  ],
  [
    "a carrier whose currency cannot be converted",
    settings(
      "carrierPlans: { a: { carrier: A, deck: d.csv, currency: USD } }",
      "voipPlans: { gold: { retail: [standard], carriers: [a] } }",
    ),
    ["tariff.yaml:7:53 missing-exchange"],
  ],
  [
    "a default row that no emergency number may use, and a row of digits that a plan gave up",
    faultsOf(
      folder({ "d.csv": "prefix,rate\n52,0.01\n521,0.01\n*,0.02\n" }, [
        "numbering: { a: { preset: MX } }",
        "defaultNumbering: a",
      ]),
    ),
    ["d.csv:3:1 retired-prefix", "d.csv:4:1 emergency-without-row"],
  ],
  [
    "rule sets that do not exist",
    settings("numbering: { a: { preset: moon } }", "defaultNumbering: b"),
    ["tariff.yaml:7:27 invalid-setting", "tariff.yaml:8:19 unknown-rule-set"],
  ],
  [
    "faults of a rule set's own settings",
    settings("numbering:\n  a:\n    preset: wholesale-e164\n    country: spain\n    colour: red"),
    ["tariff.yaml:10:14 invalid-setting", "tariff.yaml:11:5 not-supported"],
  ],
  [
    "ban prefixes that are no digits",
    settings('banPlans: { p: { prefixes: ["44 9", "+44", 4.4E+11, 0906] } }'),
    [
      "tariff.yaml:7:29 invalid-prefix",
      "tariff.yaml:7:37 invalid-prefix",
      "tariff.yaml:7:44 invalid-prefix",
    ],
  ],
  // CSV tables.
  ["an empty deck", deck(""), ["d.csv:1:1 empty-file"]],
  ["blank lines only", deck("\r\n\n"), ["d.csv:1:1 empty-file"]],
  ["no header", deck("34,0.1\n"), ["d.csv:1:1 missing-header"]],
  ["semicolons", deck("prefix;rate\n34;0,1\n"), ["d.csv:1:1 wrong-delimiter"]],
  [
    "no rate",
    deck("prefix,destination\n3x,a\n"),
    ["d.csv:1:1 missing-column", "d.csv:2:1 invalid-prefix"],
  ],
  ["a column twice", deck("prefix,rate,rate\n34,1,1\n"), ["d.csv:1:13 duplicate-column"]],
  ["an unknown column", deck("prefix,rate,weight\n34,1,1\n"), ["d.csv:1:13 not-supported"]],
  ["a header with blanks", deck("prefix,rate, tor\n34,1,\n"), ["d.csv:1:13 not-supported"]],
  ["too many fields", deck("prefix,rate\n34,0,035\n"), ["d.csv:2:6 ragged-row"]],
  ["too few fields", deck("prefix,rate\n34,1\n35\n"), ["d.csv:3:3 ragged-row"]],
  [
    "text after a quote",
    deck('prefix,rate\n34,"1"2\n35,x\n'),
    ["d.csv:2:7 bad-quote", "d.csv:3:4 not-a-decimal"],
  ],
  ["a quote in a field", deck('prefix,rate\n3"4,1\n'), ["d.csv:2:2 bad-quote"]],
  [
    "a quote that never closes",
    deck('prefix,rate\n"34,1\n35,x\n'),
    ["d.csv:2:1 bad-quote", "d.csv:3:4 not-a-decimal"],
  ],
  ["no rows", deck("prefix,rate\n"), ["d.csv:1:1 no-rows"]],
  // Fields.
  [
    "an empty prefix and an empty rate",
    deck("prefix,rate,status\n,1,\n34,,\n35,,blocked\n"),
    ["d.csv:2:1 missing-field", "d.csv:3:4 missing-field"],
  ],
  [
    "prefixes that are not digits",
    deck("prefix,rate\n+34,1\n34 5,1\n 34,1\n34a,1\n1234567890123456,1\n**,1\n"),
    [2, 3, 4, 5, 6, 7].map((line) => `d.csv:${line}:1 invalid-prefix`),
  ],
  [
    "prefixes that a spreadsheet wrote",
    deck('rate,prefix\n1,4.4E+11\n1,"4,47e+03"\n1,4950000000000\n'),
    ["d.csv:2:3 mangled-prefix", "d.csv:3:3 mangled-prefix", "d.csv:4:3 suspect-prefix"],
  ],
  [
    "amounts that are not decimals",
    deck("prefix,rate,connect_fee\n1,1e-5,$1\n2,,1.\n3,0x1,Infinity\n4,.,-\n5, 1,1 \n"),
    [
      "d.csv:2:3 not-a-decimal",
      "d.csv:2:8 not-a-decimal",
      "d.csv:3:3 missing-field",
      "d.csv:3:4 not-a-decimal",
      "d.csv:4:3 not-a-decimal",
      "d.csv:4:7 not-a-decimal",
      "d.csv:5:3 not-a-decimal",
      "d.csv:5:5 not-a-decimal",
      "d.csv:6:3 not-a-decimal",
      "d.csv:6:6 not-a-decimal",
    ],
  ],
  [
    "decimal commas",
    deck('prefix,rate\n34,"0,035"\n35,"1.234,56"\n'),
    ["d.csv:2:4 decimal-comma", "d.csv:3:4 decimal-comma"],
  ],
  [
    "more digits than are kept",
    deck("prefix,rate\n1,0.00000000001\n2,1234567890123\n3,00123456789012.12345678900\n"),
    ["d.csv:2:3 too-many-digits", "d.csv:3:3 too-many-digits"],
  ],
  [
    "negative amounts",
    deck("prefix,rate,connect_fee,maximum_amount\n1,-1,-0.5,5\n2,-0,0,-1\n"),
    ["d.csv:2:3 negative-rate", "d.csv:2:6 negative-rate", "d.csv:3:8 invalid-field"],
  ],
  [
    "a least amount that is negative, no amount, or above the maximum",
    deck(
      "prefix,rate,minimum_amount,maximum_amount\n1,1,-0.01,\n2,1,x,\n3,1,0.2,0.1\n4,1,0.1,0.1\n",
    ),
    ["d.csv:2:5 invalid-field", "d.csv:3:5 not-a-decimal", "d.csv:4:5 minimum-above-maximum"],
  ],
  [
    "a price of intervals that is neither of the two",
    deck("prefix,rate,interval_price\n1,1,start\n2,1,each-second\n3,1,\n4,1,end\n"),
    ["d.csv:5:5 invalid-field"],
  ],
  [
    "prefixes that no number of the rule sets begins with",
    faultsOf(
      folder({ "d.csv": "prefix,rate,caller_prefix\n0044,0.05,\n34,0.06,0034\n44,0.05,44\n" }, [
        "defaultNumbering: wholesale-e164",
        'banPlans: { premium: { prefixes: ["44909", "0044909"] } }',
      ]),
    ),
    [
      "tariff.yaml:8:44 unreachable-prefix",
      "d.csv:2:1 unreachable-prefix",
      "d.csv:3:9 unreachable-prefix",
    ],
  ],
  [
    "a customer who pays less than every carrier charges",
    faultsOf(
      folder(
        { "d.csv": "prefix,rate\n34,0.01\n44,0.02\n", "c.csv": "prefix,rate\n34,0.011\n4,0.02\n" },
        [
          "carrierPlans: { c: { carrier: C, deck: c.csv } }",
          "voipPlans: { gold: { retail: [standard], carriers: [c] } }",
        ],
      ),
    ),
    ["d.csv:2:4 below-cost"],
  ],
  [
    "a price below that of one carrier of two",
    faultsOf(
      folder(
        {
          "d.csv": "prefix,destination,rate\n34,Spain,0.02\n",
          "c.csv": "prefix,rate\n34,0.03\n",
          "e.csv": "prefix,rate\n34,0.01\n",
        },
        [
          "carrierPlans: { c: { carrier: C, deck: c.csv }, e: { carrier: E, deck: e.csv } }",
          "voipPlans: { gold: { retail: [standard], carriers: [c, e] } }",
        ],
      ),
    ),
    ["d.csv:2:10 below-dearest"],
  ],
  [
    "prices of zero, but those of short and free numbers",
    deck("prefix,rate\n34,0\n112,0\n800,0\n35191,0.00\n36,0.1\n"),
    ["d.csv:2:4 zero-price", "d.csv:5:7 zero-price"],
  ],
  [
    "a code of no country, and a short number",
    deck("prefix,rate\n99955,1\n999,1\n21055,1\n"),
    ["d.csv:2:1 unknown-code", "d.csv:4:1 unknown-code"],
  ],
  [
    "one code of many that lacks its zeros",
    deck(
      `prefix,rate\n${Array.from({ length: 20 }, (_, code) => `00${code + 30},1`).join("\n")}\n351,1\n`,
    ),
    ["d.csv:22:1 lost-zeros"],
  ],
  [
    "a price ten times the one before it",
    deck(
      "prefix,rate,effective_from\n34,0.039,\n34,0.39,2026-04-01\n34,0.04,2026-05-01\n34,0.3,2026-06-01\n",
    ),
    ["d.csv:3:4 price-jump"],
  ],
  [
    "intervals and lengths that are not whole",
    deck(
      "prefix,rate,first_interval,next_interval,minimum_seconds,grace_seconds,from_second,unit_seconds\n" +
        "1,1,0,0,-1,1.5,x,0\n",
    ),
    [5, 7, 9, 12, 16, 18].map((column) => `d.csv:2:${column} not-whole`),
  ],
  [
    "a status, a type of record and a caller that do not exist",
    deck("prefix,rate,status,tor,caller_prefix\n1,1,closed,voice,*\n"),
    ["d.csv:2:5 invalid-field", "d.csv:2:12 not-supported", "d.csv:2:18 invalid-prefix"],
  ],
  ["a band that does not exist", deck("prefix,rate,band\n1,1,night\n"), ["d.csv:2:5 unknown-band"]],
  [
    "dates in other forms",
    deck(
      "prefix,rate,effective_from\n1,1,31/01/2026\n2,1,2026-02-29\n3,1,2026-01-31T25:00:00\n" +
        "4,1,45000\n5,1,ASAP\n6,1,2026-01-31T08:00:00+0200\n7,1,2026-13-01\n8,1,2026-1-1\n",
    ),
    [2, 3, 4, 5, 6, 7, 8, 9].map((line) => `d.csv:${line}:5 invalid-date`),
  ],
  [
    "an hour that the zone skips",
    deck("prefix,rate,effective_from\n1,1,2026-03-29T02:30:00\n"),
    ["d.csv:2:5 skipped-time"],
  ],
  [
    "a window that ends before it begins",
    deck("prefix,rate,effective_from,effective_to\n1,1,2026-02-01,2026-02-01\n"),
    ["d.csv:2:16 empty-window"],
  ],
  // Rows against each other.
  [
    "rows that nothing tells apart",
    deck(
      "rate,prefix,effective_from\n1,34,\n2,35,\n3,34,2026-01-01\n4,34,\n5,34,2025-12-31T23:00Z\n",
    ),
    ["d.csv:5:3 duplicate-row", "d.csv:6:3 duplicate-row"],
  ],
  [
    "bands that leave hours open",
    deck("prefix,rate,band\n34,1,peak\n"),
    ["d.csv:2:1 gap-in-bands"],
  ],
  [
    "a band of another zone that covers every hour by itself",
    faultsOf(
      folder({ "d.csv": "prefix,rate,band\n9,1,all\n9,2,peak\n" }, [
        'bands: { all: { timeZone: UTC }, peak: { from: "08:00", to: "20:00" } }',
      ]),
    ),
    [],
  ],
  [
    "later steps that no second reaches, since a band before them covers every hour",
    faultsOf(
      folder({ "d.csv": "prefix,rate,band,from_second\n9,1,all,\n9,2,peak,60\n9,3,,60\n" }, [
        'bands: { all: {}, peak: { from: "08:00", to: "20:00" } }',
      ]),
    ),
    [],
  ],
  [
    "a later step of a band that comes first",
    faultsOf(
      folder({ "d.csv": "prefix,rate,band,from_second\n9,1,all,\n9,2,peak,60\n" }, [
        'bands: { peak: { from: "08:00", to: "20:00" }, all: {} }',
      ]),
    ),
    ["d.csv:2:1 gap-in-bands"],
  ],
  [
    "steps without a first",
    deck("prefix,rate,from_second\n34,1,60\n34,1,0\n35,1,60\n"),
    ["d.csv:4:1 gap-in-bands"],
  ],
  [
    "faults of accounts.csv",
    faultsOf(
      folder(
        {
          "a.csv":
            "account,voip_plan,numbering,from\n1,silver,moon,soon\n2,gold,wholesale-e164,\n" +
            "2,gold,,\n,gold,,\n 3,gold,,\n2,gold,,2026-01-01\n",
        },
        ["accounts: a.csv"],
      ),
    ),
    [
      "a.csv:2:3 unknown-voip-plan",
      "a.csv:2:10 unknown-rule-set",
      "a.csv:2:15 invalid-date",
      "a.csv:4:1 duplicate-row",
      "a.csv:5:1 missing-field",
      "a.csv:6:1 invalid-field",
    ],
  ],
  [
    "faults of exchange.csv",
    faultsOf(
      folder(
        { "x.csv": "from,to,rate,effective_from\nEUR,usd,0,\nEUR,EUR,,\nEUR,USD,1,\nEUR,USD,2,\n" },
        ["exchange: x.csv"],
      ),
    ),
    [
      "x.csv:2:5 unknown-currency",
      "x.csv:2:9 invalid-field",
      "x.csv:3:5 invalid-field",
      "x.csv:3:9 missing-field",
      "x.csv:5:1 duplicate-row",
    ],
  ],
  [
    "more faults than are listed",
    deck(`prefix,rate\n${"x,1\n".repeat(1003)}`).slice(-2),
    ["d.csv:1001:1 invalid-prefix", "d.csv:1001:1 too-many-faults"],
  ],
];

describe("each fault at its place", () => {
  test.each(CASES)("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test("every code of the table fires in a case above", () => {
    const fired = new Set(CASES.flatMap(([, found]) => found.map((fault) => fault.split(" ")[1])));
    // A file over a deck is no folder: amend.test.ts has these.
    const ofAmendments = ["amendment-conflict", "amendment-without-row"];
    for (const code of ofAmendments) fired.add(code);
    expect(Object.keys(FAULT_CODES).filter((code) => !fired.has(code))).toEqual([]);
  });
});

test("faults of all files come at once, tariff.yaml first", () => {
  const files = folder({ "d.csv": "prefix,rate\n34x,1\n", "a.csv": "account,voip_plan\n1,tin\n" }, [
    "rounding: { decimals: 12 }",
    "accounts: a.csv",
    "carrierPlans: { alpha: { deck: b.csv } }",
  ]);
  expect(faultsOf({ ...files, "b.csv": "prefix\n1\n" })).toEqual([
    "tariff.yaml:7:23 invalid-setting",
    "tariff.yaml:9:17 missing-setting",
    "a.csv:2:3 unknown-voip-plan",
    "b.csv:1:1 missing-column",
    "d.csv:2:1 invalid-prefix",
  ]);
});

test("fields after quotes and line breaks keep their line and column", () => {
  const text = '\uFEFFprefix,destination,rate\r\n34,"Spain, ""all""\r\nof it",x\r\n\r\n"35",,y\r\n';
  expect(deck(text)).toEqual(["d.csv:3:8 not-a-decimal", "d.csv:5:7 not-a-decimal"]);
});

test("a duplicate names the line of the other row", () => {
  const read = readTariff(folder({ "d.csv": "prefix,rate\n34,1\n35,1\n34,1\n" }));
  expect(!read.ok && read.faults[0]?.message).toContain("line 2");
});

test("a refused prefix: `*` is named only where it is allowed", () => {
  const prefixes = folder({ "d.csv": "prefix,rate,caller_prefix\n+34,1,\n34,1,*\n35,1,x\n" });
  expect(messagesOf(prefixes)).toEqual([
    'A prefix is 1 to 15 digits. "+34" is neither that nor `*`, the default row.',
    'A prefix is 1 to 15 digits. "*": an empty field is every caller.',
    'A prefix is 1 to 15 digits. "x"',
  ]);
  expect(messagesOf(folder({}, ['banPlans: { p: { prefixes: ["x"] } }']))).toEqual([
    'A prefix is 1 to 15 digits. banPlans.p.prefixes.0: "x" is none, nor `*`.',
  ]);
});
