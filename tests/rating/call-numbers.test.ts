// The numbers of a call as they are kept with its rating, and the assignment that they are read by.
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/cdr/rating.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const tariff = tariffOf({
  retailPlans: [retailPlan("r", [{ prefix: "34" }])],
  numbering: {
    moving: { preset: "ES", changes: [{ from: "2026-02-01", techPrefixes: ["99"] }] },
  },
});
const snapshot = compileTariff(tariff, "v");
const read = (call: Partial<Call> & { at?: string | null }) => {
  const { normalized, assignment, basis } = priceCall(callOf(call), snapshot);
  return { ...normalized, assignment, basis };
};

describe("the numbers of a call", () => {
  it("are kept as they came and as they were read", () => {
    expect(
      read({ ruleSet: "ES", destination: "650 123 456", callerNumber: "+44 20 7031 3000" }),
    ).toEqual(
      expect.objectContaining({
        destination: {
          raw: "650 123 456",
          normalized: "34650123456",
          e164: "+34650123456",
          kind: "national",
          country: "ES",
        },
        caller: {
          raw: "+44 20 7031 3000",
          normalized: "442070313000",
          e164: "+442070313000",
          kind: "international",
          country: "GB",
        },
      }),
    );
    expect(read({})).not.toHaveProperty("caller");
  });

  it("have their reason where there is one, and no member where there is none", () => {
    expect(read({ ruleSet: "ES", destination: "12345678901234567" }).destination).toMatchObject({
      kind: "invalid",
      reason: "too-long",
    });
    expect(Object.keys(read({}).destination)).toEqual([
      "raw",
      "normalized",
      "e164",
      "kind",
      "country",
    ]);
  });

  it("a hidden caller is anonymous; a destination of that name is none", () => {
    const { caller, destination } = read({ destination: "anonymous", callerNumber: "anonymous" });
    expect(caller).toMatchObject({ kind: "anonymous" });
    expect(destination).toMatchObject({ kind: "invalid" });
  });

  it("of a wholesale rule set have their country from seven digits on", () => {
    const countryOf = (destination: string) => read({ destination }).destination.country;
    expect(countryOf("3491122")).toBe("ES");
    expect(countryOf("349112")).toBeNull();
    expect(read({ ruleSet: "ES", destination: "112" }).destination.country).toBe("ES");
    expect(read({ ruleSet: "ES", destination: "34999" }).destination.country).toBeNull();
  });

  it("under a rule set that is nowhere are not read", () => {
    expect(read({ ruleSet: "lost", callerNumber: "34911223344" })).toEqual(
      expect.objectContaining({
        destination: {
          raw: "34650123456",
          normalized: "",
          e164: null,
          kind: "invalid",
          country: null,
          reason: "rule-set-unknown",
        },
        basis: { ruleSet: "lost" },
      }),
    );
    expect(read({ ruleSet: "lost", callerNumber: "34911223344" })).not.toHaveProperty("caller");
  });

  it("are read by the form of the rule set at the time of the call, from midnight of its zone", () => {
    const at = (text: string | null) =>
      read({ ruleSet: "moving", destination: "9934650123456", at: text }).destination;
    // Midnight in Madrid.
    expect(at("2026-01-31T22:59:59Z").kind).toBe("invalid");
    expect(at("2026-01-31T23:00:00Z").normalized).toBe("34650123456");
    expect(at(null).kind).toBe("invalid");
  });
});

describe("the assignment", () => {
  const assigned = { tenant: "example.com", account: "1001", voipPlan: "gold", fromMs: 5 };

  it("by account.set goes before the files, with its rule set where it has one", () => {
    expect(read({ assignment: assigned }).assignment).toStrictEqual({
      account: "1001",
      voipPlan: "gold",
      origin: "account.set",
      fromMs: 5,
    });
    const national = read({
      assignment: { ...assigned, numbering: "ES" },
      destination: "650123456",
    });
    expect(national.assignment).toStrictEqual({
      account: "1001",
      voipPlan: "gold",
      origin: "account.set",
      numbering: "ES",
      fromMs: 5,
    });
    expect(national.destination.normalized).toBe("34650123456");
  });

  it("is kept in the basis by the rule set that it led to", () => {
    expect(read({}).basis).toMatchObject({ ruleSet: "wholesale-digits" });
    expect(read({ usage: 0 }).basis).toEqual({ ruleSet: "wholesale-digits", usage: 0 });
    expect(read({ direction: "*in" }).basis).toEqual({ ruleSet: "wholesale-digits" });
    expect(Object.keys(read({}).basis)).toEqual(["ruleSet", "sell"]);
  });
});
