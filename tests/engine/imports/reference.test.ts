// Goal: every file of others that can be imported brings the right calls and the right refusals, the
// preview says what the run does, and twice is duplicates only. Method: the files where they are there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { sourceSettings } from "../../../src/mediation/source-settings.ts";
import { createTestEngine, type TestEngine } from "../rerate/test-engine.ts";
import { importFile } from "./import-file.ts";

const REFERENCE = fileURLToPath(new URL("../../../../shared/reference/", import.meta.url));
if (!existsSync(REFERENCE)) {
  process.stderr.write(
    "SKIPPED: ../shared/reference is not there: no file of others is imported.\n",
  );
}

const CUSTOM_01 =
  "clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,disposition,amaflags,accountcode,uniqueid,userfield,sequence";
const CUSTOM_04 =
  "accountcode,src,dst,dcontext,src,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,disposition,amaflags,uniqueid,userfield";
const LEGACY = {
  ...{ caller_id_number: "1", caller_id_name: "2", destination_number: "3", duration: "4" },
  ...{ billsec: "5", hangup_cause_id: "6", uuid: "7", start_uepoch: "8" },
};

interface Expected {
  file: string;
  format: string;
  dialect?: object;
  /** The columns of its source, where they are its own. */
  columns?: string;
  /** Of the stored calls in the order of the file: destination, seconds, set-up. */
  calls: number;
  first?: [destination: string | undefined, seconds: number, setup: string];
  last?: [destination: string | undefined, seconds: number, setup: string];
  /** Of the others. */
  duplicates?: number;
  conflicts?: number;
  refused?: [line: number, reason: string, detail: RegExp][];
}

const FILES: Expected[] = [
  {
    file: "other/01-freeswitch-mod-cdr-csv-2020.csv",
    format: "freeswitch-csv",
    calls: 8,
    duplicates: 1,
    conflicts: 1,
  },
  {
    file: "other/02-cdr-stats-import-2015.csv",
    format: "cdr-stats-csv",
    calls: 5,
    first: ["+34798400122", 50, "2015-10-21T12:13:10.000Z"],
    last: ["+34650104877", 5, "2015-10-21T12:53:16.000Z"],
  },
  {
    file: "other/03-cdr-stats-import-legacy-2012.txt",
    format: "cdr-stats-csv",
    dialect: { header: false, map: LEGACY },
    calls: 20,
  },
  {
    file: "other/10-ucm-realtime-json-2026.json",
    format: "ucm-json",
    calls: 1,
    first: ["331", 0, "2026-01-26T12:07:08.000Z"],
  },
  {
    file: "other/11-ucm-cdrapi-2013.json",
    format: "ucm-json",
    calls: 3,
    first: ["5301", 6, "2013-12-03T11:46:40.000Z"],
  },
  {
    file: "other/12-ucm-cdrapi-2013.csv",
    format: "ucm-csv",
    // Those of the answer in JSON, in other words.
    calls: 0,
    duplicates: 2,
  },
  {
    file: "other/13-ucm-realtime-guide-example-2026.json",
    format: "ucm-json",
    calls: 1,
    first: ["9785551234", 305, "2026-02-01T10:30:00.000Z"],
  },
  {
    file: "other/20-yeastar-p-series-30012-msg-is-a-string.txt",
    format: "yeastar",
    calls: 1,
    first: ["2002", 21, "2022-04-27T19:04:36.000Z"],
  },
  {
    file: "other/21-yeastar-k2-newcdr-2019.json",
    format: "yeastar",
    calls: 1,
    first: ["2023", 14, "2019-10-23T22:18:50.000Z"],
  },
  {
    file: "other/22-yeastar-cloudpbx-newcdr-outbound-2019.json",
    format: "yeastar",
    calls: 1,
    first: ["9283737733", 3, "2019-01-13T23:09:02.000Z"],
  },
  {
    file: "other/30-3cx-socket-line-2023.txt",
    format: "3cx-csv",
    calls: 1,
    first: ["960", 336, "2023-09-19T13:33:54.000Z"],
  },
  {
    file: "asterisk/01-cdr-custom-master-pjsip-2023.csv",
    format: "asterisk-csv",
    columns: CUSTOM_01,
    calls: 14,
    first: ["6789", 13, "2023-07-26T01:51:32.000Z"],
  },
  {
    file: "asterisk/02-cdr-csv-master-sip-fxs-2020.csv",
    format: "asterisk-csv",
    calls: 4,
    first: ["8002", 0, "2020-08-27T11:02:40.000Z"],
    last: ["7001", 11, "2020-08-25T16:11:41.000Z"],
  },
  {
    file: "asterisk/03-cdr-csv-master-gsm-dongle-2018.csv",
    format: "asterisk-csv",
    calls: 2,
    last: ["+380636805521", 83, "2018-06-30T14:45:02.000Z"],
  },
  {
    file: "asterisk/04-cdr-custom-isdn-lcr-2009.csv",
    format: "asterisk-csv",
    columns: CUSTOM_04,
    calls: 1,
    first: ["11", 45, "2009-04-23T15:16:52.000Z"],
  },
  {
    file: "asterisk/05-cdr-csv-master-queue-2026.csv",
    format: "asterisk-csv",
    calls: 1,
    first: ["2", 82, "2026-07-08T00:13:16.000Z"],
    refused: [[2, "invalid-field", /usage is no length: from-fxo-gw/]],
  },
];

