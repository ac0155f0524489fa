// Goal: the times of a record are read together, so that a clock change never turns a true call into
// an impossible one. Method: true calls around the changes of many zones are written as local time
// without a zone, as switches do, and read back.
import { fc, test as property } from "@fast-check/vitest";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { momentText } from "../../src/cdr/moment.ts";
import { readCdrObject } from "../../src/formats/cdr-object.ts";
import { mediate } from "../../src/mediation/mediate.ts";
import { sourceSettings } from "../../src/mediation/source-settings.ts";

const NOW = Date.UTC(2026, 10, 30);

function read(fields: Record<string, string | number>, settings: object = {}) {
  const record = readCdrObject({ accid: "1", ...fields });
  if (!record.ok) throw new Error(record.detail);
  const source = sourceSettings.parse({ name: "test", timeZone: "Europe/Madrid", ...settings });
  return mediate(record.raw, source, NOW);
}

function times(fields: Record<string, string | number>, settings: object = {}) {
  const answer = read(fields, settings);
  if (!answer.ok) return `${answer.reason}: ${answer.detail}`;
  const { setupTime, answerTime, endTime, usage } = answer.cdr.primary;
  return {
    ...(setupTime && { setup: momentText(setupTime).slice(11) }),
    ...(answerTime && { answer: momentText(answerTime).slice(11) }),
    ...(endTime && { end: momentText(endTime).slice(11) }),
    usage: usage / 1000,
    warnings: answer.cdr.warnings ?? [],
  };
}

const day = "2025-10-26";
const sure = { warnings: [] };
const doubtful = { warnings: ["ambiguous-local-time"] };

describe("the repeated hour", () => {
  it("is the one in which the other times and the usage fit", () => {
    const answer_time = `${day} 02:50:00`;
    expect(times({ answer_time, end_time: `${day} 02:10:00`, billsec: 1200 })).toEqual({
      answer: "02:50:00.000+02:00",
      end: "02:10:00.000+01:00",
      usage: 1200,
      ...sure,
    });
    const early = { answer_time: `${day} 01:50:00`, end_time: `${day} 02:10:00` };
    expect(times({ ...early, billsec: 4800 })).toMatchObject({
      end: "02:10:00.000+01:00",
      ...sure,
    });
    expect(times({ answer_time, end_time: `${day} 03:30:00`, billsec: 6000 })).toMatchObject({
      answer: "02:50:00.000+02:00",
      ...sure,
    });
    // The set-up can only be in the first pass, and the end in the second.
    const setup_time = `${day} 02:59:58`;
    expect(times({ setup_time, answer_time: `${day} 02:00:05`, billsec: 3 })).toMatchObject({
      setup: "02:59:58.000+02:00",
      answer: "02:00:05.000+01:00",
      ...sure,
    });
  });

  it("of several readings takes the least usage made of them, else the earliest answer", () => {
    const both = { answer_time: `${day} 02:10:00`, end_time: `${day} 02:50:00` };
    const first = { answer: "02:10:00.000+02:00", end: "02:50:00.000+02:00" };
    expect(times(both)).toEqual({ ...first, usage: 2400, ...doubtful });
    expect(times({ ...both, billsec: 60 })).toEqual({ ...first, usage: 60, ...doubtful });
    expect(times({ answer_time: `${day} 01:50:00`, end_time: `${day} 02:10:00` })).toEqual({
      answer: "01:50:00.000+02:00",
      end: "02:10:00.000+02:00",
      usage: 1200,
      ...doubtful,
    });
    // An answer that can be in the first pass is.
    expect(times({ answer_time: `${day} 02:10:00`, billsec: 60 })).toMatchObject({
      answer: "02:10:00.000+02:00",
      ...doubtful,
    });
  });

  it("then takes the latest set-up", () => {
    const unanswered = { setup_time: `${day} 02:10:00`, end_time: `${day} 03:00:00`, usage: 0 };
    expect(times(unanswered)).toMatchObject({ setup: "02:10:00.000+01:00", ...doubtful });
    const answered = { setup_time: `${day} 02:10:00`, answer_time: `${day} 03:00:00`, usage: 5 };
    expect(times(answered)).toMatchObject({ setup: "02:10:00.000+01:00", ...doubtful });
  });

  it("suspends what no reading fits, and names the readings", () => {
    const fields = { answer_time: `${day} 02:50:00`, end_time: `${day} 02:10:00` };
    const answer = times({ ...fields, billsec: 1202 });
    expect(answer).toMatch(/^usage-exceeds-times: Source test: usage is 1202 s/);
    expect(answer).toContain("2025-10-26T02:50:00.000+02:00 or 2025-10-26T02:50:00.000+01:00");
    expect(answer).toContain("2025-10-26T02:10:00.000+02:00 or 2025-10-26T02:10:00.000+01:00");
    expect(times({ answer_time: `${day} 03:10:00`, end_time: `${day} 02:10:00` })).toMatch(
      /^end-before-answer/,
    );
    expect(
      times({ setup_time: `${day} 04:00:00`, answer_time: `${day} 02:10:00`, billsec: 1 }),
    ).toMatch(/^setup-after-answer/);
  });

  it("is suspended where several readings fit, if the source says so", () => {
    const settings = { ambiguousTimes: "suspend" };
    const both = { answer_time: `${day} 02:10:00`, end_time: `${day} 02:50:00` };
    expect(times(both, settings)).toMatch(/^ambiguous-local-time.*02:10:00.000\+01:00/);
    expect(
      times({ answer_time: `${day} 02:50:00`, end_time: `${day} 02:10:00` }, settings),
    ).toMatchObject(sure);
  });

  it("is read by other types of record too, whose usage is no time", () => {
    expect(
      times({
        tor: "*sms",
        setup_time: `${day} 02:59:59`,
        answer_time: `${day} 02:00:01`,
        usage: 1,
      }),
    ).toMatchObject({ setup: "02:59:59.000+02:00", answer: "02:00:01.000+01:00", ...sure });
  });
});

