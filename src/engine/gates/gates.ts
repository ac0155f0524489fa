// The gates, one function each: null where it is passed, else what was found, with figures.
import type { JsonObject } from "../../cdr/json.ts";
import { compareFractions, fractionOf } from "../../money/fraction.ts";
import type { Gates } from "../../tariffs/gates.ts";
import type { GateFacts } from "./facts.ts";

type GateName = keyof Gates;
type Limits = { [Name in GateName]-?: NonNullable<Gates[Name]> };

export interface GateFailure {
  gate: GateName;
  /** As it is set. */
  limit: number | string | boolean;
  found: JsonObject;
  message: string;
}

type Found = Pick<GateFailure, "found" | "message">;
type Gate<Setting> = (setting: Setting, facts: GateFacts) => Promise<Found | null> | Found | null;

const NOT_TESTED: Found = {
  found: { backtest: null },
  message: "There is no back-test of it against the version in force that priced an answered call.",
};

/** What else may change of a tariff in force is to pass through here too. */
const GATES: { [Name in GateName]: Gate<Limits[Name]> } = {
  async maxLossPercent(most, { backtest }) {
    const tested = await backtest();
    if (tested === null) return NOT_TESTED;
    const { job, answered, losing } = tested;
    const share = { numerator: BigInt(losing) * 100n, denominator: BigInt(answered) };
    if (compareFractions(share, fractionOf(String(most))) <= 0) return null;
    return {
      found: { percent: percentText(losing, answered), losing, answered, backtest: job },
      message: `${losing} of ${answered} answered calls of its back-test (${percentText(losing, answered)} %) have a margin below 0; at most ${most} % may.`,
    };
  },
  async maxPriceJump(most, { moves }) {
    const moved = await moves();
    if (moved === "unknown") return NOT_COMPARED;
    const jump = moved?.jump ?? null;
    if (jump === null) return null;
    const size = jump.percent?.replace(/^-/, "") ?? null;
    if (size !== null && compareFractions(fractionOf(size), fractionOf(String(most))) <= 0) {
      return null;
    }
    const by = jump.percent === null ? "from 0 or in another currency" : `${jump.percent} %`;
    return {
      found: { ...jump },
      message: `${placeText(jump)} changes from ${jump.old} to ${jump.new} (${by}); at most ${most} % may be.`,
    };
  },
  async minNoticeDays(least, { moves }) {
    const moved = await moves();
    if (moved === "unknown") return NOT_COMPARED;
    const notice = moved?.notice ?? null;
    if (notice === null || notice.days >= least) return null;
    const days = Math.max(0, Math.floor(notice.days * 100) / 100);
    return {
      found: { ...notice, days },
      message: `${placeText(notice)} rises from ${notice.old} to ${notice.new} in ${days} days; ${least} days of notice are agreed.`,
    };
  },
  lint(level, { version: { warnings } }) {
    const told = warnings.filter(({ severity }) => severity !== "note");
    if (level === "warning" || told.length === 0) return null;
    const codes = [...new Set(told.map(({ code }) => String(code)))];
    return {
      found: { warnings: told.length, codes },
      message: `It was loaded with ${told.length} warnings, which count as faults: ${codes.join(", ")}.`,
    };
  },
  async requireBacktest(isRequired, { backtest }) {
    return isRequired && (await backtest()) === null ? NOT_TESTED : null;
  },
  fourEyes(isRequired, { by, version: { loadedBy } }) {
    if (!isRequired || (loadedBy !== undefined && loadedBy !== by)) return null;
    const who = loadedBy === undefined ? "Who loaded it is not noted" : `${loadedBy} loaded it`;
    return {
      found: { loadedBy: loadedBy ?? null, by },
      message: `${who}: somebody else has to activate it.`,
    };
  },
};

const NOT_COMPARED: Found = {
  found: { compared: false },
  message: "Rates of a CGRateS folder are not compared with those of a native tariff.",
};

function placeText({ plan, side, prefix }: { plan: string; side: string; prefix: string }): string {
  return `The ${side} rate of ${prefix} in ${plan}`;
}

/** To four decimals, cut. */
function percentText(part: number, whole: number): string {
  const scaled = (BigInt(part) * 1_000_000n) / BigInt(whole);
  const digits = scaled.toString().padStart(5, "0");
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, "");
}

/** Every gate that is named and not passed. */
export async function failuresOf(gates: Gates, facts: GateFacts): Promise<GateFailure[]> {
  const failures: GateFailure[] = [];
  for (const name of Object.keys(GATES) as GateName[]) {
    const failure = await tryGate(name, gates, facts);
    if (failure !== null) failures.push(failure);
  }
  return failures;
}

async function tryGate<Name extends GateName>(
  gate: Name,
  gates: Gates,
  facts: GateFacts,
): Promise<GateFailure | null> {
  const limit = gates[gate] as Limits[Name] | undefined;
  if (limit === undefined) return null;
  const tried: Gate<Limits[Name]> = GATES[gate];
  const found = await tried(limit, facts);
  return found === null ? null : { gate, limit, ...found };
}
