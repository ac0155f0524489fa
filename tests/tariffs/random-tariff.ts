// Arbitrary sound tariffs for property tests.
import fc from "fast-check";
import type { Band, PricingRules, RateRow, Tariff } from "../../src/tariffs/tariff.ts";

const name = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{1,6}$/),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter(isName),
  fc.constantFrom("10", "2", "constructor", "true", "null", "~", "- a", "0x1", "1e3", "*"),
);
const digits = (maxLength: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{1,${maxLength}}$`)).filter((text) => text !== "");
const instant = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2050, 0) });
const whole = (min: number) => fc.integer({ min, max: 999_999_999_999 });

function isName(text: string): boolean {
  return text === text.trim() && text !== "__proto__" && !/[\0\uFFFD\p{C}]/u.test(text);
}

/** Canonical decimal text within what a tariff keeps exactly. */
const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 22n - 1n }), fc.integer({ min: 0, max: 10 }))
  .map(([scaled, idle]) => {
    const value = scaled - (scaled % 10n ** BigInt(idle));
    const text = value.toString().padStart(11, "0");
    return `${text.slice(0, -10)}.${text.slice(-10)}`.replace(/\.?0+$/, "");
  });

const rules: fc.Arbitrary<PricingRules> = fc.record({
  currency: fc.constantFrom("EUR", "USD", "JPY", "XAU"),
  timeZone: fc.constantFrom("UTC", "Europe/Madrid", "America/New_York", "Asia/Kathmandu"),
  rounding: fc.record({
    decimals: fc.integer({ min: 0, max: 10 }),
    mode: fc.constantFrom("half-up", "half-down", "half-even", "up", "down"),
  }),
  usageRounding: fc.constantFrom("none", "up", "half-up", "half-down", "down"),
  intervalPrice: fc.constantFrom("start", "each-second"),
});

const list = <T extends number | string>(item: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(item, { minLength: 1, maxLength: 4 })
    .map((items) => items.toSorted((a, b) => (a < b ? -1 : 1)));
const date = fc.constantFrom("02-29", "12-25", "2026-01-06", "2028-02-29");

const band: fc.Arbitrary<Band> = fc.record(
  {
    name,
    days: list(fc.integer({ min: 1, max: 7 })),
    monthDays: list(fc.integer({ min: 1, max: 31 })),
    months: list(fc.integer({ min: 1, max: 12 })),
    dates: list(date),
    exceptDates: list(date),
    fromMinute: fc.integer({ min: 0, max: 1439 }),
    toMinute: fc.integer({ min: 0, max: 1440 }),
    timeZone: fc.constantFrom(null, "UTC", "Asia/Tokyo"),
  },
  { requiredKeys: ["name", "fromMinute", "toMinute", "timeZone"] },
);

function row(bands: readonly string[]): fc.Arbitrary<RateRow> {
  return fc
    .record({
      line: fc.constant(0),
      prefix: fc.oneof(digits(3), digits(11), fc.constant("")),
      destination: fc.string({ maxLength: 12 }).filter((text) => !/[\0\r\n\uFFFD]/.test(text)),
      rate: decimal,
      connectFee: decimal,
      firstInterval: whole(1),
      nextInterval: whole(1),
      minimumSeconds: whole(0),
      graceSeconds: whole(0),
      fromSecond: fc.oneof(fc.constant(0), whole(0)),
      band: fc.constantFrom(null, ...bands),
      effectiveFromMs: fc.oneof(fc.constant(null), instant),
      length: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 10 ** 11 })),
      status: fc.constantFrom("open" as const, "blocked" as const),
      maximumAmount: fc.oneof(fc.constant(null), decimal),
      minimumAmount: fc.constantFrom(null, "0", "maximum" as const),
      intervalPrice: fc.constantFrom(null, "start" as const, "each-second" as const),
      callerPrefix: fc.oneof(fc.constant(""), digits(4)),
      tor: fc.constantFrom("*voice", "*data", "*sms", "*mms", "*generic"),
      unitSeconds: whole(1),
    })
    .map(({ length, minimumAmount, ...rest }) => ({
      ...rest,
      minimumAmount: minimumAmount === "maximum" ? rest.maximumAmount : minimumAmount,
      effectiveToMs: length === null ? null : (rest.effectiveFromMs ?? 0) + length,
    }));
}

/** Rows that differ in what decides between rows; their lines are those of a printed deck. */
export function deckRows(bands: readonly string[]): fc.Arbitrary<RateRow[]> {
  return fc
    .uniqueArray(row(bands), {
      minLength: 1,
      maxLength: 12,
      selector: (r) =>
        [r.prefix, r.callerPrefix, r.tor, r.effectiveFromMs, r.fromSecond, r.band].join("|"),
    })
    .map((rows) => rows.map((rate, index) => ({ ...rate, line: index + 2 })));
}

const uniqueBy = { minLength: 1, maxLength: 3, selector: (item: { name: string }) => item.name };

/** Sound tariffs that use everything; names are any text that YAML can hold. */
export const randomTariff: fc.Arbitrary<Tariff> = fc
  .uniqueArray(band, uniqueBy)
  .chain((bands) => {
    const deck = deckRows(bands.map((item) => item.name));
    return fc.record({
      tenant: name,
      rules,
      bands: fc.constant(bands),
      retail: fc.uniqueArray(fc.record({ name, rows: deck, rules }), uniqueBy),
      carriers: fc.uniqueArray(
        fc.record({
          name,
          rows: deck,
          rules,
          carrier: name,
          gateway: fc.oneof(fc.constant(null), name),
          priority: fc.nat(1000),
          weight: fc.nat(1000),
        }),
        uniqueBy,
      ),
      ban: fc.dictionary(name, fc.array(digits(9), { maxLength: 3 }), { maxKeys: 2 }),
      voip: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
      routing: fc.constantFrom("lowest-cost", "priority", "weight", "quality"),
      accounts: fc.uniqueArray(fc.tuple(name, fc.oneof(fc.constant(null), instant)), {
        selector: (pair) => pair.join("|"),
      }),
      exchange: fc.uniqueArray(
        decimal.filter((rate) => rate !== "0"),
        { maxLength: 3 },
      ),
    });
  })
  .map(({ retail, carriers, ban, voip, routing, accounts, exchange, ...rest }) => ({
    ...rest,
    numbering: { trunk: { preset: "wholesale-e164" } },
    defaultNumbering: "trunk",
    retailPlans: inKeyOrder(retail).map(({ rows, ...plan }, index) => ({
      ...plan,
      deck: { file: `decks/retail-${index}.csv`, rows },
    })),
    carrierPlans: inKeyOrder(carriers).map(({ rows, ...plan }, index) => ({
      ...plan,
      deck: { file: `decks/carrier-${index}.csv`, rows },
    })),
    banPlans: ban,
    voipPlans: inKeyOrder(voip.map((plan) => ({ name: plan }))).map((plan) => ({
      ...plan,
      retail: retail.map((item) => item.name),
      carriers: carriers.map((item) => item.name),
      ban: Object.keys(ban),
      routing,
    })),
    accounts: accounts.map(([account, fromMs], index) => {
      return { line: index + 2, account, voipPlan: voip[0] ?? "", numbering: null, fromMs };
    }),
    exchange: exchange.map((rate, index) => {
      const effectiveFromMs = index === 0 ? null : index * 86_400_000;
      return { line: index + 2, from: "EUR", to: "USD", rate, effectiveFromMs };
    }),
  }));

/** The order of plans is of no account; bands, whose order decides, keep that of the file. */
function inKeyOrder<Item extends { name: string }>(items: Item[]): Item[] {
  return Object.values(Object.fromEntries(items.map((item) => [item.name, item])));
}
