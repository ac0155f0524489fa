// Goal: no usage that its own record contradicts is ever taken. Method: the bounds by hand, then
// random records of every spelling, whose facts are held against each other here once more.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/cdr/json.ts";
import { readCdrObject } from "../../src/formats/cdr-object.ts";
import type { FormatResult } from "../../src/formats/format.ts";
import { readFreeswitchJson } from "../../src/formats/freeswitch/json.ts";
import { mediate } from "../../src/mediation/mediate.ts";
import { usageLimit } from "../../src/mediation/plausible-usage.ts";
import { sourceSettings, usageRulesOf } from "../../src/mediation/source-settings.ts";
import { sampleFreeswitchCdr } from "../formats/freeswitch-sample.ts";

const NOW = Date.UTC(2026, 5, 1);
const ANSWER = 1_443_011_985;

function outcome(record: FormatResult, settings: object = {}): string | number {
  if (!record.ok) return record.reason;
  const answer = mediate(record.raw, sourceSettings.parse({ name: "test", ...settings }), NOW);
  return answer.ok ? answer.cdr.primary.usage : answer.reason;
}

function usage(fields: JsonObject, settings: object = {}): string | number {
  return outcome(readCdrObject({ accid: "1", ...fields }), settings);
}

function switchUsage(variables: Record<string, string>, settings: object = {}): string | number {
  const document = sampleFreeswitchCdr({ uuid: "a" });
  const body = Buffer.from(
    JSON.stringify({ ...document, variables: { uuid: "a", user_name: "1001", ...variables } }),
  );
  return outcome(readFreeswitchJson({ body, query: "", contentType: null }), settings);
}

describe("usage against its own times", () => {
  const call = { answer_time: ANSWER, end_time: ANSWER + 301 };
  it.each<[string | number, string | number]>([
    ["301148.4", "usage-exceeds-times"],
    [136_298_900_000, "usage-exceeds-times"],
    ["301.148", 301_148],
    ["301.9", 301_900],
    ["302", 302_000],
    ["302.001", "usage-exceeds-times"],
    ["5:02", 302_000],
    ["00:05:02.001", "usage-exceeds-times"],
    [1, 1000],
    ["0", 0],
  ])("duration %s is %s", (duration, read) => {
    expect(usage({ ...call, duration })).toBe(read);
  });

  it("goes by the set-up where nobody answered, and by nothing where there is no end", () => {
    expect(usage({ setup_time: ANSWER, end_time: ANSWER + 30, usage: 32 })).toBe(
      "usage-exceeds-times",
    );
    expect(usage({ setup_time: ANSWER, end_time: ANSWER + 30, usage: 31 })).toBe(31_000);
    expect(usage({ answer_time: ANSWER, usage: 3200 })).toBe(3_200_000);
    expect(usage({ end_time: ANSWER, usage: 3200 })).toBe(3_200_000);
  });

  it("has the slack of the source", () => {
    const settings = { usageSlack: "2500ms" };
    expect(usage({ ...call, usage: 303.5 }, settings)).toBe(303_500);
    expect(usage({ ...call, usage: 303.501 }, settings)).toBe("usage-exceeds-times");
    expect(usage({ ...call, usage: 301.001 }, { usageSlack: 0 })).toBe("usage-exceeds-times");
  });

  it("counts time only: units have no length", () => {
    expect(usage({ ...call, tor: "*data", usage: 5000 })).toBe(5000);
  });
});

