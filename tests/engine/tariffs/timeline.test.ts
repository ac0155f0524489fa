// Goal: a call is priced by the version in force at its time.
import { describe, expect, it } from "vitest";
import { createTimeline } from "../../../src/engine/tariffs/timeline.ts";
import type { Activation } from "../../../src/stores/ports/tariffs.ts";

const entry = (version: string, fromMs: number, sequence: number, tenant = "t"): Activation => ({
  tenant,
  version,
  fromMs,
  sequence,
  activatedAtMs: 0,
});

describe("the time line", () => {
  const timeline = createTimeline([
    entry("v2", 200, 2),
    entry("v1", 100, 1),
    entry("v2b", 200, 3),
    entry("future", 900, 4),
    entry("other", 0, 5, "u"),
  ]);

  it("takes the latest activation at or before the call", () => {
    expect(timeline.versionAt("t", 150, 500)).toBe("v1");
    expect(timeline.versionAt("t", 199, 500)).toBe("v1");
    expect(timeline.versionAt("t", 950, 500)).toBe("future");
  });

  it("of two with one start the later activation holds", () => {
    expect(timeline.versionAt("t", 200, 500)).toBe("v2b");
  });

  it("before the first activation the one in force now prices the call", () => {
    expect(timeline.versionAt("t", 50, 500)).toBe("v2b");
    expect(timeline.versionAt("t", 50, 150)).toBe("v1");
  });

  it("says until when the version of an entry holds, and what takes over then", () => {
    const again = createTimeline([
      entry("v1", 100, 1),
      entry("v2", 200, 2),
      entry("v3", 200, 3),
      entry("v3", 300, 4),
      entry("v4", 400, 5),
      entry("v5", 350, 6, "u"),
    ]);
    expect(again.until(entry("v1", 100, 1))).toEqual({ untilMs: 200, next: "v3" });
    // Replaced at its own moment: it never holds.
    expect(again.until(entry("v2", 200, 2))).toEqual({ untilMs: 200, next: "v3" });
    expect(again.until(entry("v3", 200, 3))).toEqual({ untilMs: 400, next: "v4" });
    expect(again.until(entry("v4", 400, 5))).toBeNull();
  });

  it("no activation in force: none", () => {
    expect(timeline.versionAt("nobody", 1, 1)).toBeNull();
    expect(createTimeline([entry("later", 900, 1)]).versionAt("t", 50, 500)).toBeNull();
  });

  it("lists what is in force now, by tenant", () => {
    expect(timeline.inForce(500).map((one) => [one.tenant, one.version])).toEqual([
      ["t", "v2b"],
      ["u", "other"],
    ]);
  });
});