/** Events of a live feed, and not files that a switch writes. */
const NO_FILES = ["index.json", "40-", "41-", "42-"];

describe.skipIf(!existsSync(REFERENCE))("files of others", () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await createTestEngine("sqlite::memory:");
    // Some of the files are of calls that were to come.
    test.now.ms = Date.parse("2026-12-01T00:00:00Z");
  });
  afterAll(() => test.close());

  it("are all there", () => {
    const importable = [
      ...readdirSync(join(REFERENCE, "other")).filter(
        (name) => !NO_FILES.some((no) => name.startsWith(no)),
      ),
      ...readdirSync(join(REFERENCE, "asterisk")).filter((name) => /^0\d-.*\.csv$/.test(name)),
    ];
    const named = FILES.map(({ file }) => file.split("/")[1]);
    expect(importable.filter((name) => !named.includes(name))).toEqual([]);
  });

  async function engineFor({ columns }: Expected): Promise<[ComposedEngine, string]> {
    if (columns === undefined) return [test.engine, "default"];
    const source = {
      ...sourceSettings.parse({ name: "pbx", kind: "asterisk" }),
      columns: columns.split(","),
    };
    return [await test.another((store) => store, [source]), "pbx"];
  }

  it.each(FILES)("$file", async (expected) => {
    const {
      file,
      format,
      dialect = {},
      calls,
      duplicates = 0,
      conflicts = 0,
      refused = [],
    } = expected;
    const bytes = readFileSync(join(REFERENCE, file));
    const [engine, source] = await engineFor(expected);
    const asked = { format, dialect, source, batch: file, name: file };
    const job = await importFile(engine, bytes, asked);
    expect(job.body.fault).toBe(undefined);
    const { preview, run, request } = job.body;
    const { duplicate = 0, conflict = 0, suspended = 0, ...stored } = run.outcomes;
    const sum = Object.values(stored).reduce((total, count) => total + count, 0);
    expect({ calls: sum, duplicate, conflict, suspended }).toEqual({
      ...{ calls, duplicate: duplicates, conflict: conflicts, suspended: refused.length },
    });
    expect({ ...preview, rows: [], reasons: {}, refusals: [] }).toEqual({
      ...{ lines: run.lines, new: sum, same: duplicate, changed: conflict, refused: suspended },
      ...{ rows: [], reasons: {}, refusals: [] },
    });
    expect(preview.refusals.map(({ line, reason }) => [line, reason])).toEqual(
      refused.map(([line, reason]) => [line, reason]),
    );
    for (const [index, [, , detail]] of refused.entries()) {
      expect(preview.refusals[index]?.detail).toMatch(detail);
    }
    const filter = { batchIds: [request.batch] };
    const { cdrs } = await test.store.cdrs.find({
      filter,
      sort: { by: "callTime", descending: false },
      limit: 100,
    });
    const inOrder = cdrs.toSorted((left, right) => (left.batchLine ?? 0) - (right.batchLine ?? 0));
    const shown = inOrder.map(({ primary: { destination, usage, setupTime } }) => [
      destination,
      usage / 1000,
      new Date(setupTime?.atMs ?? 0).toISOString(),
    ]);
    if (expected.first !== undefined) expect(shown[0]).toEqual(expected.first);
    if (expected.last !== undefined) expect(shown.at(-1)).toEqual(expected.last);

    const again = await importFile(engine, bytes, asked);
    expect(again.body.run.outcomes).toEqual({
      ...(calls + duplicates > 0 ? { duplicate: calls + duplicates } : {}),
      ...(conflicts > 0 ? { conflict: conflicts } : {}),
      ...(refused.length > 0 ? { suspended: refused.length } : {}),
    });
    expect((await engine.batches.reconcile(request.batch, EVERYTHING)).faults).toEqual([]);
  });
});
