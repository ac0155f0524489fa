// Goal: the sniffer tells how a table is written, or asks; answers are members of the dialect. Method:
// small tables of our own, and every file of the reference folder, where it is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { KnownDialect } from "../../src/tables/dialect.ts";
import type { Target } from "../../src/tables/sniff/names.ts";
import { sniff } from "../../src/tables/sniff/sniff.ts";
import { encode } from "./write-table.ts";

function sniffed(text: string | Uint8Array, known: KnownDialect = {}, target: Target = "cdr") {
  const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
  return sniff({ bytes, isWhole: true, target, known });
}

const codes = ({ doubts }: ReturnType<typeof sniffed>) => doubts.map(({ code }) => code);

const CALLS =
  "Call ID;B-Number;Start;Talk Duration\nc1;34650123456;2026-03-02 10:00:00;60\nc2;34650123457;2026-03-02 10:01:00;61\n";

describe("what is plain", () => {
  it("a table with known names needs no answer", () => {
    expect(sniffed(CALLS)).toMatchObject({
      dialect: {
        encoding: "utf-8",
        delimiter: ";",
        header: true,
        firstLine: 1,
        quoting: "standard",
        map: {
          originId: "Call ID",
          destination: "B-Number",
          setupTime: "Start",
          usage: "Talk Duration",
        },
      },
      confidence: 1,
      doubts: [],
      rows: [{ "B-Number": "34650123456" }, { "B-Number": "34650123457" }],
    });
  });

  it.each(["utf-16le", "utf-16be"])("%s is told by its zeros and by its mark", (encoding) => {
    expect(sniffed(encode(CALLS, encoding)).dialect.encoding).toBe(encoding);
    expect(sniffed(encode(`\uFEFF${CALLS}`, encoding))).toMatchObject({
      dialect: { encoding, map: { originId: "Call ID" } },
    });
  });

  it("a mark of UTF-8 is no part of the first name", () => {
    expect(sniffed(`\uFEFF${CALLS}`).columns[0]).toBe("Call ID");
  });

  it("notices above the table are passed over", () => {
    const text = `Acme Voice\n"Quote" of the day\n\nIssued:;01\n${CALLS}`;
    expect(sniffed(text).dialect).toMatchObject({ firstLine: 5, delimiter: ";", header: true });
  });

  it.each([",", "\t", "|"])(
    "the delimiter %j, beside decimal commas and names with commas",
    (sign) => {
      const text = ["to", "name", "rate"].join(sign);
      const rows = ["34", '"Spain, mobile"', '"0,12"'].join(sign);
      expect(sniffed(`${text}\n${rows}\n${rows}\n`, {}, "deck").dialect.delimiter).toBe(sign);
    },
  );

  it("a decimal comma makes no delimiter", () => {
    expect(
      sniffed("code;peak;off\n93;0,1230;0,1230\n937;0,1391;0,1391\n", {}, "deck").dialect.delimiter,
    ).toBe(";");
  });

  it("lines that end in CR alone", () => {
    expect(sniffed(CALLS.replaceAll("\n", "\r")).dialect).toMatchObject({
      lineEnd: "cr",
      delimiter: ";",
    });
  });
});

describe("what is asked", () => {
  it("an encoding that nothing tells, with the answer as a member", () => {
    const bytes = encode(CALLS.replace("c1", "é1"), "windows-1252");
    const asked = sniffed(bytes);
    expect(asked.doubts).toMatchObject([
      {
        code: "encoding",
        answers: ["windows-1252", "iso-8859-15", "windows-1250", "windows-1251"],
      },
    ]);
    expect(asked.confidence).toBeLessThan(1);
    expect(sniffed(bytes, { encoding: "windows-1252" }).doubts).toEqual([]);
  });

  it("which number of a date is the day, unless one is over 12", () => {
    const table = (day: string) => `uuid,dst,start,billsec\n1,34650123456,${day} 10:00:00,60\n`;
    expect(sniffed(table("03/04/2026"))).toMatchObject({
      doubts: [{ code: "dateOrder", answers: ["dmy", "mdy"] }],
    });
    expect(sniffed(table("23/04/2026"))).toMatchObject({
      dialect: { dateOrder: "dmy" },
      doubts: [],
    });
    expect(sniffed(table("04/23/2026"))).toMatchObject({
      dialect: { dateOrder: "mdy" },
      doubts: [],
    });
    expect(sniffed(table("2026/04/23"))).toMatchObject({ doubts: [] });
  });

  it("columns without names", () => {
    const asked = sniffed(
      "81050000, abbey1, 650200000, 88, 78\n81050001, jerrell2, 650200001, 155, 147\n",
    );
    expect(asked.dialect).toMatchObject({ header: false, delimiter: "," });
    expect(codes(asked)).toEqual(["map.destination", "map.setupTime", "map.usage"]);
    expect(asked.doubts[0]?.answers).toEqual([
      "column1",
      "column2",
      "column3",
      "column4",
      "column5",
    ]);
  });

  it("several columns of one meaning, rows of other lengths", () => {
    const text =
      "uuid,dst,start,billsec,duration\n1,34,2026-03-02 10:00:00,60,61\n2,34,2026-03-02 10:00:00,60\n";
    const asked = sniffed(text);
    expect(codes(asked)).toEqual(["ragged", "map.usage"]);
    const map = { usage: "billsec", destination: "dst" };
    const answered = sniffed(text, { ragged: "fill", map });
    expect([codes(answered), answered.dialect.map]).toEqual([[], map]);
  });

  it("bytes of any kind are answered, with low confidence or doubts", () => {
    for (const bytes of [
      new Uint8Array(),
      Uint8Array.of(0),
      Uint8Array.of(0xff, 0, 0x22, 0x0a),
      Buffer.alloc(5000, 0x22),
    ]) {
      const asked = sniffed(bytes);
      expect(asked.doubts.length).toBeGreaterThan(0);
    }
  });
});

