// Fallback subjects: their depth, and where one hides another.
import { describe, expect, it } from "vitest";
import type { CgratesSemantics } from "../../src/cgrates/snapshot.ts";
import { snapshot } from "./figures.ts";
import { cost, type FolderRows } from "./pricing.ts";

describe("fallback subjects", () => {
  const chain: FolderRows = {
    destinations: ["D,44", "O,99"],
    rates: ["R1,0,1,60s,60s,0s"],
    destinationRates: ["DR1,D,R1,,0,0,", "DR2,O,R1,,0,0,"],
    plans: ["HAS,DR1,*any,10", "LACKS,DR2,*any,10"],
    profiles: [
      "cgrates.org,call,1,,LACKS,2",
      "cgrates.org,call,2,,LACKS,3",
      "cgrates.org,call,3,,LACKS,4",
      "cgrates.org,call,4,,LACKS,5",
      "cgrates.org,call,5,,HAS,",
    ],
  };
  const priced = (semantics: CgratesSemantics, fallbackDepth: number) =>
    ["1", "2", "3", "4"].filter((subject) => {
      const call = { at: "2024-03-06T10:00:00Z", usage: "60s", subject };
      return cost(snapshot(chain, semantics), call, { fallbackDepth }) === 1;
    });
  it.each([
    [1, []],
    [2, ["4"]],
    [3, ["3", "4"]],
    [4, ["2", "3", "4"]],
    [5, ["1", "2", "3", "4"]],
  ])("depth %i reaches %j", (depth, subjects) => {
    expect(priced("cgrates", depth)).toEqual(subjects);
    expect(priced("exact", depth)).toEqual(subjects);
  });
  const branch = (ofB: string): FolderRows => ({
    ...chain,
    profiles: [
      "cgrates.org,call,1,,LACKS,b;c",
      `cgrates.org,call,b,,LACKS,${ofB}`,
      "cgrates.org,call,c,,HAS,",
      "cgrates.org,call,e,,LACKS,",
    ],
  });
  const call = { at: "2024-03-06T10:00:00Z", usage: "60s", subject: "1" };
  it("a subject with fallbacks of its own hides later ones", () => {
    expect(cost(snapshot(branch("e"), "cgrates"), call)).toBe("UNAUTHORIZED_DESTINATION");
    expect(cost(snapshot(branch("e"), "exact"), call)).toBe(1);
  });
  it("a subject without does not", () => {
    expect(cost(snapshot(branch(""), "cgrates"), call)).toBe(1);
  });
  it("a fallback's later activation within the window crashes CGRateS: unauthorized", () => {
    const crash: FolderRows = {
      ...chain,
      profiles: [
        "cgrates.org,call,1,,LACKS,b",
        "cgrates.org,call,b,2024-03-06T10:00:10Z,LACKS,",
        "cgrates.org,call,b,2024-03-06T10:00:30Z,HAS,",
      ],
    };
    expect(cost(snapshot(crash, "cgrates"), call)).toBe("UNAUTHORIZED_DESTINATION");
  });
});
