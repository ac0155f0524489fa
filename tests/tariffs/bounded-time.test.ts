// Goal: the check of a folder costs no more than its length, whatever is in it, and limits are said.
// Method: processor time of folders of a megabyte that look for what is quadratic.
import { describe, expect, it } from "vitest";
import { checkFolder } from "../../src/engine/tariffs/work.ts";

/** A machine under load is no fault: what was quadratic here took minutes. */
const MOST_MS = 8_000;

const each = (text: (index: number) => string, count: number) =>
  Array.from({ length: count }, (_, index) => text(index)).join("");
const YAML =
  "tenant: example.com\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\nvoipPlans: { v: { retail: [r] } }\n";
const deck = (text: string, yaml = YAML) => ({ "tariff.yaml": yaml, "r.csv": text });
const settings = (text: string) => ({ "tariff.yaml": text });
const bands = each((i) => `  b${i}: { days: [mon], from: "08:00", to: "09:00" }\n`, 90);

const CGRATES = {
  "Timings.csv": "T,*any,*any,*any,*any,00:00:00\n",
  "Destinations.csv": "D,44\n",
  "Rates.csv": "R,0,1,60s,1s,0s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,T,10\n",
  "RatingProfiles.csv": "cgrates.org,call,*any,,P,\n",
};

const FOLDERS: [name: string, files: Record<string, string>, code: string | null][] = [
  ["columns", deck(`prefix,rate${",".repeat(1_000_000)}\n`), "over-limit"],
  ["columns of one row", deck(`prefix,rate\n34${",1".repeat(500_000)}\n`), "ragged-row"],
  ["quoted fields of one line", deck(`prefix,rate\n"\n${'"a",'.repeat(250_000)}\n`), "bad-quote"],
  ["quotes that never close", deck(`prefix,rate\n${'"a\n'.repeat(300_000)}`), "bad-quote"],
  ["faulty rows", deck(`prefix,rate\n${"x,y\n".repeat(125_000)}`), "invalid-prefix"],
  ["equal rows", deck(`prefix,rate\n${"34,1\n".repeat(100_000)}`), "duplicate-row"],
  [
    "windows that end one by one",
    deck(
      `prefix,rate,from_second,effective_to\n${each((i) => `34,1,${i},20${10 + (i % 80)}-01-${String(10 + (i % 19))}\n`, 40_000)}`,
    ),
    null,
  ],
  [
    "bands of a window",
    deck(
      `prefix,rate,band,effective_to\n${each((i) => `${Math.floor(i / 90) + 1},1,b${i % 90},2030-01-0${1 + (i % 9)}\n`, 18_000)}`,
      `${YAML}bands:\n${bands}`,
    ),
    null,
  ],
  ["settings", settings(each((i) => `k${i}: 1\n`, 49_000)), "not-supported"],
  ["settings over the limit", settings(each((i) => `k${i}: 1\n`, 110_000)), "over-limit"],
  ["settings of one name", settings("tenant: a\n".repeat(49_000)), "duplicate-key"],
  ["characters", settings(`tenant: ${"a".repeat(1_000_001)}`), "over-limit"],
  ["levels", settings(`a: ${"[".repeat(90_000)}`), "bad-yaml"],
  ["levels of maps", settings(`a: ${"{b: ".repeat(40_000)}`), "bad-yaml"],
  ["broken lines", settings("a: 'x\n".repeat(30_000)), "bad-yaml"],
  ["aliases", settings(`a: &a 1\n${each((i) => `k${i}: *a\n`, 40_000)}`), "not-supported"],
  [
    "plans that name each other",
    deck(
      "prefix,rate\n34,1\n",
      `tenant: example.com\ncurrency: EUR\nretailPlans:\n${each((i) => `  r${i}: { deck: r.csv }\n`, 3_000)}voipPlans:\n${each((i) => `  v${i}: { retail: [r${i}] }\n`, 3_000)}`,
    ),
    null,
  ],
  [
    "CGRateS: slots of one rate, backwards",
    { ...CGRATES, "Rates.csv": each((i) => `R,0,1,60s,1s,${20_000 - i}s\n`, 20_000) },
    null,
  ],
  [
    "CGRateS: tags of one prefix",
    {
      ...CGRATES,
      "Destinations.csv": each((i) => `D${i},44\n`, 40_000),
      "DestinationRates.csv": each((i) => `DR,D${i},R,*up,4,0,\n`, 40_000),
    },
    null,
  ],
  [
    "CGRateS: faults",
    { ...CGRATES, "Rates.csv": "R,0,x,y,z,a\n".repeat(80_000) },
    "invalid-number",
  ],
  [
    "CGRateS: comments",
    { ...CGRATES, "Rates.csv": `${"#\n".repeat(400_000)}R,0,1,60s,1s,0s\n` },
    null,
  ],
  ["CGRateS: open quotes", { ...CGRATES, "Rates.csv": '"R,0\n'.repeat(150_000) }, "bad-quote"],
];

describe("the time of a check is bounded", () => {
  it.each(FOLDERS)("%s", (_, files, code) => {
    const before = process.cpuUsage();
    const checked = checkFolder(files);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(MOST_MS);
    const faults = checked.ok ? checked.warnings : checked.faults;
    expect(faults.length).toBeLessThanOrEqual(2_001);
    if (code === null) expect(checked.ok ? [] : faults.slice(0, 3)).toEqual([]);
    else expect(faults.map((fault) => fault.code)).toContain(code);
  });
});
