// Every fault of a CGRateS folder is reported at once, with its code and place.
import { describe, expect, it } from "vitest";
import type { CGRATES_FAULTS } from "../../src/cgrates/folder/fault-list.ts";
import { readCgratesFolder } from "../../src/cgrates/folder/read.ts";
import { type FolderRows, folderOf } from "./pricing.ts";

const SOUND: FolderRows = {
  timings: ["T,*any,*any,*any,*any,00:00:00"],
  destinations: ["D,44"],
  rates: ["R,0,1,60s,1s,0s"],
  destinationRates: ["DR,D,R,*up,4,0,"],
  plans: ["P,DR,T,10"],
  profiles: ["cgrates.org,call,*any,2014-01-14T00:00:00Z,P,"],
};

interface Place {
  file: string;
  /** The header is line 1. */
  line: number;
  column: number;
  severity?: "warning";
}

/** Faults and warnings of a folder as [code, file, line, column, severity]. */
function faultsOf(files: Record<string, string>) {
  const read = readCgratesFolder(files);
  return (read.ok ? read.warnings : read.faults).map(({ code, file, line, column, severity }) => {
    return { code, file, line, column, severity };
  });
}

const TABLE: Record<keyof typeof CGRATES_FAULTS, [FolderRows, Place]> = {
  "bad-quote": [
    { destinations: ['D,44"5', "D,44"] },
    { file: "Destinations.csv", line: 2, column: 5 },
  ],
  "wrong-columns": [
    { destinations: ["D,44", "D,45,6"] },
    { file: "Destinations.csv", line: 3, column: 6 },
  ],
  "mixed-layouts": [
    { rates: ["R,0,1,60s,1s,0s,*up,4"] },
    { file: "Rates.csv", line: 2, column: 1 },
  ],
  "not-supported": [{ rates: [`R${",".repeat(16)}`] }, { file: "Rates.csv", line: 2, column: 1 }],
  "missing-field": [
    { destinations: ["D,44", "D,"] },
    { file: "Destinations.csv", line: 3, column: 3 },
  ],
  "invalid-number": [
    { rates: ["R,0,one,60s,1s,0s", "R,0,1,60s,1s,0s"] },
    { file: "Rates.csv", line: 2, column: 5 },
  ],
  "invalid-duration": [
    { rates: ["R,0,1,60s,1s,0s", "R,0,1,60x,1s,60s"] },
    { file: "Rates.csv", line: 3, column: 7 },
  ],
  "invalid-time": [
    { timings: ["T,*any,*any,*any,*any,08:00"] },
    { file: "Timings.csv", line: 2, column: 23 },
  ],
  "invalid-timestamp": [
    { profiles: ["cgrates.org,call,*any,soon,P,"] },
    { file: "RatingProfiles.csv", line: 2, column: 23 },
  ],
  "relative-time": [
    { profiles: ["cgrates.org,call,*any,*now,P,"] },
    { file: "RatingProfiles.csv", line: 2, column: 23 },
  ],
  "unknown-destination": [
    { destinationRates: ["DR,D,R,*up,4,0,", "DR,X,R,*up,4,0,"] },
    { file: "DestinationRates.csv", line: 3, column: 4 },
  ],
  "unknown-rate": [
    { destinationRates: ["DR,D,R,*up,4,0,", "DR,D,X,*up,4,0,"] },
    { file: "DestinationRates.csv", line: 3, column: 6 },
  ],
  "unknown-timing": [{ plans: ["P,DR,X,10"] }, { file: "RatingPlans.csv", line: 2, column: 6 }],
  "unknown-destination-rates": [
    { plans: ["P,DR,T,10", "P,X,T,10"] },
    { file: "RatingPlans.csv", line: 3, column: 3 },
  ],
  "unknown-rating-plan": [
    { profiles: ["cgrates.org,call,*any,,X,"] },
    { file: "RatingProfiles.csv", line: 2, column: 24 },
  ],
  "timing-without-start": [
    { plans: ["P,DR,*asap,10"] },
    { file: "RatingPlans.csv", line: 2, column: 6 },
  ],
  "duplicate-timing": [
    { timings: ["T,*any,*any,*any,*any,08:00:00", "T,*any,*any,*any,*any,00:00:00"] },
    { file: "Timings.csv", line: 3, column: 1, severity: "warning" },
  ],
  "ignored-list-element": [
    { timings: ["T,*any,*any,*any,x,00:00:00"] },
    { file: "Timings.csv", line: 2, column: 18, severity: "warning" },
  ],
  "ignored-end-time": [
    { timings: ["T,*any,*any,*any,*any,00:00:00;12:00:00"] },
    { file: "Timings.csv", line: 2, column: 23, severity: "warning" },
  ],
  "never-active": [
    { timings: ["T,*any,*any,*any,*any,00:00:00", "N,*any,*any,*any,*any,24:00:00"] },
    { file: "Timings.csv", line: 3, column: 23, severity: "warning" },
  ],
  "ignored-connect-fee": [
    { rates: ["R,0,1,60s,1s,0s", "R,0.5,1,60s,1s,60s"] },
    { file: "Rates.csv", line: 3, column: 3, severity: "warning" },
  ],
  "duplicate-slot": [
    { rates: ["R,0,1,60s,1s,0s", "R,0,2,60s,1s,0s"] },
    { file: "Rates.csv", line: 3, column: 14, severity: "warning" },
  ],
  "missing-slot": [
    { rates: ["R,0,1,60s,1s,60s"] },
    { file: "Rates.csv", line: 2, column: 14, severity: "warning" },
  ],
  "gap-in-timings": [
    { timings: ["T,*any,*any,*any,1;2;3;4;5,00:00:00"] },
    { file: "RatingPlans.csv", line: 2, column: 6, severity: "warning" },
  ],
  "interval-order": [
    {
      timings: ["T,*any,*any,*any,*any,00:00:00", "M,*any,*any,*any,1;2;3;4;5,08:00:00"],
      rates: ["R,0,1,60s,1s,0s", "M,0,2,60s,1s,0s"],
      destinationRates: ["DR,D,R,*up,4,0,", "DM,D,M,*up,4,0,"],
      plans: ["P,DR,T,10", "P,DM,M,20"],
    },
    { file: "RatingPlans.csv", line: 3, column: 8, severity: "warning" },
  ],
  "tied-tags": [
    { destinations: ["D,44", "E,44"], destinationRates: ["DR,D,R,*up,4,0,", "DR,E,R,*up,4,0,"] },
    { file: "Destinations.csv", line: 3, column: 3, severity: "warning" },
  ],
  "outer-spaces": [
    { destinations: ["D,44", "D, 45"] },
    { file: "Destinations.csv", line: 3, column: 3, severity: "warning" },
  ],
  "unknown-fallback": [
    { profiles: ["cgrates.org,call,*any,,P,other"] },
    { file: "RatingProfiles.csv", line: 2, column: 26, severity: "warning" },
  ],
  "unknown-charger-rule": [
    { chargers: ["cgrates.org,C,,,*default,*none,0", "cgrates.org,X,FLTR_X,,x,*none,0"] },
    { file: "Chargers.csv", line: 3, column: 15, severity: "warning" },
  ],
  "no-default-run": [
    { chargers: ["cgrates.org,C,,,customer,*none,0"] },
    { file: "Chargers.csv", line: 2, column: 17, severity: "warning" },
  ],
  "unread-routes": [{}, { file: "Routes.csv", line: 1, column: 4, severity: "warning" }],
  // After the last of those that are listed.
  "too-many-faults": [{}, { file: "Timings.csv", line: 1_002, column: 1, severity: "warning" }],
};