const REFERENCE = fileURLToPath(new URL("../../../shared/reference/", import.meta.url));
const isThere = existsSync(join(REFERENCE, "ratedecks"));
if (!isThere) {
  process.stderr.write(
    "SKIPPED: ../shared/reference/ratedecks is not there: only our own tables are tried.\n",
  );
}

function referenceFile(path: string): Uint8Array {
  const bytes = readFileSync(join(REFERENCE, path));
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

describe.skipIf(!isThere)("files of others", () => {
  const decks = isThere
    ? readdirSync(join(REFERENCE, "ratedecks")).filter((name) => /\.csv(\.gz)?$/.test(name))
    : [];

  it.each(decks)("%s: a delimiter with more than one column, or a question", (file) => {
    const bytes = referenceFile(`ratedecks/${file}`).subarray(0, 262_144);
    const found = sniff({ bytes, isWhole: bytes.length < 262_144, target: "deck", known: {} });
    expect(found.columns.length).toBeGreaterThan(1);
    const isMapped = ["prefix", "rate"].every((field) => found.dialect.map[field] !== undefined);
    expect(isMapped || found.doubts.length > 0).toBe(true);
  });

  it.each([
    ["synthetic-quirks.csv", { delimiter: ";", firstLine: 4, header: true, dateOrder: "dmy" }],
    ["tcxc-carrier-notice.csv", { delimiter: ",", firstLine: 7, header: true, dateOrder: "dmy" }],
    ["a2billing-doc-semicolon.csv", { delimiter: ";", firstLine: 1, header: true }],
    ["asterisell-twt-it-semicolon.csv", { delimiter: ";", firstLine: 1, header: true }],
    ["asterisell-international-it.csv", { delimiter: ",", header: true }],
    ["cdr-stats-carrier-sample.csv", { delimiter: ",", header: false }],
    ["a2billing-ratecard-complex.csv", { delimiter: ",", header: false }],
    ["a2billing-ratecard-simple.csv", { delimiter: ",", header: false }],
    ["nanp-npanxx-head-20k.csv", { delimiter: ",", header: true }],
  ] as const)("deck %s", (file, dialect) => {
    const bytes = referenceFile(`ratedecks/${file}`).subarray(0, 262_144);
    const found = sniff({ bytes, isWhole: bytes.length < 262_144, target: "deck", known: {} });
    expect(found.dialect).toMatchObject(dialect);
  });

  it("CDR-Stats's file of 25 columns", () => {
    const found = sniffed(referenceFile("other/02-cdr-stats-import-2015.csv"));
    expect(found.columns).toHaveLength(25);
    expect(found.dialect).toMatchObject({
      header: true,
      map: {
        originId: "callid",
        destination: "destination_number",
        account: "accountcode",
        setupTime: "starting_date",
      },
    });
    expect(codes(found)).toContain("map.usage");
  });

  it("its old file without names, FreeSWITCH's Master.csv, Asterisk's, UCM's with quotes by no book", () => {
    expect(sniffed(referenceFile("other/03-cdr-stats-import-legacy-2012.txt"))).toMatchObject({
      dialect: { header: false, delimiter: "," },
    });
    const freeswitch = sniffed(referenceFile("other/01-freeswitch-mod-cdr-csv-2020.csv"));
    expect(freeswitch.dialect).toMatchObject({ header: false, delimiter: "," });
    expect(freeswitch.columns).toHaveLength(15);
    const asterisk = sniffed(referenceFile("asterisk/02-cdr-csv-master-sip-fxs-2020.csv"));
    expect(asterisk.dialect).toMatchObject({ header: false, delimiter: ",", quoting: "standard" });
    const ucm = sniffed(referenceFile("other/12-ucm-cdrapi-2013.csv"));
    expect(ucm.dialect).toMatchObject({ header: true, delimiter: ",", quoting: "lazy" });
    expect(codes(ucm)).toContain("ragged");
  });

  it.each([
    "other/10-ucm-realtime-json-2026.json",
    "other/30-3cx-socket-line-2023.txt",
    "other/40-opensips-e-acc-cdr-datagram-2014.txt",
  ])("%s is no table with names: it asks", (file) => {
    expect(sniffed(referenceFile(file)).doubts.length).toBeGreaterThan(0);
  });
});
