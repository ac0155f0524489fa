// Goal: a layer replaces whole objects by their names, and leaves to every plan the prices and timings that
// it was made with. Method: small layers, priced.
import { describe, expect, it } from "vitest";
import { compileCgrates } from "../../src/cgrates/compile.ts";
import { asAccepted } from "../../src/cgrates/layers/accepted.ts";
import { isLayered, layerName, readCgratesFiles } from "../../src/cgrates/layers/read.ts";
import { priceDescriptor } from "../../src/cgrates/semantics/price-descriptor.ts";

const BASE = {
  "Destinations.csv": "D,44\nE,49\n",
  "Rates.csv": "R,0,0.6,60s,1s,0s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\nDR,E,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
  "RatingProfiles.csv": "cgrates.org,call,1001,2020-01-01T00:00:00Z,P,\n",
  "Chargers.csv": "cgrates.org,C,,,*default,*none,0\n",
};

function layered(...layers: Record<string, string>[]): Record<string, string> {
  return Object.fromEntries(
    layers.flatMap((files, number) =>
      Object.entries(files).map(([name, text]) => [`${layerName(number)}/${name}`, text]),
    ),
  );
}

function costOf(files: Record<string, string>, destination: string, subject = "1001"): string {
  const read = readCgratesFiles(files);
  if (!read.ok) throw new Error(read.faults.map(({ message }) => message).join());
  const snapshot = compileCgrates(read.plan, { version: "v", semantics: "cgrates" });
  const timeStart = { atMs: Date.parse("2024-01-10T10:00:00Z"), offsetMinutes: 0 };
  const call = { tenant: "cgrates.org", category: "call", subject, destination, timeStart };
  const price = priceDescriptor({ ...call, usageNs: 60e9 }, snapshot);
  return "error" in price ? price.error : price.cost;
}

describe("layers", () => {
  it("of one layer cost what its folder costs", () => {
    expect(isLayered(BASE)).toBe(false);
    expect(isLayered(layered(BASE))).toBe(true);
    for (const number of ["44123", "49123", "1"]) {
      expect(costOf(layered(BASE), number)).toBe(costOf(BASE, number));
    }
  });

  it("replace a destination for every plan", () => {
    const files = layered(BASE, { "Destinations.csv": "D,33\n" });
    expect(costOf(files, "44123")).toBe("UNAUTHORIZED_DESTINATION");
    expect(costOf(files, "33123")).toBe("0.6");
    expect(costOf(files, "49123")).toBe("0.6");
  });

  it("leave a plan its prices, and give the new one to the plans of their own layer", () => {
    const files = layered(BASE, {
      "Rates.csv": "R,0,1.2,60s,1s,0s\n",
      "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
      "RatingPlans.csv": "Q,DR,*any,10\n",
      "RatingProfiles.csv": "cgrates.org,call,1002,2020-01-01T00:00:00Z,Q,\n",
    });
    expect(costOf(files, "44123")).toBe("0.6");
    expect(costOf(files, "44123", "1002")).toBe("1.2");
  });

  it("may name plans and destinations of the layers below, and nothing else", () => {
    const profile = "cgrates.org,call,1002,2020-01-01T00:00:00Z,";
    expect(costOf(layered(BASE, { "RatingProfiles.csv": `${profile}P,\n` }), "44123", "1002")).toBe(
      "0.6",
    );
    const read = readCgratesFiles(layered(BASE, { "RatingProfiles.csv": `${profile}NOPE,\n` }));
    expect(read).toMatchObject({ ok: false, faults: [{ code: "unknown-rating-plan" }] });
  });

  it("take away by name", () => {
    const removed = (rows: string) => layered(BASE, { "Removed.csv": rows });
    const profile = "RatingProfile,*out:cgrates.org:call:1001\n";
    expect(costOf(removed(profile), "44123")).toBe("RATING_PLAN_NOT_FOUND");
    expect(costOf(removed("Destination,D\n"), "44123")).toBe("UNAUTHORIZED_DESTINATION");
    expect(costOf(removed("RatingPlan,P\n"), "44123")).toBe("UNAUTHORIZED_DESTINATION");
  });

  it("may have a destination without a prefix, which a folder may not", () => {
    const files = { ...BASE, "Destinations.csv": "D,44\nE,\n" };
    expect(costOf(layered(files), "44123")).toBe("0.6");
    expect(readCgratesFiles(files)).toMatchObject({ ok: false });
  });
});

describe("a time relative to the load", () => {
  it("is the time of the load", () => {
    const files = {
      "RatingProfiles.csv": "#head\ncgrates.org,call,1001,*now,P,\n",
      "a.csv": "*now",
    };
    expect(asAccepted(files, Date.parse("2026-01-01T00:00:00Z"))).toEqual({
      "RatingProfiles.csv": "cgrates.org,call,1001,2026-01-01T00:00:00.000Z,P,\n",
      "a.csv": "*now",
    });
  });
});