describe("usage that nobody has", () => {
  const answer_time = ANSWER;
  it("is over the limit of its type", () => {
    expect(usage({ answer_time, usage: "72h" })).toBe(259_200_000);
    expect(usage({ answer_time, usage: "72h1ms" })).toBe("usage-implausible");
    expect(usage({ answer_time, tor: "*sms", usage: 10_000 })).toBe(10_000);
    expect(usage({ answer_time, tor: "*sms", usage: 10_001 })).toBe("usage-implausible");
    expect(usage({ answer_time, end_time: ANSWER + 300_000 })).toBe("usage-implausible");
    expect(usage({ answer_time, tor: "constructor", usage: 5 })).toBe(5);
  });

  it("has the limits of the source", () => {
    const limits = { usage: { "*voice": "1h", "*sms": 3, "*odd": "7", "*any": 9 } };
    expect(usage({ answer_time, usage: 3600 }, { limits })).toBe(3_600_000);
    expect(usage({ answer_time, usage: 3601 }, { limits })).toBe("usage-implausible");
    const rules = usageRulesOf(sourceSettings.parse({ name: "x", limits }), null);
    expect(["*sms", "*mms", "*odd", "*else"].map((tor) => usageLimit(tor, rules))).toEqual([
      3, 10_000, 7, 9,
    ]);
    for (const usage of [{ "*voice": "x" }, { "*voice": 0 }, { "*sms": 1.5 }, { "*sms": "1h" }]) {
      const settings = { name: "x", limits: { usage } };
      const fault = sourceSettings.safeParse(settings).error?.issues[0];
      expect(fault?.path).toEqual(["limits", "usage", Object.keys(usage)[0]]);
    }
    expect(sourceSettings.safeParse({ name: "x", usageSlack: "-1s" }).success).toBe(false);
  });

  it("is left to CGRateS's semantics where they price the call at its time", () => {
    const asked: [string, number][] = [];
    const read = (fields: JsonObject, settings: object = {}) => {
      const record = readCdrObject({ accid: "1", ...fields });
      if (!record.ok) return record.reason;
      const source = sourceSettings.parse({ name: "test", ...settings });
      const answer = mediate(record.raw, source, NOW, (tenant, atMs) => {
        asked.push([tenant, atMs]);
        return tenant === "native" || tenant === "exact" ? tenant : "cgrates";
      });
      return answer.ok ? answer.cdr.primary.usage : answer.reason;
    };
    expect(read({ answer_time, usage: "73h" })).toBe(73 * 3_600_000);
    expect(read({ answer_time, tor: "*sms", usage: 10_001 })).toBe(10_001);
    expect(read({ tenant: "native", answer_time, usage: "73h" })).toBe("usage-implausible");
    expect(read({ tenant: "exact", answer_time, usage: "73h" })).toBe("usage-implausible");
    expect(read({ end_time: ANSWER, usage: "73h" })).toBe(73 * 3_600_000);
    expect(asked).toEqual([
      ["cgrates.org", ANSWER * 1000],
      ["cgrates.org", ANSWER * 1000],
      ["native", ANSWER * 1000],
      ["exact", ANSWER * 1000],
      ["cgrates.org", ANSWER * 1000 - 73 * 3_600_000],
    ]);
    // What the source itself says holds, and so do the clock and the record's own times.
    const limits = { usage: { "*voice": "1h", "*any": 5 } };
    expect(read({ answer_time, usage: 3601 }, { limits })).toBe("usage-implausible");
    expect(read({ answer_time, tor: "*odd", usage: 6 }, { limits })).toBe("usage-implausible");
    expect(read({ answer_time, tor: "*sms", usage: 10_001 }, { limits })).toBe(10_001);
    expect(read({ answer_time: NOW, usage: "71h" })).toBe("usage-implausible");
    expect(read({ answer_time: NOW, usage: "73h" })).toBe(73 * 3_600_000);
    const end_time = ANSWER + 10;
    expect(read({ answer_time, end_time, usage: "73h" })).toBe("usage-exceeds-times");
  });

  it("ends more than a day ahead", () => {
    const begun = { answer_time: NOW };
    expect(usage({ ...begun, usage: "24h" })).toBe(86_400_000);
    expect(usage({ ...begun, usage: "24h1ms" })).toBe("usage-implausible");
    expect(usage({ setup_time: NOW, usage: "24h1ms" })).toBe("usage-implausible");
    expect(usage({ ...begun, tor: "*data", usage: 90_000_000 })).toBe(90_000_000);
  });
});

describe("the clock that was not set", () => {
  it.each(["1970-01-01T00:00:01Z", "1970-01-01 05:00:00", "1970-01-02T00:00:00Z", "0000000001"])(
    "%s is out of range",
    (answer_time) => {
      expect(usage({ answer_time, usage: 1 })).toBe("time-out-of-range");
    },
  );
  it("a day later is a time, and zeros are none", () => {
    expect(usage({ answer_time: "1970-01-02T00:00:00.001Z", usage: 1 })).toBe(1000);
    expect(usage({ answer_time: "0", setup_time: ANSWER, usage: 1 })).toBe(1000);
  });
});

describe("units of a usage", () => {
  const answer_time = ANSWER;
  it.each<[string, string | number, string | number]>([
    ["s", "95", 95_000],
    ["ms", "95000", 95_000],
    ["ms", 95_000.4, 95_000],
    ["ns", "95000000000", 95_000],
    ["ns", "95s", 95_000],
    ["ns", "1:35", 95_000],
    ["auto-ns", "95", 95_000],
    ["auto-ns", 95_000_000_000, 95_000],
    ["auto-ns", "95000000000.5", "usage-implausible"],
    ["auto-ns", "259200", 259_200_000],
    ["auto-ns", "259201", "usage-implausible"],
    ["auto-ns", "999999", "usage-implausible"],
    ["auto-ns", "1000000", 1],
    ["auto-ns", "95000s", 95_000_000],
    ["auto-ns", "300000000000000", "usage-implausible"],
  ])("%s: %s", (usageUnit, sent, read) => {
    expect(usage({ answer_time, usage: sent }, { usageUnit })).toBe(read);
  });

  it("auto-ns goes by the limit of the source, and units stay units", () => {
    const limits = { usage: { "*voice": "600h" } };
    const settings = { usageUnit: "auto-ns", limits };
    expect(usage({ answer_time, usage: 1_500_000 }, settings)).toBe(1_500_000_000);
    expect(usage({ answer_time, tor: "*data", usage: 5_000_000 }, settings)).toBe(5_000_000);
  });
});

