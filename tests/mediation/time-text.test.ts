import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseTime } from "../../src/mediation/time-text.ts";

/** 2013-11-07T08:42:26Z */
const AT = 1_383_813_746_000;

function at(text: string, zone = "UTC"): [number, number] | string {
  const time = parseTime(text, zone);
  return time.kind === "moment" ? [time.moment.atMs, time.moment.offsetMinutes] : time.kind;
}

describe("times", () => {
  it.each([
    ["2013-11-07T08:42:26Z", AT, 0],
    ["  2013-11-07T08:42:26Z", AT, 0],
    ["2013-11-07T10:42:26+02:00", AT, 120],
    ["2013-11-07T04:12:26.25-04:30", AT + 250, -270],
    ["2013-11-07 08:42:26 +0000 UTC", AT, 0],
    ["2013-11-07 09:42:26.5 +0100 CET", AT + 500, 60],
    ["2013-11-07 09:42:26 +0100 +0100", AT, 60],
    ["2013-11-07 08:42:26", AT, 0],
    ["2013-11-07 08:42:26.123999", AT + 123, 0],
    ["2013-11-07T08:42:26", AT, 0],
    ["2013-11-07T10:42:26.123+0200", AT + 123, 120],
    ["1383813746", AT, 0],
    ["1383813746123", AT + 123, 0],
    ["1383813746123999", AT + 123, 0],
    ["1383813746123456789", AT + 123, 0],
    ["20131107084226", AT, 0],
    ["20131107084226.123", AT + 123, 0],
    ["07.11.2013 08:42:26", AT, 0],
    ["07/11/2013 08:42:26", AT, 0],
    ["1969-12-31T23:59:59Z", -1000, 0],
  ])("%s", (text, atMs, offset) => {
    expect(at(text)).toEqual([atMs, offset]);
  });

  it.each(["", " ", "0", "0000000000", "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC"])(
    "%j is absent",
    (text) => {
      expect(at(text)).toBe("absent");
    },
  );
  it.each(["0000-00-00 00:00:00", "0000-00-00", "0001-01-01", "00.00.0000 00:00:00"])(
    "%j is absent, too",
    (text) => {
      expect(at(text)).toBe("absent");
    },
  );

  it.each(["*now", "*unlimited", "*daily", "*month_end", "+10m", "+1h30m", "-1000"])(
    "%s is refused",
    (text) => {
      expect(at(text)).toBe("invalid");
    },
  );

  it.each([
    "2024-01-10",
    "2024-01-10T10:00Z",
    "1704880800.5",
    "2024-13-45T10:00:00Z",
    "2023-02-29 10:00:00",
    "2024-01-10 24:00:00",
    "2024-01-10 10:00:60",
    "2024-01-10T10:00:00+19:00",
    "2024-01-10T10:00:00+01:60",
    "31/02/2024 10:00:00",
    "yesterday",
    "138381374",
  ])("%s is no time", (text) => {
    expect(at(text)).toBe("invalid");
  });

  it("reads texts without a zone in the zone of the source, and only those", () => {
    expect(at("2013-11-07 09:42:26", "Europe/Madrid")).toEqual([AT, 60]);
    expect(at("20131107094226", "Europe/Madrid")).toEqual([AT, 60]);
    expect(at("07.11.2013 14:12:26", "Asia/Kolkata")).toEqual([AT, 330]);
    expect(at("2013-11-07T08:42:26Z", "Europe/Madrid")).toEqual([AT, 0]);
    expect(at("1383813746", "Europe/Madrid")).toEqual([AT, 0]);
  });

  it("reads a repeated hour as its first pass, a skipped one with the offset before, and says so", () => {
    const repeated = parseTime("2024-10-27 02:30:00", "Europe/Madrid");
    expect(repeated).toMatchObject({
      moment: { atMs: Date.UTC(2024, 9, 27, 0, 30), offsetMinutes: 120 },
      warning: expect.any(String),
    });
    const skipped = parseTime("2024-03-31 02:30:00", "Europe/Madrid");
    expect(skipped).toMatchObject({
      moment: { atMs: Date.UTC(2024, 2, 31, 1, 30), offsetMinutes: 60 },
      warning: expect.any(String),
    });
    expect(parseTime("2024-10-27 03:30:00", "Europe/Madrid")).not.toHaveProperty("warning");
  });

  property.prop([
    fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
    fc.integer({ min: -17 * 60, max: 17 * 60 }),
  ])("an instant written at any offset comes back with both", (date, offset) => {
    const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
    const size = Math.abs(offset);
    const hours = String(Math.floor(size / 60)).padStart(2, "0");
    const zone = `${offset < 0 ? "-" : "+"}${hours}:${String(size % 60).padStart(2, "0")}`;
    expect(at(local + zone)).toEqual([date.getTime(), offset]);
  });

  property.prop([fc.string()])("any text never throws", (text) => {
    parseTime(text, "Europe/Madrid");
  });
});
