// Which numbers meet which rows: what was not understood, what is whole, callers, old digits, bans.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editionOf } from "../../src/cdr/edition.ts";
import type { Call } from "../../src/cdr/rating.ts";
import { callingCodeOf } from "../../src/numbering/dial-codes.ts";
import { formerForm } from "../../src/numbering/former-forms.ts";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import { PRESET_NAMES, presetNamed } from "../../src/numbering/rule-sets/presets.ts";
import { PLAN_CHANGES } from "../../src/numbering/tables/plan-changes.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { routesForCall } from "../../src/rating/routing/routes-for-call.ts";
import type { RateRow, Tariff } from "../../src/tariffs/tariff.ts";
import { expectSame } from "../expect-same.ts";
import { validNumbers } from "../numbering/valid-numbers.ts";
import { runs } from "../runs.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const COUNTRIES = PRESET_NAMES.filter((name) => /^[A-Z]{2}$/.test(name));
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
/** The default row, each digit, and some calling codes: nothing goes without a row by chance. */
const CODES = ["", ...DIGITS, "34", "44", "52", "521", "54", "549", "55", "1212"];
const rows = (prefixes: string[]): Partial<RateRow>[] => prefixes.map((prefix) => ({ prefix }));

function snapshotOf(prefixes: string[], more: Partial<Tariff> = {}) {
  return compileTariff(
    tariffOf({
      retailPlans: [retailPlan("r", rows(prefixes))],
      carrierPlans: [carrierPlan("c", rows(prefixes))],
      ...more,
    }),
    "v",
  );
}

const OPEN = snapshotOf(CODES);
const FIRST = editionOf({})!;

function priced(call: Partial<Call> & { at?: string }, snapshot = OPEN) {
  const { outcome, reason, sell, buy, normalized } = priceCall(callOf(call), snapshot);
  const { destination } = normalized;
  return { outcome, reason, sell: sell?.prefix, buy: buy?.prefix, number: destination.reason };
}

const NOT_UNDERSTOOD = {
  outcome: "unrated",
  reason: "number-not-understood",
  sell: null,
  buy: null,
};

describe("a number that the rule set of a country did not understand", () => {
  it.each([
    ["5551234", "US", "area-code-missing"],
    ["3415678", "US", "area-code-missing"],
    ["4412345", "US", "area-code-missing"],
    ["79460123", "GB", "area-code-missing"],
    ["12345678901234567", "ES", "too-long"],
    ["+3112", "ES", "too-short"],
    ["+999123456789", "ES", "calling-code-unknown"],
    ["+0034650123456", "ES", undefined],
    ["34abc", "ES", "letters"],
    ["-34650123456", "ES", "negative-number"],
    ["15 6123-4567", "AR", "area-code-missing"],
  ])("%s under %s has no price on either side", (destination, ruleSet, number) => {
    if (number === undefined) return expect(priced({ destination, ruleSet }).outcome).toBe("rated");
    const found = priced({ destination, ruleSet });
    expect(found).toEqual({ ...NOT_UNDERSTOOD, number });
    expect(routesForCall(callOf({ destination, ruleSet }), OPEN)).toEqual({
      routes: [],
      rejected: [],
      reason: "number-not-understood",
    });
  });

  it("nor does it where validation refuses what is not in use", () => {
    const refusing = snapshotOf(CODES, {
      numbering: { n: { preset: "US", validate: "refuse" } },
      defaultNumbering: "n",
    });
    expect(priced({ destination: "5551234" }, refusing)).toMatchObject(NOT_UNDERSTOOD);
    expect(priced({ destination: "15555551234" }, refusing)).toMatchObject(NOT_UNDERSTOOD);
    expect(priced({ destination: "15555551234", ruleSet: "US" }, refusing)).toMatchObject({
      outcome: "rated",
      sell: "1",
      number: "not-valid",
    });
  });

  it("is matched by its calling code where it came with + or the international prefix", () => {
    for (const destination of ["+44118500", "0044118500"]) {
      expect(priced({ destination, ruleSet: "ES" })).toEqual({
        outcome: "rated",
        reason: undefined,
        sell: "44",
        buy: "44",
        number: "length-not-possible",
      });
    }
    const short = snapshotOf(["", "4"]);
    expect(priced({ destination: "+44118500", ruleSet: "ES" }, short)).toMatchObject({
      outcome: "unrated",
      reason: "no-rate",
    });
  });

  it("keeps the reason of a text without digits", () => {
    for (const destination of ["", "reception", "sip:reception@192.0.2.1"]) {
      expect(priced({ destination, ruleSet: "ES" }).reason).toBe("number-not-matchable");
    }
    expect(priced({ destination: "", ruleSet: "ES", tor: "*sms" }).outcome).toBe("unrated");
  });

  it("is matched as it is by wholesale rule sets, and where the tariff says so", () => {
    const digits = { outcome: "rated", sell: "55", buy: "55" };
    for (const ruleSet of ["wholesale-digits", "wholesale-e164", "cdr-stats"]) {
      expect(priced({ destination: "5551234", ruleSet }).outcome).toBe("rated");
    }
    const asDigits = snapshotOf(CODES, { unknownNumbers: "match-digits" });
    expect(priced({ destination: "5551234", ruleSet: "US" }, asDigits)).toMatchObject(digits);
    const byDefault = snapshotOf([""], { unknownNumbers: "match-digits" });
    expect(priced({ destination: "5551234", ruleSet: "US" }, byDefault).sell).toBe("*");
  });

  it("an area code makes it a number", () => {
    const snapshot = snapshotOf(CODES, {
      numbering: { n: { preset: "US", areaCode: "212" } },
      defaultNumbering: "n",
    });
    expect(priced({ destination: "5551234" }, snapshot).sell).toBe("1212");
  });

  it("a named carrier is kept beside it, without a price", () => {
    const { buy } = priceCall(
      callOf({ destination: "5551234", ruleSet: "US", supplier: "c" }),
      OPEN,
    );
    expect(buy).toMatchObject({
      amount: null,
      carrier: "C",
      basis: "named",
      reason: "number-not-understood",
    });
  });

  it("an unanswered call costs nothing, as any other", () => {
    expect(priced({ destination: "5551234", ruleSet: "US", usage: 0 })).toMatchObject({
      outcome: "rated",
      reason: "unanswered",
      sell: null,
    });
  });
});

