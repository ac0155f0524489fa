// Which sign is the decimal sign of prices, and which stands between thousands.
import type { Doubt } from "../doubt.ts";

type Sign = "." | ",";
type Grouping = "." | "," | " " | "'";

export interface DecimalFindings {
  decimal?: Sign;
  grouping?: Grouping;
  doubts: Doubt[];
}

/**
 * A sign before which there may be thousands and behind which there are three digits tells nothing
 * (1,234); two signs, another number of digits or a zero in front do.
 */
export function findDecimals(cells: Iterable<string>): DecimalFindings {
  const seen = { ".": 0, ",": 0 };
  const groupings = new Set<Grouping>();
  const unclear = new Set<Sign>();
  for (const cell of cells) {
    const number = cell.replaceAll(/[^\d.,'’\u00A0\u202F ]/g, "").trim();
    if (/\d['’]\d{3}/.test(number)) groupings.add("'");
    if (/\d[\u00A0\u202F ]\d{3}/.test(number)) groupings.add(" ");
    const signs = number.replaceAll(/[^.,]/g, "");
    const last = signs.at(-1) as Sign | undefined;
    if (last === undefined) continue;
    const isOne = signs.length === 1;
    const isMixed = new Set(signs).size > 1;
    const [whole = "", behind = ""] = [
      number.slice(0, number.lastIndexOf(last)),
      number.slice(number.lastIndexOf(last) + 1),
    ];
    if (isMixed) {
      seen[last] += 1;
      groupings.add(last === "." ? "," : ".");
    } else if (!isOne) groupings.add(last);
    else if (behind.length !== 3 || !/^[1-9]\d{0,2}$/.test(whole)) seen[last] += 1;
    else unclear.add(last);
  }
  return conclude(seen, groupings, unclear);
}

function conclude(
  seen: Record<Sign, number>,
  groupings: Set<Grouping>,
  unclear: Set<Sign>,
): DecimalFindings {
  const other = (sign: Sign): Sign => (sign === "." ? "," : ".");
  const likely: Sign = seen[","] > seen["."] ? "," : ".";
  const isBoth = seen["."] > 0 && seen[","] > 0;
  const isSeen = seen["."] + seen[","] > 0;
  const grouped = [...groupings].find((sign): sign is Sign => sign === "." || sign === ",");
  let decimal: Sign | undefined = isSeen ? likely : undefined;
  if (decimal === undefined && grouped !== undefined) decimal = other(grouped);
  const question = "Which sign is the decimal sign of the prices?";
  const doubts: Doubt[] = [];
  if (isBoth) doubts.push({ code: "deck.decimal", question, answers: [likely, other(likely)] });
  if (decimal === undefined && unclear.size > 0) {
    const [sign = "."] = unclear;
    doubts.push({ code: "deck.decimal", question, answers: [sign, other(sign)] });
    return { decimal: sign, doubts };
  }
  if (decimal === undefined) return { ...groupingOf(groupings, "."), doubts };
  for (const sign of unclear) if (sign !== decimal) groupings.add(sign);
  return { decimal, ...groupingOf(groupings, decimal), doubts };
}

function groupingOf(groupings: Set<Grouping>, decimal: Sign): { grouping?: Grouping } {
  const [grouping] = [...groupings].filter((sign) => sign !== decimal);
  return grouping === undefined ? {} : { grouping };
}
