// Goal: a folder compiles to what its tariff does, though its decks are read one by one, and one that has faults is
// refused. Method: a deck of two plans in two zones, held against the tariff that was read whole.
import { describe, expect, it } from "vitest";
import { compileFolder } from "../../../src/engine/tariffs/work.ts";
import { compileTariff } from "../../../src/rating/compile/tariff.ts";
import type { TariffVersion } from "../../../src/stores/ports/tariffs.ts";
import { readTariff } from "../../../src/tariffs/read-folder.ts";

const VERSION = { version: "v", name: "n", kind: "native", semantics: "native" } as TariffVersion;
const FILES = {
  "tariff.yaml": [
    "tenant: example.com",
    "currency: EUR",
    "bands: { peak: { from: '08:00', to: '20:00' } }",
    "retailPlans: { a: { deck: d.csv }, b: { deck: d.csv, timeZone: Europe/Madrid }, c: { deck: d.csv } }",
    "carrierPlans: { x: { carrier: X, deck: x.csv } }",
    "voipPlans: { gold: { retail: [a, b, c], carriers: [x] } }",
  ].join("\n"),
  "d.csv":
    "prefix,rate,band,effective_from\n346,0.2,,2026-01-01\n34,0.1,,\n34,0.3,peak,\n346,0.4,,\n",
  "x.csv":
    "prefix,rate,connect_fee,first_interval,next_interval\n34,0.05,0.1,60,1\n35,12345678901.5,0,1,1\n",
};

describe("a folder", () => {
  it("compiles as its tariff does", () => {
    const read = readTariff(FILES);
    if (!read.ok) throw new Error(read.faults[0]?.message);
    expect(compileFolder(VERSION, FILES).snapshot).toEqual({
      kind: "native",
      version: "v",
      native: compileTariff(read.tariff, "v"),
    });
  });

  it.each([
    ["tariff.yaml", "tenant: example.com\n"],
    ["x.csv", "prefix,rate\n34,x\n"],
  ])("with faults in %s is refused", (file, text) => {
    expect(() => compileFolder(VERSION, { ...FILES, [file]: text })).toThrow(
      expect.objectContaining({ code: "tariff-faults" }),
    );
  });
});