describe("what FreeSWITCH says of one length", () => {
  const times = {
    answer_epoch: String(ANSWER),
    end_epoch: String(ANSWER + 301),
    answer_uepoch: `${ANSWER}900000`,
    end_uepoch: `${ANSWER + 301}100000`,
  };
  it("may differ by what seconds round off", () => {
    expect(
      switchUsage({ ...times, billusec: "300200000", billmsec: "300200", billsec: "301" }),
    ).toBe(300_200);
    expect(switchUsage({ billusec: "3880000", billsec: "3", ...times }, { usageSlack: 0 })).toBe(
      3880,
    );
  });

  it("is suspended where one contradicts another", () => {
    const sound = { billusec: "300200000", billmsec: "300200", billsec: "301" };
    for (const wrong of [
      { billusec: "300200000000" },
      { billmsec: "300200000" },
      { billsec: "301148" },
      { billsec: "1" },
      { end_epoch: String(ANSWER + 1) },
    ]) {
      expect([wrong, switchUsage({ ...times, ...sound, ...wrong })]).toEqual([
        wrong,
        "usage-exceeds-times",
      ]);
    }
    // Without epochs the lengths still stand against each other.
    const start_epoch = String(ANSWER);
    expect(switchUsage({ start_epoch, billusec: "5000000", billsec: "5000" })).toBe(
      "usage-exceeds-times",
    );
  });

  it("may be shorter than the time between the epochs", () => {
    const held = { billusec: "60000000", billmsec: "60000", billsec: "60" };
    expect(switchUsage({ ...times, ...held })).toBe(60_000);
  });
});

const HOUR_S = 3600;
const instant = fc.integer({ min: ANSWER, max: ANSWER + 4 * HOUR_S });
const length = fc.oneof(
  fc.integer({ min: 0, max: 5 * HOUR_S }),
  fc.integer({ min: 0, max: 400 * HOUR_S }),
);

/** A length in any spelling, that of a wrong unit among them. */
const anyLength = length.chain((seconds) =>
  fc.constantFrom<string | number>(
    seconds,
    `${seconds}.5`,
    `${seconds}s`,
    `${seconds}m`,
    `${seconds * 1000}`,
    seconds * 1_000_000_000,
    `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
  ),
);

property.prop(
  [
    fc.record({
      setup_time: fc.option(instant, { nil: 0 }),
      answer_time: fc.option(instant, { nil: 0 }),
      end_time: fc.option(instant, { nil: 0 }),
      usage: fc.option(anyLength, { nil: "" }),
    }),
    fc.constantFrom("s", "ms", "ns", "auto-ns"),
    fc.integer({ min: 0, max: 5 }),
  ],
  { numRuns: 2000 },
)("no record is taken whose usage exceeds its own times", (fields, usageUnit, usageSlack) => {
  const read = usage(fields, { usageUnit, usageSlack });
  if (typeof read === "string") return;
  expect(read).toBeLessThanOrEqual(72 * HOUR_S * 1000);
  const begun = fields.answer_time || fields.setup_time;
  if (begun === 0 || fields.end_time === 0) return;
  expect(read).toBeLessThanOrEqual((fields.end_time - begun + usageSlack) * 1000);
});

property.prop(
  [
    fc.record(
      {
        billusec: length.map((s) => `${s}000000`),
        billmsec: length.map((s) => `${s}000`),
        billsec: length.map(String),
        answer_epoch: instant.map(String),
        end_epoch: instant.map(String),
        answer_uepoch: instant.map((s) => `${s}000000`),
        end_uepoch: instant.map((s) => `${s}000000`),
        start_epoch: fc.constant(String(ANSWER)),
      },
      { requiredKeys: ["start_epoch"] },
    ),
  ],
  { numRuns: 2000 },
)("no post of a switch is taken whose lengths contradict each other", (variables) => {
  const read = switchUsage(variables as Record<string, string>);
  if (typeof read === "string") return;
  const seconds = (name: keyof typeof variables, unit: number): number | undefined =>
    variables[name] === undefined ? undefined : Number(variables[name]) / unit;
  const lengths = [seconds("billusec", 1e6), seconds("billmsec", 1e3), seconds("billsec", 1)];
  for (const other of lengths) {
    if (other !== undefined) expect(Math.abs(read / 1000 - other)).toBeLessThanOrEqual(1);
  }
  for (const [end, answer] of [
    [seconds("end_epoch", 1), seconds("answer_epoch", 1)],
    [seconds("end_uepoch", 1e6), seconds("answer_uepoch", 1e6)],
  ]) {
    if (end === undefined || answer === undefined || end < answer) continue;
    expect(read / 1000).toBeLessThanOrEqual(end - answer + 1);
  }
});
