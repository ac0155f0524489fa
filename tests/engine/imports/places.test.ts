// Goal: a refused record of a file names the line and the column of what is wrong, in the preview and in
// suspense alike, whatever the file is written like. Method: files with one fault at a known place.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { makeWorkbook } from "../files/make-workbook.ts";
import { createTestEngine, type TestEngine } from "../rerate/test-engine.ts";
import { importFile } from "./import-file.ts";

const MASTER = '"","201","34650123456","ctx","""A"" <201>","SIP/1-1","SIP/2-1","Dial","x"';
const master = (start: string, billsec: string) =>
  `${MASTER},"${start}","2026-03-02 10:00:05","2026-03-02 10:01:05",65,${billsec},"ANSWERED","DOCUMENTATION","1772445600.1",""`;
const UCM = "AcctId,src,dst,start,answer,end,duration,billsec,disposition,uniqueid";

/** `«` stands where the refusal says it is, and is no part of the file. */
const FILES: [name: string, format: string, marked: string, reason: string][] = [
  [
    "a row of a table",
    "csv",
    "uuid,destination,start,billsec\n1,346,2026-03-02 09:00:00,5\n2,346,«2026-02-30 09:00:00,5\n",
    "invalid-field",
  ],
  [
    "a row with a line end in a cell",
    "csv",
    'uuid,destination,note,start,billsec\n1,346,"a\nb",2026-03-02 09:00:00,«long\n',
    "invalid-field",
  ],
  [
    "a row that is too short",
    "csv",
    "uuid,destination,start,billsec\n1,346,2026-03-02 09:00:00«\n",
    "ragged-row",
  ],
  [
    "a value of a line of Asterisk",
    "asterisk-csv",
    `${master("2026-03-02 10:00:00", "60")}\n${master("2026-03-02 10:00:00", "«from-fxo")}\n`,
    "invalid-field",
  ],
  [
    "a quote of a line of Asterisk",
    "asterisk-csv",
    `${master("2026-03-02 10:00:00", "60")}\n"a",«"b\n`,
    "broken-csv",
  ],
  ["a line of Asterisk of no form", "asterisk-csv", "«a,b,c\n", "not-a-cdr"],
  [
    "a member of a line of JSON",
    "jsonl",
    '{"originId":"1","usage":5,"answerTime":"2026-03-02T09:00:00Z"}\n{"originId":"2",«"usage":"x"}\n',
    "invalid-field",
  ],
  ["a line that is no JSON", "jsonl", '{"originId":"1",«usage:5}\n', "broken-json"],
  [
    "a member of a list",
    "jsonl",
    '[{"originId":"1","usage":5,"answerTime":"2026-03-02T09:00:00Z"},\n {"originId":"2", «"usage":"x"}]',
    "invalid-field",
  ],
  [
    "a list that is not closed",
    "jsonl",
    '[{"originId":"1","usage":5,"answerTime":"2026-03-02T09:00:00Z"}, «{"originId":"2"',
    "broken-json",
  ],
  [
    "a cell of OpenSIPS",
    "opensips-flatstore",
    "INVITE,a,t,call-1,200,OK,1564067520,2,«soon,28,27531\n",
    "invalid-field",
  ],
  ["a line of OpenSIPS of no form", "opensips-flatstore", "«1,2,3,4,5,6,7,8\n", "not-a-cdr"],
  [
    "a cell of 3CX",
    "3cx-csv",
    "Call 1,c1,00:00:05,«when,2026/03/02 09:00:00,2026/03/02 09:00:05,r,1,2,3,4,5,,6,7,,,,,\n",
    "invalid-field",
  ],
  [
    "a cell of FreeSWITCH",
    "freeswitch-csv",
    '"a","1","2","ctx","2026-03-02 09:00:00","2026-03-02 09:00:01","2026-03-02 09:00:05","5",«"four","NORMAL_CLEARING","u-1","","1001","PCMU","PCMU"\n',
    "invalid-field",
  ],
  [
    "a row of CDR-Stats",
    "cdr-stats-csv",
    "switch,callid,destination_number,starting_date,duration,billsec\ns,1,346,«yesterday,5,5\n",
    "invalid-field",
  ],
  [
    "a value of a line of a UCM",
    "ucm-csv",
    `${UCM}\r\n7,201,331,2026-03-02 09:00:00,,2026-03-02 09:00:09,9,«nine,ANSWERED,u1\r\n`,
    "invalid-field",
  ],
  [
    "a member of a UCM",
    "ucm-json",
    '{"cdr_root":[\n{"AcctId":"8","src":"201","dst":"331","start":"2026-03-02 09:00:00",\n «"billsec":"nine","disposition":"ANSWERED"}]}',
    "invalid-field",
  ],
  [
    "an element of a UCM",
    "ucm-xml",
    "<cdr_root>\n<cdr><AcctId>9</AcctId><dst>331</dst><start>2026-03-02 09:00:00</start>«<billsec>nine</billsec></cdr></cdr_root>",
    "invalid-field",
  ],
];

describe("the place of what is refused", () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await createTestEngine("sqlite::memory:");
  });
  afterAll(() => test.close());

  async function refusalOf(
    content: string | Uint8Array,
    format: string,
    name: string,
    dialect: object = {},
  ) {
    const asked = { format, name, batch: name, dialect };
    const { body } = await importFile(test.engine, content, asked);
    expect(body.fault).toBe(undefined);
    expect(body.preview.refusals).toHaveLength(1);
    const { records } = await test.engine.suspense.find({ limit: 100 }, EVERYTHING);
    const kept = records.find(({ batchId, reason }) => batchId === name && !/differs/.test(reason));
    expect(kept?.detail).toBe(body.preview.refusals[0]?.detail);
    return body.preview.refusals[0];
  }

  it.each(FILES)("%s", async (name, format, marked, reason) => {
    const before = marked.slice(0, marked.indexOf("«")).split("\n");
    const place = `Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: `;
    const refusal = await refusalOf(marked.replace("«", ""), format, name);
    expect(refusal?.reason).toBe(reason);
    expect(refusal?.detail.slice(0, place.length)).toBe(place);
  });

  it("a quote that is not closed, where a table is read by the book", async () => {
    const text = 'uuid,destination,start,billsec\n1,346,"2026,5\n';
    const refusal = await refusalOf(text, "csv", "quote", { quoting: "standard" });
    expect(refusal).toMatchObject({
      reason: "broken-csv",
      detail: expect.stringMatching(/^Line 2, column 7: /),
    });
  });

  it("a cell of a workbook, by its row and number", async () => {
    const rows = [
      ["uuid", "destination", "start", "billsec"],
      ["1", "346", "2026-03-02 09:00:00", "5"],
      ["2", "346", "2026-03-02 09:00:00", "long"],
    ];
    const refusal = await refusalOf(makeWorkbook({ Calls: rows }), "csv", "workbook");
    expect(refusal).toMatchObject({
      line: 3,
      detail: expect.stringMatching(/^Line 3, column 4: /),
    });
  });
});
