// What the prices of a deck are for, and in which unit of money: the name of their column says it, or the notice.
import type { DeckRules } from "../../deck/rules.ts";
import { unitIn } from "../../deck/units.ts";
import type { Doubt } from "../doubt.ts";
import type { RuleFindings } from "./codes.ts";

const CENTS =
  /(?<!\p{L})(?:cents?|cts?|pence|c[eé]ntimos?|centavos?|centimes?|centesimi)(?!\p{L})|¢|(?<!\p{L})[cp]\s*\/\s*m/iu;
/** Cost, or cents, per minute; price, or pence. */
const EITHER = /(?<!\p{L})[cp]pm(?!\p{L})/iu;
const INTERVAL = /increment|interval|pulse|(?<!p{L})block|takt|impuls/i;
const SECOND = /(?<!p{L})sec(?!p{L})|second|segundo|sekund/i;
const MINUTE = 60;
const LONGEST = 86_400;

export function unitFindings(rate: string, notice: readonly string[]): RuleFindings {
  const found: RuleFindings = { rules: {}, doubts: [] };
  addUnit(found, rate);
  addMoney(found, rate);
  const ofPrices = notice.filter((line) =>
    /rate|price|precio|preis|prix|pre[cç]o|tari|prezz/i.test(line),
  );
  if (found.rules.minorUnits === undefined) addNoticed(found, "minorUnits", ofPrices);
  if (unitIn(rate) === null && found.rules.unitSeconds === undefined) {
    addNoticed(found, "unitSeconds", ofPrices);
  }
  return found;
}

function addUnit({ rules, doubts }: RuleFindings, rate: string): void {
  const unit = unitIn(rate);
  if (unit !== null) {
    if (unit !== MINUTE && unit >= 1 && unit <= LONGEST) rules.unitSeconds = unit;
    if (unit > LONGEST) doubts.push(unitDoubt(rate, [MINUTE]));
  } else if (INTERVAL.test(rate)) rules.unitSeconds = "interval";
  else if (/(?<!\p{L})hour/iu.test(rate)) rules.unitSeconds = 3600;
  else if (SECOND.test(rate)) doubts.push(unitDoubt(rate, [1, MINUTE]));
}

function unitDoubt(text: string, answers: number[]): Doubt {
  const question = `How many seconds are the prices of "${text.trim().slice(0, 80)}" for?`;
  return { code: "deck.unitSeconds", question, answers };
}

function addMoney({ rules, doubts }: RuleFindings, rate: string): void {
  if (CENTS.test(rate)) rules.minorUnits = true;
  else if (EITHER.test(rate)) doubts.push(moneyDoubt(rate, [false, true]));
}

function moneyDoubt(text: string, answers: boolean[]): Doubt {
  const question = `"${text.trim().slice(0, 80)}": are the prices in hundredths (cents, pence)?`;
  return { code: "deck.minorUnits", question, answers };
}

/** A sentence is no heading: what it says is asked. */
function addNoticed(
  { doubts }: RuleFindings,
  member: keyof Pick<DeckRules, "minorUnits" | "unitSeconds">,
  notice: readonly string[],
): void {
  for (const line of notice) {
    const unit = unitIn(line);
    if (member === "minorUnits" && CENTS.test(line)) doubts.push(moneyDoubt(line, [true, false]));
    else if (member === "unitSeconds" && unit !== null && unit !== MINUTE && unit <= LONGEST) {
      doubts.push(unitDoubt(line, [unit, MINUTE]));
    } else continue;
    return;
  }
}
