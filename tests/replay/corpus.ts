// The frozen corpus of `npm run replay`: two tariffs and the CDRs for them, from one seed. It never
// changes: a new case goes into a corpus of its own, beside this one.

export interface ReplayTariff {
  name: string;
  files: Record<string, string>;
}

/** mulberry32, kept here so that no change elsewhere changes the corpus. */
function seeded(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
  };
}

const PREFIXES = ["1", "1212", "33", "336", "34", "346", "3465", "39", "44", "447", "4477", "49"];
const INTERVALS = ["1,1", "6,6", "30,6", "60,1", "60,60", "20,6", "90,60"];

function deck(seed: number, span: number): string {
  const below = seeded(seed);
  const rate = () => ((below(span) + 1) / 10_000).toFixed(4);
  const rows = PREFIXES.flatMap((prefix) => {
    const fee = below(4) === 0 ? "0.0100" : "";
    const terms = `${fee},${INTERVALS[below(INTERVALS.length)]}`;
    const grace = below(3) * 2;
    const night = `${prefix},Place ${prefix},${rate()},${terms},${grace},night,`;
    const later = `${prefix},Place ${prefix},${rate()},${terms},0,,2026-02-01`;
    return [
      `${prefix},Place ${prefix},${rate()},${terms},${grace},,`,
      ...(below(2) === 0 ? [night] : []),
      ...(below(3) === 0 ? [later] : []),
    ];
  });
  const header =
    "prefix,destination,rate,connect_fee,first_interval,next_interval,grace_seconds,band,effective_from";
  return `${[header, ...rows, "*,Elsewhere,1.5000,,60,60,0,,"].join("\n")}\n`;
}

const NATIVE: ReplayTariff = {
  name: "native",
  files: {
    "tariff.yaml": `tenant: native.example
currency: EUR
timeZone: Europe/Madrid
rounding: { decimals: 5, mode: half-even }
bands: { night: { days: [mon, tue, wed, thu, fri, sat, sun], from: "21:00", to: "07:00" } }
defaultNumbering: wholesale-e164
retailPlans:
  standard: { deck: retail.csv }
  rounded: { deck: retail.csv, rounding: { decimals: 2, mode: up }, usage: { round: up } }
carrierPlans:
  alpha: { carrier: Alpha, deck: alpha.csv, priority: 10 }
  beta: { carrier: Beta, deck: beta.csv, priority: 20 }
  gamma: { carrier: Gamma, deck: gamma.csv, currency: USD }
banPlans: { premium: { prefixes: ["4477"] } }
voipPlans:
  cheapest: { retail: [standard], carriers: [alpha, beta, gamma] }
  first: { retail: [rounded], carriers: [beta, alpha], ban: [premium], routing: priority }
accounts: accounts.csv
exchange: exchange.csv
`,
    "retail.csv": deck(1, 4000),
    "alpha.csv": deck(2, 2500),
    "beta.csv": deck(3, 2500),
    "gamma.csv": deck(4, 2500),
    "accounts.csv": "account,voip_plan,numbering,from\n*any,cheapest,,\n1002,first,ES,\n",
    "exchange.csv": "from,to,rate,effective_from\nUSD,EUR,0.9137,\n",
  },
};

const CGRATES: ReplayTariff = {
  name: "cgrates",
  files: {
    "Timings.csv":
      "#Tag,Years,Months,MonthDays,WeekDays,Time\nDAY,*any,*any,*any,1;2;3;4;5,08:00:00\nNIGHT,*any,*any,*any,*any,00:00:00\n",
    "Destinations.csv": "#Id,Prefix\nES,34\nES_M,346\nUK,44\nUS,1\n",
    "Rates.csv":
      "#Id,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart\nR1,0.02,0.1234,60s,60s,0s\nR1,0,0.0617,60s,1s,60s\nR2,0,0.0333,60s,6s,0s\nR3,0.005,0.9,60s,1s,0s\n",
    "DestinationRates.csv":
      "#Id,DestinationId,RatesTag,RoundingMethod,RoundingDecimals,MaxCost,MaxCostStrategy\nDAY_R,ES,R1,*up,4,0,\nDAY_R,ES_M,R3,*middle,4,0,\nDAY_R,UK,R2,*up,5,0,\nDAY_R,US,R2,*down,4,0,\nNIGHT_R,*any,R2,*up,4,0,\n",
    "RatingPlans.csv":
      "#Id,DestinationRatesId,TimingTag,Weight\nPLAN,DAY_R,DAY,20\nPLAN,NIGHT_R,NIGHT,10\n",
    "RatingProfiles.csv":
      "#Tenant,Category,Subject,ActivationTime,RatingPlanId,RatesFallbackSubject\ncgrates.org,call,*any,2014-01-14T00:00:00Z,PLAN,\n",
  },
};

export const REPLAY_TARIFFS: readonly ReplayTariff[] = [NATIVE, CGRATES];

const NUMBERS = ["34650123456", "+34912345678", "00442079460123", "447700900123", "12125551234"];
const FOREIGN = ["33612345678", "39061234567", "4915123456789", "5312345678", "999", "anonymous"];
const START_MS = Date.parse("2026-01-20T00:00:00Z");
const SPAN_SECONDS = 60 * 86_400;

/** Forms as `/cgr` takes them. */
export function replayForms(count = 5000): string[] {
  const below = seeded(20260120);
  const numbers = [...NUMBERS, ...FOREIGN];
  return Array.from({ length: count }, (_, index) => {
    const tenant = below(3) === 0 ? "cgrates.org" : "native.example";
    const form = new URLSearchParams({
      accid: `replay-${index}`,
      tenant,
      account: ["1001", "1002", "1003"][below(3)] ?? "",
      destination: numbers[below(numbers.length)] ?? "",
      answer_time: new Date(START_MS + below(SPAN_SECONDS) * 1000).toISOString(),
      usage: `${below(5) === 0 ? below(4) : below(1_000_000)}ms`.replace(/^(\d)ms$/, "$1s"),
    });
    const carrier = ["Alpha", "gamma", "Omega"][below(20)];
    if (carrier !== undefined) form.set("supplier", carrier);
    if (below(40) === 0) form.set("direction", "*in");
    if (below(40) === 0) form.set("reqtype", "*none");
    return form.toString();
  });
}
