import { expect, it } from "vitest";
import type { StatementSums } from "../../src/reports/statement.ts";
import { minutesText, statementPage } from "../../src/reports/statement-page.ts";

const SUMS: StatementSums = {
  ...{ currency: "EUR", cdrs: 2, answered: 2, seconds: 125.5, billedSeconds: 180, units: 0 },
  amount: "0.3600",
};
const FACTS = {
  ...{ account: "1001", tenant: "cgrates.org", timeZone: "UTC" },
  ...{ from: "2026-03-01T00:00:00+00:00", to: "2026-04-01T00:00:00+00:00" },
};

it("minutes are exact: minutes, seconds, and what is left of a second", () => {
  expect([0, 5, 60, 754 * 60 + 5, 3.007].map(minutesText)).toEqual([
    "0:00",
    "0:05",
    "1:00",
    "754:05",
    "0:03.007",
  ]);
});

it("has its lines, its totals, and only the columns that say something", () => {
  const line = { day: "2026-03-02", destination: "Spain mobile", ...SUMS };
  const page = statementPage({ ...FACTS, lines: [line], totals: [SUMS] });
  for (const text of ["account 1001", "2026-03-02", "Spain mobile", "2:05.500", "3:00", "0.3600"]) {
    expect(page).toContain(text);
  }
  expect(page).not.toContain("Units");
  const data = { ...line, units: 5, currency: null, amount: null };
  const other = statementPage({ ...FACTS, lines: [line, data], totals: [SUMS] });
  expect(other).toContain("Units");
  expect(other).toContain("no price");
});

it("shows markup in a name as text, and loads nothing", () => {
  const destination = '<script>alert("1")</script>&';
  const page = statementPage({
    ...FACTS,
    account: "<b>",
    lines: [{ day: "2026-03-02", destination, ...SUMS }],
    totals: [SUMS],
  });
  expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;");
  expect(page).not.toMatch(/<script|<b>|https?:/);
  expect(page).toContain("default-src 'none'");
});

it("shows a reporting currency beside the own one, and its total", () => {
  const line = { day: "2026-03-02", destination: "Spain", ...SUMS, reportingAmount: "0.31" };
  const reporting = { currency: "GBP", totals: [{ from: "EUR", amount: "0.31" }], total: "0.31" };
  const page = statementPage({ ...FACTS, lines: [line], totals: [SUMS], reporting });
  expect(page).toContain('<th scope="col" class="number">GBP</th>');
  expect(page.match(/<td class="number">0\.31<\/td>/g)).toHaveLength(3);
  expect(page).toContain('<td class="number">0.3600</td>');
});