describe("faults of a folder", () => {
  it("a sound folder has none", () => {
    expect(faultsOf(folderOf(SOUND))).toEqual([]);
  });

  for (const [code, [rows, place]] of Object.entries(TABLE)) {
    it(`${code} is found at its line and column`, () => {
      const files = folderOf({ ...SOUND, ...rows });
      if (code === "unread-routes") files["Routes.csv"] = "a,b";
      if (code === "too-many-faults") {
        const timings = Array.from({ length: 1_002 }, (_, n) => `N${n},,,,,24:00:00`);
        files["Timings.csv"] = `${files["Timings.csv"]}${timings.join("\n")}\n`;
        expect(faultsOf(files)).toHaveLength(1_001);
        expect(faultsOf(files).at(-1)).toMatchObject({ code, severity: "warning" });
        return;
      }
      expect(faultsOf(files)).toEqual([{ code, severity: "error", ...place }]);
    });
  }

  it("all come at once, over all files, in the order of files, lines and columns", () => {
    const files = folderOf({
      ...SOUND,
      destinations: ["D,44", "D"],
      rates: ["R,0,x,60s,y,0s", "R,0,1,60s,1s,0s"],
      plans: ["P,DR,T,10", "P,DX,TX,heavy"],
    });
    expect(
      faultsOf(files).map(({ code, file, line, column }) => [code, file, line, column]),
    ).toEqual([
      ["wrong-columns", "Destinations.csv", 3, 2],
      ["invalid-number", "Rates.csv", 2, 5],
      ["invalid-duration", "Rates.csv", 2, 11],
      ["unknown-destination-rates", "RatingPlans.csv", 3, 3],
      ["unknown-timing", "RatingPlans.csv", 3, 6],
      ["invalid-number", "RatingPlans.csv", 3, 9],
    ]);
  });

  it("a faulty value does not make its row's tag unknown elsewhere", () => {
    const files = folderOf({
      ...SOUND,
      destinations: ["D,"],
      rates: ["R,x,1,60s,1s,0s"],
      destinationRates: ["DR,D,R,*up,x,x,"],
      plans: ["P,DR,T,x"],
      profiles: ["cgrates.org,call,*any,x,P,"],
    });
    expect(faultsOf(files).map(({ code, file }) => `${file} ${code}`)).toEqual([
      "DestinationRates.csv invalid-number",
      "DestinationRates.csv invalid-number",
      "Destinations.csv missing-field",
      "Rates.csv invalid-number",
      "RatingPlans.csv invalid-number",
      "RatingProfiles.csv invalid-timestamp",
    ]);
  });

  it("a deeper fault hides no shallow one of another row", () => {
    const files = folderOf({ ...SOUND, plans: ["P,DR,T,10", "P,DX,T,10", "P,DR,TX,10"] });
    expect(faultsOf(files).map(({ code }) => code)).toEqual([
      "unknown-destination-rates",
      "unknown-timing",
    ]);
  });
});