describe("the skipped hour", () => {
  it("has the offset before it, and the one after it where only that fits", () => {
    const spring = "2026-03-29";
    const late = { answer_time: `${spring} 01:50:00`, end_time: `${spring} 02:20:00` };
    expect(times({ ...late, billsec: 1800 })).toMatchObject({ end: "02:20:00.000+01:00", ...sure });
    const early = { answer_time: `${spring} 02:59:50`, end_time: `${spring} 03:00:10` };
    expect(times({ ...early, billsec: 20 })).toMatchObject({
      answer: "02:59:50.000+02:00",
      end: "03:00:10.000+02:00",
      ...sure,
    });
    expect(times({ ...early, billsec: 22 })).toMatch(/^usage-exceeds-times/);
  });
});

const ZONES = [
  "Europe/Madrid",
  "Europe/Dublin",
  "America/New_York",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Casablanca",
  "Asia/Tehran",
  "Antarctica/Troll",
];

/** Hours at whose begin the clock of the zone was changed since 2005. */
function changesOf(zone: string): number[] {
  const hours: number[] = [];
  let before = DateTime.fromMillis(Date.UTC(2005, 0), { zone }).offset;
  for (let day = Date.UTC(2005, 0); day < Date.UTC(2026, 9); day += 86_400_000) {
    const after = DateTime.fromMillis(day + 86_400_000, { zone }).offset;
    if (after === before) continue;
    const hour = Array.from({ length: 25 }, (_, index) => day + index * 3_600_000).find(
      (atMs) => DateTime.fromMillis(atMs, { zone }).offset === after,
    );
    if (hour !== undefined) hours.push(hour);
    before = after;
  }
  return hours;
}

const changes = ZONES.flatMap((zone) => changesOf(zone).map((atMs) => ({ zone, atMs })));

/** A true call: set up, answered and ended at instants around a clock change. */
const trueCall = fc.record({
  change: fc.constantFrom(...changes),
  setupS: fc.integer({ min: -9000, max: 9000 }),
  ringS: fc.integer({ min: 0, max: 120 }),
  lengthS: fc.integer({ min: 0, max: 9000 }),
  talkShare: fc.integer({ min: 0, max: 100 }),
});

const SQL = "yyyy-MM-dd HH:mm:ss";

it("knows changes of all its zones", () => {
  for (const zone of ZONES) expect([zone, changesOf(zone).length > 5]).toEqual([zone, true]);
});

property.prop(
  [
    trueCall,
    fc.subarray(["setup_time", "answer_time", "end_time"], { minLength: 1 }),
    fc.boolean(),
  ],
  { numRuns: 1000 },
)(
  "a true call in local time is never suspended, and what is stored fits",
  (call, sent, isUsage) => {
    const { zone, atMs } = call.change;
    const setup = atMs + call.setupS * 1000;
    const answer = setup + call.ringS * 1000;
    const end = answer + call.lengthS * 1000;
    const usage = Math.floor((call.lengthS * call.talkShare) / 100);
    const local = (instant: number) => DateTime.fromMillis(instant, { zone }).toFormat(SQL);
    const all: Record<string, number> = { setup_time: setup, answer_time: answer, end_time: end };
    const fields = Object.fromEntries(sent.map((name) => [name, local(all[name] as number)]));
    const read_ = read({ ...fields, ...(isUsage ? { usage } : {}) }, { timeZone: zone });
    if (!read_.ok) throw new Error(read_.detail);
    const { primary, warnings } = read_.cdr;
    const [s, a, e] = [primary.setupTime?.atMs, primary.answerTime?.atMs, primary.endTime?.atMs];
    if (s !== undefined && a !== undefined) expect(s).toBeLessThanOrEqual(a);
    if (a !== undefined && e !== undefined) expect(a).toBeLessThanOrEqual(e);
    const begun = a ?? s;
    if (begun !== undefined && e !== undefined) {
      expect(primary.usage).toBeLessThanOrEqual(e - begun + 1000);
    }
    // What is stored is the time as it was sent, on the clock of the zone.
    for (const [name, moment] of [
      ["setup_time", primary.setupTime],
      ["answer_time", primary.answerTime],
      ["end_time", primary.endTime],
    ] as const) {
      if (moment === undefined) continue;
      expect(momentText(moment).slice(0, 19).replace("T", " ")).toBe(fields[name]);
      expect(local(moment.atMs)).toBe(fields[name]);
    }
    // Without a warning there was one reading only: the true one.
    if (warnings === undefined) {
      expect([s ?? setup, a ?? answer, e ?? end]).toEqual([setup, answer, end]);
    }
    // The whole usage with answer and end leaves the true length, or a longer one with a warning.
    if (!isUsage && a !== undefined && e !== undefined) {
      expect(primary.usage).toBeLessThanOrEqual(end - answer);
    }
  },
);
