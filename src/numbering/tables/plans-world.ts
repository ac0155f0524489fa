// Numbering plans of the Americas, Asia, Oceania and Africa: prefixes, lengths, short numbers.
import { type CountryPlan, countryPlan, type PlanFacts } from "./country-plans.ts";

const trunk0 = { trunk: ["0"] };
const directory = "directory enquiries";

const northAmerica: PlanFacts = {
  idd: ["011"],
  trunk: ["1"],
  national: [10, 10],
  local: [7, 7],
  emergency: ["911", "112", "933"],
  short: {
    "988": "crisis line",
    "211": "community services",
    "311": "city services",
    "411": directory,
    "511": "traffic",
    "611": "repair",
    "711": "text relay",
    "811": "before digging",
  },
  services: { "*67": "hidden", "*82": "shown", "1167": "hidden" },
  outsideLine: ["9"],
};

const AMERICAN_PLANS: CountryPlan[] = [
  countryPlan("US", "1", northAmerica),
  countryPlan("CA", "1", northAmerica),
  countryPlan("MX", "52", {
    trunk: ["01", "044", "045"],
    national: [10, 10],
    local: [7, 8],
    emergency: ["911", "066"],
    short: { "040": directory, "089": "anonymous report", "030": "speaking clock" },
  }),
  countryPlan("BR", "55", {
    idd: ["00", "_00XX"],
    trunk: ["0", "_0XX", "_90XX"],
    national: [8, 11],
    local: [8, 9],
    emergency: ["190", "192", "193", "191", "197", "198", "199", "112", "911"],
    short: {
      "102": directory,
      "188": "helpline",
      _10XXX: "operator",
      "_1[0-8]X": "public service",
    },
  }),
  countryPlan("AR", "54", {
    ...trunk0,
    national: [10, 11],
    local: [6, 8],
    emergency: ["911", "100", "101", "107", "112"],
    short: { "110": directory, "113": "speaking clock", "_1[0-4]X": "public service" },
  }),
  countryPlan("CO", "57", {
    idd: ["00", "_00X", "00414", "00444", "00456"],
    trunk: ["0", "_0X", "0414", "0444", "0456"],
    national: [8, 11],
    emergency: ["123", "112", "119", "125", "132"],
    short: { "113": directory, "_1[0-9]X": "public service" },
  }),
];

const ASIAN_PLANS: CountryPlan[] = [
  countryPlan("IN", "91", {
    ...trunk0,
    national: [8, 13],
    local: [6, 8],
    emergency: ["112", "100", "101", "102", "108"],
    short: { "197": directory, "1098": "child helpline", "181": "women's helpline" },
  }),
  countryPlan("CN", "86", {
    ...trunk0,
    national: [7, 12],
    local: [7, 8],
    emergency: ["110", "119", "120", "122", "112"],
    short: { "114": directory, "12117": "speaking clock", _100XX: "operator", _12XXX: "service" },
  }),
  countryPlan("JP", "81", {
    idd: ["010"],
    ...trunk0,
    trunkRequired: true,
    national: [8, 13],
    local: [5, 8],
    emergency: ["110", "118", "119"],
    short: { "104": directory, "117": "speaking clock", "171": "disaster", "177": "weather" },
    services: { "184": "hidden", "186": "shown" },
  }),
  countryPlan("KR", "82", {
    idd: ["00700", "001", "002", "005", "006", "008"],
    ...trunk0,
    national: [5, 11],
    local: [7, 8],
    emergency: ["112", "119", "113", "117", "118"],
    short: { "114": directory, "116": "speaking clock", "120": "city services", "131": "weather" },
    services: { "*23#": "hidden" },
  }),
  countryPlan("ID", "62", {
    idd: ["001", "007", "008", "009"],
    ...trunk0,
    trunkRequired: true,
    national: [7, 12],
    local: [5, 8],
    emergency: ["112", "110", "113", "115", "118", "119"],
    short: { "108": directory, "103": "speaking clock" },
  }),
  countryPlan("AE", "971", {
    ...trunk0,
    national: [8, 9],
    local: [7, 7],
    emergency: ["999", "998", "997", "996", "112"],
    short: { "181": directory, "901": "police, not urgent" },
  }),
  countryPlan("AU", "61", {
    idd: ["0011"],
    ...trunk0,
    national: [5, 10],
    local: [8, 8],
    emergency: ["000", "112", "106"],
    short: { "1223": directory, "1194": "speaking clock", "12455": "directory and connection" },
    services: { "1831": "hidden", "1832": "shown" },
  }),
];

const AFRICAN_PLANS: CountryPlan[] = [
  countryPlan("ZA", "27", {
    ...trunk0,
    national: [9, 10],
    emergency: ["112", "10111", "10177", "107"],
    short: { "1023": directory, "1026": "speaking clock" },
  }),
  countryPlan("EG", "20", {
    ...trunk0,
    trunkRequired: true,
    national: [8, 10],
    local: [7, 8],
    emergency: ["112", "122", "123", "180"],
    short: { "140": directory, "126": "tourist police" },
  }),
  countryPlan("NG", "234", {
    idd: ["009"],
    ...trunk0,
    national: [8, 14],
    local: [5, 7],
    emergency: ["112", "199", "767"],
    short: { _3XX: "operator service" },
  }),
];

export const WORLD_PLANS: CountryPlan[] = [...AMERICAN_PLANS, ...ASIAN_PLANS, ...AFRICAN_PLANS];
