// Goal: an outcome that does not fit its amounts is found without pricing the call again.
import { describe, expect, it } from "vitest";
import type { BilledSides, Rating, Side } from "../../../src/cdr/rating.ts";
import { outcomeFaults } from "../../../src/engine/audit/outcome-faults.ts";
import { sampleRating, sampleSide } from "../../stores/contracts/sample-cdrs.ts";

const some = sampleSide();
const none: Side = { ...some, amount: null };
const basis = { sell: {}, buy: {} };

type Row = [string, Partial<Rating>, BilledSides?];

const FIT: Row[] = [
  ["both sides", { outcome: "rated", sell: some, buy: some, basis }],
  ["a tariff that asks for one side", { outcome: "rated", sell: some, buy: null, basis: {} }],
  ["one of two", { outcome: "partial", sell: some, buy: none, basis }],
  ["none of two", { outcome: "unrated", sell: none, buy: none, basis }],
  ["not priced", { outcome: "unrated", sell: null, buy: null, basis: {} }],
  ["a leg that is not billed", { outcome: "unrated", sell: null, buy: null, basis: {} }, "none"],
  ["voided", { outcome: "voided", sell: null, buy: null, basis: {} }],
  ["unanswered", { outcome: "rated", reason: "unanswered", sell: some, buy: some, basis: {} }],
  [
    "unanswered, one leg",
    { outcome: "rated", reason: "unanswered", sell: null, buy: some, basis: {} },
    "buy",
  ],
  ["a leg that sells", { outcome: "rated", sell: some, buy: null, basis: {} }, "sell"],
  [
    "CGRateS without a price, unanswered",
    { semantics: "cgrates", outcome: "rated", reason: "unanswered", sell: none, buy: null },
  ],
  [
    "CGRateS with a carrier, whose routes are not built",
    { semantics: "exact", outcome: "partial", sell: some, buy: none },
  ],
  ["CGRateS without a carrier", { semantics: "cgrates", outcome: "rated", sell: some, buy: null }],
];

const WRONG: Row[] = [
  ["partial with both", { outcome: "partial", sell: some, buy: some, basis }],
  ["rated with one of two", { outcome: "rated", sell: some, buy: none, basis }],
  ["rated, a side gone but not its basis", { outcome: "rated", sell: some, buy: null, basis }],
  ["rated with none", { outcome: "rated", sell: none, buy: none, basis }],
  ["unrated with one", { outcome: "unrated", sell: some, buy: none, basis }],
  ["voided with an amount", { outcome: "voided", sell: some, buy: null, basis: {} }],
  [
    "unanswered with one",
    { outcome: "rated", reason: "unanswered", sell: some, buy: null, basis: {} },
  ],
  [
    "unanswered and partial",
    { outcome: "partial", reason: "unanswered", sell: some, buy: some, basis: {} },
  ],
  ["a side that its leg does not bill", { outcome: "rated", sell: some, buy: some, basis }, "sell"],
  [
    "CGRateS without its sell side",
    { semantics: "exact", outcome: "rated", sell: null, buy: some },
  ],
];

describe("an outcome and its amounts", () => {
  it.each(FIT)("fit: %s", (_name, rating, billedSides) => {
    expect(outcomeFaults(sampleRating(rating), billedSides)).toEqual([]);
  });

  it.each(WRONG)("do not fit: %s", (_name, rating, billedSides) => {
    expect(outcomeFaults(sampleRating(rating), billedSides)).toHaveLength(1);
  });
});