describe("a number that is matched whole", () => {
  it.each(["112", "999", "118500", "41200"])("%s needs a row of its own", (destination) => {
    expect(priced({ destination, ruleSet: "GB" })).toMatchObject({
      outcome: "unrated",
      reason: "no-rate",
    });
    const own = snapshotOf([...CODES, destination]);
    expect(priced({ destination, ruleSet: "GB" }, own)).toMatchObject({
      outcome: "rated",
      sell: destination,
      buy: destination,
    });
  });

  it("0800 and 0900 numbers are national numbers", () => {
    const snapshot = snapshotOf(["44800", "44909"]);
    expect(priced({ destination: "0800 028 1234", ruleSet: "GB" }, snapshot).sell).toBe("44800");
    expect(priced({ destination: "0909 879 0123", ruleSet: "GB" }, snapshot).sell).toBe("44909");
  });
});

describe("a ban", () => {
  const banned = (prefixes: string[], call: Partial<Call>) => {
    const snapshot = snapshotOf(CODES, { banPlans: { b: prefixes } });
    const { sell, buy } = priceCall(callOf({ supplier: "c", ...call }), snapshot);
    return [sell?.reason, buy?.reason];
  };
  const local = { destination: "5551234", ruleSet: "US" };

  it("meets a number that was not understood by `*` or whole, and no carrier has a price", () => {
    expect(banned(["555"], local)).toEqual(["number-not-understood", "number-not-understood"]);
    expect(banned(["5551234"], local)).toEqual(["banned", "number-not-understood"]);
    expect(banned([""], local)).toEqual(["banned", "number-not-understood"]);
    expect(banned(["5", ""], local)).toEqual(["banned", "number-not-understood"]);
  });

  it("meets one that came with + by prefix, as a row does", () => {
    const number = { destination: "+44118500", ruleSet: "ES" };
    expect(banned(["4411"], number)).toEqual(["banned", undefined]);
    expect(banned(["4"], number)).toEqual([undefined, undefined]);
  });

  it("meets a short number by `*` or whole", () => {
    const short = { destination: "112", ruleSet: "GB" };
    expect(banned(["11"], short)).toEqual(["no-rate", "no-rate"]);
    expect(banned(["112"], short)).toEqual(["banned", "no-rate"]);
    expect(banned([""], short)).toEqual(["banned", "no-rate"]);
  });
});

