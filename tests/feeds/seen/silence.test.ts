// Goal: a feed is silent when the minutes without a record that are not quiet are more than it may have,
// over midnight, the end of the week and clock changes. Method: a count of single minutes beside it.
import { fc, test as property } from "@fast-check/vitest";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { DAYS, isSilent, type QuietHours } from "../../../src/feeds/seen/silence.ts";
import { feedList } from "../../../src/feeds/settings.ts";

const at = (text: string) => Date.parse(text);
const NIGHT: QuietHours = { from: "22:00", to: "06:00" };

describe("a feed", () => {
  it.each([
    ["2026-03-02T12:00:00Z", "2026-03-02T12:30:00Z", [], false],
    ["2026-03-02T12:00:00Z", "2026-03-02T12:30:01Z", [], true],
    // Twenty minutes before the night and ten behind it.
    ["2026-03-02T21:40:00Z", "2026-03-03T06:10:00Z", [NIGHT], false],
    ["2026-03-02T21:40:00Z", "2026-03-03T06:12:00Z", [NIGHT], true],
    // From Friday evening to Monday morning.
    [
      "2026-03-06T18:00:00Z",
      "2026-03-09T05:00:00Z",
      [
        NIGHT,
        { from: "00:00", to: "00:00", days: ["sat", "sun"] },
        { from: "18:00", to: "22:00", days: ["fri"] },
      ],
      false,
    ],
    ["2025-03-02T12:00:00Z", "2026-03-02T12:00:00Z", [NIGHT], true],
  ] as const)(
    "that told nothing from %s to %s is silent or not",
    (since, now, quietHours, wanted) => {
      const rules = { mostMinutes: 30, quietHours, timeZone: "UTC" };
      expect(isSilent({ sinceMs: at(since), nowMs: at(now) }, rules)).toBe(wanted);
    },
  );

  it("has quiet hours in the zone of its source", () => {
    const span = { sinceMs: at("2026-07-01T19:40:00Z"), nowMs: at("2026-07-02T04:05:00Z") };
    const rules = { mostMinutes: 30, quietHours: [NIGHT] };
    expect(isSilent(span, { ...rules, timeZone: "Europe/Madrid" })).toBe(false);
    expect(isSilent(span, { ...rules, timeZone: "UTC" })).toBe(true);
  });

  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((n) => String(n).padStart(2, "0")).join(":"));
  property.prop(
    [
      fc.record({ from: time, to: time, days: fc.subarray([...DAYS], { minLength: 1 }) }),
      fc.nat(4 * 1440),
      fc.integer({ min: 1, max: 3000 }),
      fc.constantFrom("UTC", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe"),
    ],
    { numRuns: 60 },
  )("is silent as a count of minutes says", (hours, minutes, mostMinutes, timeZone) => {
    const nowMs = at("2026-03-29T03:00:00Z");
    const sinceMs = nowMs - minutes * 60_000;
    let count = 0;
    for (let ms = sinceMs; ms < nowMs; ms += 60_000) if (!isQuiet(hours, ms, timeZone)) count += 1;
    const rules = { mostMinutes, quietHours: [hours], timeZone };
    expect(isSilent({ sinceMs, nowMs }, rules)).toBe(count > mostMinutes);
  });

  it("must have some time that is not quiet", () => {
    const feed = { name: "f", kind: "follow", path: "x", format: "asterisk-csv", source: "s" };
    const quietHours = [{ from: "00:00", to: "00:00" }];
    expect(feedList.safeParse([{ ...feed, quietHours }]).error?.issues[0]?.path).toEqual([
      0,
      "quietHours",
    ]);
    expect(feedList.safeParse([{ ...feed, quietHours: [NIGHT], expectMinutes: 30 }]).success).toBe(
      true,
    );
  });
});

/** By the wall clock of each minute. */
function isQuiet({ from, to, days = DAYS }: QuietHours, ms: number, timeZone: string): boolean {
  const local = DateTime.fromMillis(ms, { zone: timeZone });
  const clock = local.toFormat("HH:mm");
  const isOn = (day: number) => days.includes(DAYS[(day + 7) % 7] as (typeof DAYS)[number]);
  const today = local.weekday - 1;
  if (from < to) return isOn(today) && clock >= from && clock < to;
  return (isOn(today) && clock >= from) || (isOn(today - 1) && clock < to);
}
