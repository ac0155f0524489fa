// Complete native tariffs are read with every default filled in.
import { expect, test } from "vitest";
import { tariffOf } from "./tariff-samples.ts";

test("every setting and column of a native tariff is read", () => {
  const tariff = tariffOf({
    yaml: `
      tenant: example.com
      currency: EUR
      timeZone: Europe/Madrid
      rounding: { decimals: 4, mode: half-up }
      usage: { round: none }
      bands:
        holiday: { dates: ["12-25", "2026-01-06"] }
        peak: { days: [mon, tue, wed, thu, fri], from: "08:00", to: "20:00", timeZone: UTC }
        9: { days: sun, exceptDates: ["2026-05-03"], monthDays: [1, 2], months: [3], to: "24:00" }
      numbering: { spanish-trunk: { preset: wholesale-digits }, wholesale: { preset: wholesale-e164 } }
      defaultNumbering: wholesale
      retailPlans: { standard: { deck: decks/retail.csv } }
      carrierPlans:
        alpha:
          carrier: Alpha
          gateway: gw.alpha.example
          deck: ./decks/alpha.csv
          priority: 10
          weight: 3
          currency: USD
          rounding: { decimals: 6 }
          usage: { round: up }
          timeZone: America/New_York
        beta: { carrier: 007, deck: decks/beta.csv }
      banPlans: { premium: { prefixes: ["44909", 0906, 34803] } }
      voipPlans: { gold: { retail: [standard], carriers: [alpha, beta], ban: [premium], routing: weight } }
    `,
    decks: {
      "decks/retail.csv": `
        prefix,destination,rate,connect_fee,first_interval,next_interval,minimum_seconds,grace_seconds,from_second,band,effective_from,effective_to,status,maximum_amount,caller_prefix,tor,unit_seconds
        34,"Spain, fixed",0.0350,0.10,60,30,12,3,0,,2026-01-31,2026-02-01T08:00:00,open,5.00,3491,*voice,60
        34,Spain,.02,,,,,,0,peak,2026-03-01T00:00:00+02:00,,,,,,
        34,Spain,.02,,,,,,0,,2026-03-01T00:00:00+02:00,,,,,,
        *,Rest,-1,,,,,,,,,,blocked,,,*data,1024
      `,
      "decks/alpha.csv": "prefix,rate,effective_from\n34,+0.0100,2026-01-31\n",
      "decks/beta.csv": "rate,prefix\r\n1,34\r\n",
    },
    accounts: "account,voip_plan,numbering,from\n*any,gold,,\n1001,gold,spanish-trunk,2026-01-01\n",
    exchange: "from,to,rate,effective_from\nUSD,EUR,0.90,\nUSD,EUR,0.95,2026-01-01\n",
  });
  expect(tariff).toMatchSnapshot();
});

test("a tariff with only the mandatory settings has the documented defaults", () => {
  const tariff = tariffOf({
    yaml: `
      retailPlans: { a: { deck: a.csv } }
      voipPlans: { gold: { retail: [a] } }
    `,
    decks: { "a.csv": "prefix,rate\n34,0.1\n" },
  });
  expect(tariff.rules).toEqual({
    currency: "EUR",
    timeZone: "Europe/Madrid",
    rounding: { decimals: 4, mode: "half-up" },
    usageRounding: "none",
    intervalPrice: "each-second",
  });
  expect(tariff.retailPlans[0]?.deck.rows).toEqual([
    {
      line: 2,
      prefix: "34",
      destination: "",
      rate: "0.1",
      connectFee: "0",
      firstInterval: 1,
      nextInterval: 1,
      intervalPrice: null,
      minimumSeconds: 0,
      graceSeconds: 0,
      fromSecond: 0,
      band: null,
      effectiveFromMs: null,
      effectiveToMs: null,
      status: "open",
      minimumAmount: null,
      maximumAmount: null,
      callerPrefix: "",
      tor: "*voice",
      unitSeconds: 60,
    },
  ]);
  expect(tariff.voipPlans).toEqual([
    { name: "gold", retail: ["a"], carriers: [], ban: [], routing: "lowest-cost" },
  ]);
});