describe("caller_prefix", () => {
  const prices = { "": "0.26", "31": "0.01", "34": "0.02" };
  const deck = Object.entries(prices).map(([callerPrefix, rate]) => ({
    prefix: "34",
    callerPrefix,
    rate,
  }));
  const plain = compileTariff(tariffOf({ retailPlans: [retailPlan("r", deck)] }), "v");
  const withWord = [...deck, { prefix: "34", callerPrefix: "invalid", rate: "0.5" }];
  const worded = compileTariff(tariffOf({ retailPlans: [retailPlan("r", withWord)] }), "v");
  const costs = (callerNumber: string | undefined, ruleSet: string, snapshot = plain) => {
    const call = { destination: "+34911234567", ruleSet };
    const caller = callerNumber === undefined ? {} : { callerNumber };
    return priceCall(callOf({ ...call, ...caller }), snapshot).sell?.amount;
  };

  it.each([
    ["3112", "ES"],
    ["+3112", "ES"],
    [undefined, "ES"],
    ["anonymous", "ES"],
    ["112", "ES"],
    ["3412345678901234", "ES"],
    ["3112", "wholesale-digits"],
    ["3112345678901234", "wholesale-digits"],
    ["", "wholesale-e164"],
  ])("%s under %s is no number: the row without one, or `invalid`", (caller, ruleSet) => {
    expect(costs(caller, ruleSet)).toBe("0.2600");
    expect(costs(caller, ruleSet, worded)).toBe("0.5000");
  });

  it.each([
    ["+31201234567", "ES", "0.0100"],
    ["+34911234567", "ES", "0.0200"],
    ["911234567", "ES", "0.0200"],
    ["+12125550123", "ES", "0.2600"],
    ["31123", "wholesale-digits", "0.0100"],
    ["003112345", "wholesale-e164", "0.0100"],
  ])("%s under %s is one", (caller, ruleSet, amount) => {
    expect(costs(caller, ruleSet)).toBe(amount);
    expect(costs(caller, ruleSet, worded)).toBe(amount);
  });
});

describe("digits that a numbering plan gave up", () => {
  const old = { destination: "+5215562001234", ruleSet: "ES" };
  const before = { ...old, at: "2019-08-01T12:00:00Z" };

  it("are those of today from the day of the change on", () => {
    expect(priced(old)).toMatchObject({ sell: "52", buy: "52" });
    expect(priced({ ...old, at: "2019-08-02T21:59:59Z" }).sell).toBe("521");
    expect(priced({ ...old, at: "2019-08-02T22:00:00Z" }).sell).toBe("52");
  });

  it("are matched as dialled before it, where a row has them", () => {
    expect(priced(before)).toMatchObject({ sell: "521", buy: "521" });
    expect(priced(before, snapshotOf(["", "52", "5255"])).sell).toBe("5255");
    expect(priced(before, snapshotOf([""])).sell).toBe("*");
    expect(priced({ ...before, destination: "+525562001234" }).sell).toBe("52");
  });

  it("go before a longer prefix of today in another plan", () => {
    const two = compileTariff(
      tariffOf({
        retailPlans: [retailPlan("a", rows(["52556200"])), retailPlan("b", rows(["521"]))],
      }),
      "v",
    );
    expect(priceCall(callOf(before), two).sell).toMatchObject({ plan: "b", prefix: "521" });
    expect(priceCall(callOf(old), two).sell).toMatchObject({ plan: "a", prefix: "52556200" });
  });

  it("are banned as dialled before it, and as those of today", () => {
    const reasonOf = (prefixes: string[], call: Parameters<typeof callOf>[0]) =>
      priceCall(callOf(call), snapshotOf(CODES, { banPlans: { b: prefixes } })).sell?.reason;
    expect(reasonOf(["521"], before)).toBe("banned");
    expect(reasonOf(["5255"], before)).toBe("banned");
    expect(reasonOf(["521"], old)).toBeUndefined();
    expect(reasonOf(["5255"], old)).toBe("banned");
  });

  it("of a caller fit both prefixes before it, and today's afterwards", () => {
    const deck = [
      { prefix: "34", rate: "0.5" },
      { prefix: "34", callerPrefix: "521", rate: "0.2" },
    ];
    const snapshot = compileTariff(tariffOf({ retailPlans: [retailPlan("r", deck)] }), "v");
    const cost = (at: string) =>
      priceCall(
        callOf({ at, ruleSet: "ES", destination: "+34911234567", callerNumber: old.destination }),
        snapshot,
      ).sell?.amount;
    expect([cost("2019-01-01T00:00:00Z"), cost("2026-01-01T00:00:00Z")]).toEqual([
      "0.2000",
      "0.5000",
    ]);
  });

  it("a trace names the change, its day, and which digits the rows met", () => {
    const { trace } = priceCall(callOf(before), OPEN, { trace: true });
    const text = JSON.stringify(trace);
    expect(text).toContain("Mexico, since 2019-08-03: the 1 before mobile numbers was dropped");
    expect(text).toContain("rows for 5215562001234, as it was dialled then, go first");
    expect(text).toContain('"tried":[{"prefix":"521"');
  });
});