describe("what is read", () => {
  it("sub-folders count as one folder, other files are named as skipped", () => {
    const read = readCgratesFolder({
      ...folderOf({ ...SOUND, destinations: ["D,44"] }),
      "sub/Destinations.csv": "D,45\r\nD,46",
      "Actions.csv": "anything",
    });
    expect(read).toMatchObject({
      ok: true,
      layout: "0.10",
      counts: { Destinations: 3, Rates: 1, RatingPlans: 1 },
      skipped: ["Actions.csv"],
    });
    expect(read.ok && read.plan.destinationPrefixes).toEqual(["44", "45", "46"]);
  });

  it("quoted fields, comments, empty lines and CRLF are read as Go reads them", () => {
    const text = '#Tag,Prefix\r\n\r\n"D","4""4"\r\n#D,45\r\nD,"4\n6"\r\nD,47';
    const read = readCgratesFolder({ ...folderOf(SOUND), "Destinations.csv": text });
    expect(read.ok && read.plan.destinationPrefixes).toEqual(['4"4', "4\n6", "47"]);
  });

  it("rows of commas only are blank, those that a spreadsheet leaves", () => {
    const text = "#Tag,Prefix\n,\nD,44\n,,,\r\n,\nD,45\n,";
    const read = readCgratesFolder({ ...folderOf(SOUND), "Destinations.csv": text });
    expect(read).toMatchObject({ ok: true, warnings: [], counts: { Destinations: 2 } });
    const half = { ...folderOf(SOUND), "Destinations.csv": "#\nD,44\n,45\n" };
    expect(readCgratesFolder(half)).toMatchObject({ ok: false, faults: [{ line: 3 }] });
  });

  it("the flaw of order is told in the orders of rows that trigger it, and in no other", () => {
    const weighted = (plans: string[], heavier = "1;2;3;4;5,08:00:00") =>
      faultsOf(
        folderOf({
          ...SOUND,
          timings: [...(SOUND.timings ?? []), `M,*any,*any,*any,${heavier}`],
          rates: ["R,0,1,60s,1s,0s", "M,0,2,60s,1s,0s"],
          destinationRates: ["DR,D,R,*up,4,0,", "DM,D,M,*up,4,0,"],
          plans,
        }),
      ).map(({ code, line }) => `${line} ${code}`);
    expect(weighted(["P,DR,T,10", "P,DM,M,20"])).toEqual(["3 interval-order"]);
    expect(weighted(["P,DM,M,20", "P,DR,T,10"])).toEqual([]);
    expect(weighted(["P,DR,T,10", "P,DM,M,10"])).toEqual([]);
    expect(weighted(["P,DR,T,20", "P,DM,M,10"])).toEqual([]);
    expect(weighted(["P,DR,T,10", "P,DM,M,20"], "1;2;3;4;5,00:00:00")).toEqual([]);
  });

  it("a number without unit is nanoseconds in 0.10 and seconds in 0.9.1", () => {
    const rates = ["R,0,1,60,10,0"];
    const slotOf = (profiles: string[]) => {
      const read = readCgratesFolder(folderOf({ ...SOUND, rates, profiles }));
      return read.ok && [read.layout, read.plan.rates.get("R")?.slots[0]?.incrementNs];
    };
    expect(slotOf(["cgrates.org,call,*any,,P,"])).toEqual(["0.10", 10]);
    expect(slotOf(["*out,cgrates.org,call,*any,,P,,"])).toEqual(["0.9.1", 10e9]);
  });

  it("layout rc3 has the rounding on the rate", () => {
    const read = readCgratesFolder(
      folderOf({
        ...SOUND,
        rates: ["R,0,1,60,10,0,*up,3"],
        destinationRates: ["DR,D,R"],
        profiles: ["cgrates.org,call,*out,*any,2012-01-01T00:00:00Z,P,"],
      }),
    );
    expect(read.ok && read.layout).toBe("rc3");
    expect(read.ok && read.plan.destinationRates.get("DR")?.[0]).toMatchObject({
      roundingMethod: "*up",
      roundingDecimals: 3,
    });
  });
});
