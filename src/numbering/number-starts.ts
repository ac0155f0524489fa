// Whether digits can be the beginning of a number in use, by the patterns of libphonenumber.
import { type CountryCode, Metadata } from "libphonenumber-js/max";
import { callingCodeOf, regionsOf } from "./dial-codes.ts";

/** What a plan of libphonenumber answers beside what its types say. */
interface NumberingPlan {
  selectNumberingPlan(country: CountryCode): void;
  /** The numbers of a type; undefined: the plan has none. */
  type(name: string): { pattern(): string } | undefined;
}

const TYPES = [
  "FIXED_LINE",
  "MOBILE",
  "TOLL_FREE",
  "PREMIUM_RATE",
  "SHARED_COST",
  "VOIP",
  "PERSONAL_NUMBER",
  "PAGER",
  "UAN",
  "VOICEMAIL",
];

const WORLD = "001";

/**
 * A pattern of whole numbers that takes their beginnings too: behind each sign the text may end.
 * The patterns hold digits, `\d`, `[…]`, groups, `|`, `?` and `{n,m}`, nothing else.
 */
function ofBeginnings(pattern: string): RegExp {
  const source = pattern.replace(/\{[\d,]+\}|\\d|\[[^\]]*\]|\d/g, (sign) =>
    sign.startsWith("{") ? sign : `(?:${sign}|$)`,
  );
  return new RegExp(`^(?:${source})$`);
}

const patternsOfRegions = new Map<string, RegExp[]>();

function patternsOf(region: string): RegExp[] {
  const known = patternsOfRegions.get(region);
  if (known !== undefined) return known;
  const plan = new Metadata() as unknown as NumberingPlan;
  plan.selectNumberingPlan(region as CountryCode);
  const patterns = TYPES.flatMap((type) => {
    const pattern = plan.type(type)?.pattern();
    return pattern === undefined ? [] : [ofBeginnings(pattern)];
  });
  patternsOfRegions.set(region, patterns);
  return patterns;
}

/** Whether a number in use begins with `digits`, calling code first. Numbers of the world are not
 * looked into: a prefix of theirs counts as in use. */
export function startsNumberInUse(digits: string): boolean {
  const code = callingCodeOf(digits);
  if (code === null) return false;
  const national = digits.slice(code.length);
  return regionsOf(code).some(
    (region) => region === WORLD || patternsOf(region).some((pattern) => pattern.test(national)),
  );
}
