// Goal: a file of lines that is imported brings the same calls as a feed that follows it, whatever its
// bytes are; a line over the limit costs no more memory than the limit. Method: both cutters beside each
// other, with random bytes in random pieces.
import { gzipSync } from "node:zlib";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { fileLines } from "../../../src/engine/files/lines.ts";
import { unitsOf } from "../../../src/engine/imports/units.ts";
import { ASTERISK_CSV } from "../../../src/formats/asterisk/csv.ts";
import { cutRecords, MOST_LINE_BYTES } from "../../../src/formats/lines/cut.ts";
import { createNumbering } from "../../../src/formats/lines/numbering.ts";
import { fileFormat } from "../../../src/formats/tables/file-formats.ts";
import { mediate } from "../../../src/mediation/mediate.ts";
import { sourceSettings } from "../../../src/mediation/source-settings.ts";
import { PLAIN_DIALECT } from "../../../src/tables/dialect.ts";

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const isWhole = (line: string) => line.split('"').length % 2 === 1;

async function imported(bytes: Buffer, size = 1000) {
  const found: { line: number; bytes: string; occurrence: number | undefined; reason?: string }[] =
    [];
  for await (const lines of fileLines(inPieces(bytes, size), isWhole)) {
    for (const { line, record } of lines) {
      const text = Buffer.from(record.bytes).toString("latin1");
      const reason = record.fault === undefined ? {} : { reason: record.fault.reason };
      found.push({ line, bytes: text, occurrence: record.occurrence, ...reason });
    }
  }
  return found;
}

/** As the feed kind `follow` hands them over. */
function followed(bytes: Buffer) {
  const numbering = createNumbering();
  const { records, used } = cutRecords(bytes, { isWhole, mostBytes: 10_000, mostRecords: 10_000 });
  const numbered = numbering.take(records);
  const texts = numbered.map(({ bytes: own, occurrence }) => ({
    bytes: Buffer.from(own).toString("latin1"),
    occurrence,
  }));
  return { texts, used };
}

describe("the lines of a file", () => {
  const byte = fc.constantFrom(0x61, 0x2c, 0x22, 0x0a, 0x0d, 0x20, 0xe9, 0xff, 0xc3, 0xa9, 0xef);
  property.prop([fc.array(byte, { maxLength: 120 }), fc.integer({ min: 1, max: 40 })])(
    "are those that a feed makes of it",
    async (bytes, size) => {
      const file = Buffer.from([...bytes, 0x0a]);
      const feed = followed(file);
      const lines = await imported(file, size);
      const same = lines.slice(0, feed.texts.length);
      expect(same.map(({ bytes: own, occurrence }) => ({ bytes: own, occurrence }))).toEqual(
        feed.texts,
      );
      // What waits for the end of a quote in a file that grows is a record in one that is whole.
      const rest = file.subarray(feed.used).toString("latin1").replaceAll(/\s/g, "");
      expect(
        lines
          .slice(feed.texts.length)
          .map(({ bytes: own }) => own.replaceAll(/\s/g, ""))
          .join(""),
      ).toBe(rest);
    },
  );

  it("are told by the line that they begin at, also in a packed file and without a last end", async () => {
    const text = 'a\n\nb,"x\ny"\r\na\nc';
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      expect(await imported(bytes, 3)).toEqual([
        { line: 1, bytes: "a\n", occurrence: 1 },
        { line: 3, bytes: 'b,"x\ny"\r\n', occurrence: 1 },
        { line: 5, bytes: "a\n", occurrence: 2 },
        { line: 6, bytes: "c\n", occurrence: 1 },
      ]);
    }
  });

  it("over the limit are one record each, kept by their beginning", async () => {
    const long = "x".repeat(3 * MOST_LINE_BYTES);
    const found = await imported(Buffer.from(`a\n${long}\nb\n`), 50_000);
    expect(found.map(({ line, reason }) => [line, reason])).toEqual([
      [1, undefined],
      [2, "over-limit"],
      [3, undefined],
    ]);
    expect(found[1]?.bytes).toHaveLength(2000);
  });
});

it("a Latin-1 line without an id is the same call by the feed and by the import", async () => {
  const columns = ["src", "dst", "start", "billsec", "disposition"];
  const source = { ...sourceSettings.parse({ name: "pbx" }), columns };
  const line = '"Jos\xe9","34650123456","2026-03-02 09:00:00",60,"ANSWERED"\n';
  const bytes = Buffer.from(line, "latin1");
  const rules = { source: "pbx", identity: "channel", answered: "billsec", columns } as const;
  const callOf = (body: Uint8Array, occurrence: number | undefined) => {
    const read = ASTERISK_CSV.read({
      ...{ body, query: "", contentType: null, rules },
      ...(occurrence === undefined ? {} : { occurrence }),
    });
    if (!read.ok) throw new Error(read.detail);
    const found = mediate(read.raw, source, Date.parse("2026-03-03T00:00:00Z"));
    if (!found.ok) throw new Error(found.detail);
    const { id, contentHash } = found.cdr;
    return { id, contentHash };
  };
  const format = fileFormat("asterisk-csv");
  if (format === null) throw new Error("there is such a format");
  const [fromFeed] = createNumbering().take([{ bytes }]);
  for await (const [unit] of unitsOf(inPieces(bytes, 10), {
    ...{ format, dialect: PLAIN_DIALECT, isWhole },
  })) {
    expect(callOf(unit?.bytes ?? bytes, unit?.occurrence)).toEqual(
      callOf(fromFeed?.bytes ?? bytes, fromFeed?.occurrence),
    );
  }
});