describe("the rules of 0.1.0", () => {
  const asThen = (call: Parameters<typeof callOf>[0]) =>
    priceCall(callOf(call), OPEN, { edition: FIRST }).sell?.prefix;

  it("price as they did", () => {
    expect(asThen({ destination: "5551234", ruleSet: "US" })).toBe("55");
    expect(asThen({ destination: "112", ruleSet: "GB" })).toBe("*");
    expect(asThen({ destination: "+5215562001234", ruleSet: "MX" })).toBe("521");
    expect(asThen({ destination: "15 6123-4567", ruleSet: "AR" })).toBe("54");
    expect(priced({ destination: "15 6123-4567", ruleSet: "AR" })).toMatchObject(NOT_UNDERSTOOD);
  });
});

/** The digits that stood for a number before its plan changed, or null. */
function formerOf(digits: string): string | null {
  for (const { leading } of PLAN_CHANGES) {
    for (const [old, today] of Object.entries(leading)) {
      const former = old + digits.slice(today.length);
      if (digits.startsWith(today) && formerForm(former)?.digits === digits) return former;
    }
  }
  return null;
}

/** Dialled at home as it is: no prefix is asked for, and nothing else begins or is so. */
function isPlain(national: string, country: string): boolean {
  const settings = presetNamed(country)!;
  if (settings.nationalPrefixRequired === true || national.length < 8) return false;
  const codes = Object.keys(settings.serviceCodes ?? {});
  return !codes.some((code) => national.startsWith(code));
}

const RUNS = runs(12_000);
const text = fc.oneof(
  fc.stringMatching(/^(\+|00|011|0|1|9|15)?[0-9]{0,16}$/),
  fc.string({ unit: fc.constantFrom(..."0123456789+*#-.() abx"), maxLength: 20 }),
);

describe(`${RUNS} random numbers over all country presets`, () => {
  it("none that was not understood, and no whole one without a row, is priced", () => {
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...COUNTRIES, "account-country"),
        fc.constantFrom(undefined, "c"),
        (destination, ruleSet, supplier) => {
          const number = normalizeNumber(destination, { preset: ruleSet }, { caller: false });
          const call = { destination, ruleSet, ...(supplier === undefined ? {} : { supplier }) };
          const { sell, buy } = priceCall(callOf(call), OPEN, { basis: false });
          const amounts = [sell?.amount, buy?.amount];
          const { normalized, kind, match } = number;
          if (match === "whole") {
            const isOwn = CODES.includes(normalized) && normalized !== "";
            expectSame(
              amounts.map((amount) => amount !== null),
              [isOwn, isOwn],
            );
          } else if (kind === "invalid") {
            const marked = /^\W*(\+|00|011|001|0[0-9]{2,4})/.test(destination);
            if (!marked) expectSame(amounts, [null, null]);
            const code = callingCodeOf(normalized);
            const prefixes = [sell?.prefix, buy?.prefix].filter((prefix) => prefix !== null);
            for (const prefix of prefixes) {
              expect(prefix?.length).toBeGreaterThanOrEqual(code?.length ?? Number.NaN);
              expect(normalized.length).toBeGreaterThanOrEqual(7);
              expect(normalized.length).toBeLessThanOrEqual(15);
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it.each(COUNTRIES)("every spelling of a subscriber of %s has one price", (country) => {
    const settings = presetNamed(country)!;
    const code = settings.callingCode!;
    const own = (settings.internationalPrefixes ?? []).find((prefix) => prefix !== "00") ?? "00";
    const idd = own.replace("_", "").replace("XX", "21").replace("X", "7");
    const trunk = (settings.nationalPrefixes ?? []).find((prefix) => /^\d*$/.test(prefix)) ?? "";
    const numbers = validNumbers(country, 60, 3);
    const snapshot = snapshotOf([
      "",
      ...new Set(numbers.flatMap((national) => [1, 2, 3].map((n) => code + national.slice(0, n)))),
    ]);
    for (const national of numbers) {
      const digits = code + national;
      const old = formerOf(digits);
      const spellings = [
        `+${digits}`,
        `${idd}${digits}`,
        `${trunk}${national}`,
        `+${code} ${national.slice(0, 3)}-${national.slice(3)}`,
        `tel:+${digits}`,
        `sip:+${digits}@192.0.2.1;user=phone`,
        ...(isPlain(national, country) ? [national] : []),
        ...(old === null ? [] : [`+${old}`, `+${old.slice(0, 5)} ${old.slice(5)}`, `tel:+${old}`]),
      ];
      const found = spellings.map((destination) =>
        priced({ destination, ruleSet: country }, snapshot),
      );
      for (const [index, one] of found.entries()) {
        expectSame(one, found[0], spellings[index]);
      }
      expect(found[0]?.sell?.length).toBeGreaterThan(code.length);
    }
  });
});
