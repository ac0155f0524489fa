// Old spellings of numbers in use: digits that a numbering plan gave up, and Argentina's 15.
import { callingCodeOf } from "./dial-codes.ts";
import { numberFacts } from "./facts.ts";
import { startsNumberInUse } from "./number-starts.ts";
import { ARGENTINE_MOBILE, PLAN_CHANGES, type PlanChange } from "./tables/plan-changes.ts";

export interface FormerForm {
  /** The number of today, digits with calling code. */
  digits: string;
  change: PlanChange;
}

/** What one kind of old leading digits stands for. */
interface LeadingRow {
  old: string;
  today: string;
  change: PlanChange;
}

/** By calling code and length of the whole old number: most numbers find nothing here. */
const rowsByShape = new Map<string, LeadingRow[]>();
const rowsByLeading = new Map<string, LeadingRow[]>();
for (const change of PLAN_CHANGES) {
  for (const [old, today] of Object.entries(change.leading)) {
    keep(rowsByShape, shapeOf(old, change.digits), { old, today, change });
    keep(rowsByLeading, old, { old, today, change });
  }
}

function keep(rows: Map<string, LeadingRow[]>, key: string, row: LeadingRow): void {
  rows.set(key, [...(rows.get(key) ?? []), row]);
}

function shapeOf(digits: string, length: number): string {
  return `${callingCodeOf(digits)} ${length}`;
}

/** Area code and subscriber number have ten digits; 15 stands between them, a 9 may come first. */
const ARGENTINE = /^549?(?=\d{12}$)/;
const ARGENTINE_AREA_DIGITS = [2, 3, 4];

function argentineForms(digits: string): FormerForm[] {
  const front = ARGENTINE.exec(digits)?.[0];
  if (front === undefined) return [];
  const national = digits.slice(front.length);
  return ARGENTINE_AREA_DIGITS.filter((area) => national.startsWith("15", area)).map((area) => ({
    digits: `549${national.slice(0, area)}${national.slice(area + 2)}`,
    change: ARGENTINE_MOBILE,
  }));
}

function candidatesOf(digits: string): FormerForm[] {
  if (digits.startsWith("54")) return argentineForms(digits);
  const rows = rowsByShape.get(shapeOf(digits, digits.length)) ?? [];
  return rows
    .filter(({ old }) => digits.startsWith(old))
    .map(({ old, today, change }) => ({ digits: today + digits.slice(old.length), change }));
}

function isInUse(digits: string): boolean {
  const facts = numberFacts(`+${digits}`);
  return facts?.valid === true && facts.e164 === `+${digits}`;
}

/**
 * The number of today that old digits (calling code first) stand for. Null: they are in use as they
 * are, no change concerns them, or more than one number in use could be meant.
 */
export function formerForm(digits: string): FormerForm | null {
  const candidates = candidatesOf(digits);
  if (candidates.length === 0 || isInUse(digits)) return null;
  const [first, ...others] = candidates.filter((candidate) => isInUse(candidate.digits));
  const isOnly = others.every(({ digits: other }) => other === first?.digits);
  return first !== undefined && isOnly ? first : null;
}

const LEADING_DIGITS_MAX = Math.max(...[...rowsByLeading.keys()].map((old) => old.length));

/** `54 11 15` is `54 9 11`: the area code is told by the numbers in use. */
function argentinePrefixes(prefix: string): FormerForm[] {
  const front = /^549?/.exec(prefix)?.[0];
  if (front === undefined) return [];
  const national = prefix.slice(front.length);
  return ARGENTINE_AREA_DIGITS.filter((area) => national.startsWith("15", area)).map((area) => ({
    digits: `549${national.slice(0, area)}${national.slice(area + 2)}`,
    change: ARGENTINE_MOBILE,
  }));
}

/**
 * A prefix that only old or local forms have: no number in use begins so, and numbers that were
 * dialled so are read as others. @returns the prefix of these, or null
 */
export function retiredPrefix(prefix: string): FormerForm | null {
  const found = argentinePrefixes(prefix);
  for (let length = 1; length <= LEADING_DIGITS_MAX && length <= prefix.length; length += 1) {
    for (const { old, today, change } of rowsByLeading.get(prefix.slice(0, length)) ?? []) {
      found.push({ digits: today + prefix.slice(old.length), change });
    }
  }
  if (found.length === 0 || startsNumberInUse(prefix)) return null;
  return found.find(({ digits }) => startsNumberInUse(digits)) ?? null;
}

/** `Mexico, since 2019-08-03: the 1 before mobile numbers was dropped` */
export function changeText({ country, what, since }: PlanChange): string {
  return since === null ? `${country}: ${what}` : `${country}, since ${since}: ${what}`;
}

/** A subscriber number behind the mobile mark of its country, dialled without area code. */
const LOCAL_MARKS: Record<string, { pattern: RegExp; national: (area: string) => string }> = {
  "54": { pattern: /^15(?=\d{6,8}$)/, national: (area) => `9${area}` },
};

/**
 * A local number with the mark of a mobile (Argentina's 15) as a national number; null: it has no
 * mark, and without an area code `area-code-missing`.
 */
export function markedLocalNumber(
  callingCode: string,
  text: string,
  area: string | null,
): string | "area-code-missing" | null {
  const mark = LOCAL_MARKS[callingCode];
  if (mark === undefined || !mark.pattern.test(text)) return null;
  if (area === null) return "area-code-missing";
  return callingCode + mark.national(area) + text.replace(mark.pattern, "");
}
