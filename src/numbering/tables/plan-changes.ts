// Numbers that changed their digits since 2007, and local forms: what the old digits are today.
// Only changes with one rule for every number concerned stand here, each with who announced it.

export interface PlanChange {
  /** The country, in words for a person. */
  country: string;
  /** What became of the old digits, in words for the trace. */
  what: string;
  /** The day from which the new digits hold, `YYYY-MM-DD`; null: a local form that is in use. */
  since: string | null;
  /** Who announced it. */
  source: string;
  /** Digits of the whole old number, its calling code counted. */
  digits: number;
  /** Leading digits, calling code first: the old ones and what stands for them today. */
  leading: Record<string, string>;
}

/** Old numbers that begin with `stem` and one of `next` get `put` between the two. */
function inserted(stem: string, put: string, next: string): Record<string, string> {
  return Object.fromEntries([...next].map((digit) => [stem + digit, stem + put + digit]));
}

/** Old numbers whose first digit behind `stem` is one of `next` have it twice. */
function doubled(stem: string, next: string): Record<string, string> {
  return Object.fromEntries([...next].map((digit) => [stem + digit, stem + digit + digit]));
}

/** `old:new` pairs of leading digits, both behind `code`. */
function replaced(code: string, pairs: string): Record<string, string> {
  return Object.fromEntries(
    pairs.split(" ").map((pair) => {
      const [old = "", today = ""] = pair.split(":");
      return [code + old, code + today];
    }),
  );
}

const ANATEL = "Anatel, Resolução 553/2010 and its calendar";

function brazil(since: string, areaCodes: string): PlanChange {
  const areas = areaCodes.split(" ").map((area) => inserted(`55${area}`, "9", "689"));
  return {
    country: "Brazil",
    what: `a 9 stands before mobile numbers of the areas ${areaCodes}`,
    since,
    source: ANATEL,
    digits: 12,
    leading: Object.assign({}, ...areas),
  };
}

const BRAZIL: PlanChange[] = [
  brazil("2012-07-29", "11"),
  brazil("2013-08-25", "12 13 14 15 16 17 18 19"),
  brazil("2013-10-27", "21 22 24 27 28"),
  brazil("2014-11-02", "91 92 93 94 95 96 97 98 99"),
  brazil("2015-05-31", "81 82 83 84 85 86 87 88 89"),
  brazil("2015-10-11", "31 32 33 34 35 37 38 71 73 74 75 77 79"),
  brazil("2016-05-29", "61 62 63 64 65 66 67 68 69"),
  brazil("2016-11-06", "41 42 43 44 45 46 47 48 49 51 53 54 55"),
];

function chile(since: string, areaCodes: string): PlanChange {
  return {
    country: "Chile",
    what: `a 2 stands before fixed numbers of the areas ${areaCodes}`,
    since,
    source: "Subtel, by ITU communication of 2 July 2014",
    digits: 10,
    leading: replaced(
      "56",
      areaCodes
        .split(" ")
        .map((area) => `${area}:${area}2`)
        .join(" "),
    ),
  };
}

const CHILE: PlanChange[] = [
  chile("2012-10-20", "58"),
  chile("2012-11-24", "2"),
  chile("2013-03-23", "45 57"),
  chile("2013-04-06", "55"),
  chile("2013-04-13", "61 67"),
  chile("2013-04-20", "72"),
  chile("2013-05-04", "71 73 75"),
  chile("2013-05-11", "42 43"),
  chile("2013-05-18", "33 34 35"),
  chile("2013-05-25", "63"),
  chile("2013-06-08", "52 53"),
  chile("2013-06-15", "51"),
  chile("2013-06-22", "64"),
  chile("2013-07-06", "65"),
];

const IVORY_COAST = {
  country: "Côte d'Ivoire",
  since: "2021-01-31",
  source: "ARTCI, plan national de numérotation à 10 chiffres",
  digits: 11,
};

/** Two digits of the operator and the kind of line stand before the eight old ones. */
function ivoryCoast(put: string, whose: string, old: string): PlanChange {
  const pairs = old.split(" ").map((leading) => `${leading}:${put}${leading}`);
  return {
    ...IVORY_COAST,
    what: `${put} stands before ${whose} numbers`,
    leading: replaced("225", pairs.join(" ")),
  };
}

const IVORIAN: PlanChange[] = [
  ivoryCoast("01", "Moov mobile", "01 02 03 40 41 42 43 50 51 52 53 70 71 72 73"),
  ivoryCoast("05", "MTN mobile", "04 05 06 44 45 46 54 55 56 64 65 66 74 75 76 84 85 86 94 95 96"),
  ivoryCoast("07", "Orange mobile", "07 08 09 47 48 49 57 58 59 67 68 69 77 78 79 87 88 89 97 98"),
  ivoryCoast("21", "Moov fixed", "208 218 228 238"),
  ivoryCoast("25", "MTN fixed", "200 210 220 230 240 300 310 320 330 340 350 360"),
  ivoryCoast(
    "27",
    "Orange fixed",
    "202 203 212 213 215 217 224 225 234 235 243 244 245 306 316 319 327 337 347",
  ),
];

function vietnam(since: string, what: string, digits: number, pairs: string): PlanChange {
  const source = "Ministry of Information and Communications of Vietnam";
  return { country: "Vietnam", what, since, source, digits, leading: replaced("84", pairs) };
}

/** Old area codes that a mobile code has today are left out: those digits are other numbers now. */
const AREA_CODES = "area codes of three digits, Hanoi 24 and Ho Chi Minh City 28";
const MOBILE_CODES = "mobile codes lost a digit";

const VIETNAMESE: PlanChange[] = [
  vietnam("2017-02-11", AREA_CODES, 11, "20:214 22:212 29:216 52:232 53:233 54:234"),
  vietnam("2017-02-11", AREA_CODES, 12, "230:215 231:213 510:235 511:236"),
  vietnam("2017-04-15", AREA_CODES, 11, "25:205 26:206 27:207 74:294"),
  vietnam(
    "2017-04-15",
    AREA_CODES,
    12,
    "240:204 241:222 280:208 281:209 320:220 321:221 350:228 351:226 710:292 711:293 780:290 781:291",
  ),
  vietnam(
    "2017-06-17",
    AREA_CODES,
    11,
    "4:24 8:28 55:255 57:257 60:260 61:251 62:252 63:263 64:254 66:276 67:277 68:259 72:272 73:273 75:275",
  ),
  vietnam("2017-06-17", AREA_CODES, 12, "500:262 501:261 650:274 651:271"),
  vietnam(
    "2018-09-15",
    MOBILE_CODES,
    12,
    "120:70 121:79 122:77 126:76 128:78 123:83 124:84 125:85 127:81 129:82 162:32 163:33 164:34 165:35 166:36 167:37 168:38 169:39 186:56 188:58 199:59",
  ),
];

const AFRICAN: PlanChange[] = [
  {
    country: "Algeria",
    what: "mobile numbers begin with their first digit twice",
    since: "2008-02-22",
    source: "ARPT",
    digits: 11,
    leading: doubled("213", "567"),
  },
  {
    country: "Benin",
    what: "01 stands before every number",
    since: "2024-11-30",
    source: "ARCEP Bénin",
    digits: 11,
    leading: inserted("229", "01", "24569"),
  },
  {
    country: "Cameroon",
    what: "a 6 stands before mobile numbers",
    since: "2014-11-21",
    source: "Ministry of Posts and Telecommunications, ART",
    digits: 11,
    leading: inserted("237", "6", "56789"),
  },
  ...IVORIAN,
  {
    country: "Egypt",
    what: "a digit of the operator stands behind the 1 of mobile numbers",
    since: "2011-10-06",
    source: "NTRA",
    digits: 11,
    leading: replaced("20", "10:100 11:111 12:122 14:114 16:106 17:127 18:128 19:109"),
  },
  {
    country: "Mauritius",
    what: "a 5 stands before mobile numbers",
    since: "2013-09-01",
    source: "ICTA",
    digits: 10,
    leading: inserted("230", "5", "24789"),
  },
  {
    country: "Morocco",
    what: "a 5 stands before fixed and a 6 before mobile numbers",
    since: "2009-03-07",
    source: "ANRT",
    digits: 11,
    leading: { ...inserted("212", "5", "23"), ...inserted("212", "6", "14567") },
  },
  {
    country: "Nigeria",
    what: "20 stands before fixed numbers",
    since: "2024-01-01",
    source: "NCC, announcement of September 2023",
    digits: 11,
    leading: inserted("234", "20", "123456789"),
  },
];

const AMERICAN: PlanChange[] = [
  ...BRAZIL,
  ...CHILE,
  {
    country: "Colombia",
    what: "60 stands before fixed numbers",
    since: "2021-09-01",
    source: "CRC, Resolución 5826 of 2019",
    digits: 10,
    leading: inserted("57", "60", "1245678"),
  },
  {
    country: "Costa Rica",
    what: "a 2 stands before fixed and an 8 before mobile numbers",
    since: "2008-03-20",
    source: "ICE",
    digits: 10,
    leading: { ...inserted("506", "2", "24567"), ...inserted("506", "8", "389") },
  },
  {
    country: "Ecuador",
    what: "a 9 stands before mobile numbers",
    since: "2012-09-30",
    source: "Conatel",
    digits: 11,
    leading: inserted("593", "9", "89"),
  },
  {
    country: "Mexico",
    what: "the 1 before mobile numbers was dropped",
    since: "2019-08-03",
    source: "IFT, Plan Técnico Fundamental de Numeración of 2018",
    digits: 13,
    leading: { "521": "52" },
  },
  {
    country: "Sint Maarten",
    what: "+599 became +1 721",
    since: "2011-09-30",
    source: "NANPA, Planning Letter 423",
    digits: 10,
    leading: { "5995": "17215" },
  },
  {
    country: "Uruguay",
    what: "a 4 stands before fixed numbers outside Montevideo",
    since: "2010-08-29",
    source: "URSEC, by ITU communication of 18 June 2010",
    digits: 10,
    leading: replaced(
      "598",
      "3:43 40:440 41:441 43:443 44:444 45:445 46:446 47:447 48:448 49:449 5:45 6:46 7:47",
    ),
  },
];

const ASIAN: PlanChange[] = [
  {
    country: "Qatar",
    what: "numbers begin with their first digit twice",
    since: "2010-07-28",
    source: "ictQATAR",
    digits: 10,
    leading: doubled("974", "34567"),
  },
  {
    country: "Saudi Arabia",
    what: "a 1 stands before fixed numbers of Riyadh",
    since: "2013-05-13",
    source: "CITC, by ITU communication of 9 April 2013",
    digits: 11,
    leading: inserted("966", "1", "1"),
  },
  {
    country: "Saudi Arabia",
    what: "a 1 stands before fixed numbers outside Riyadh",
    since: "2013-08-18",
    source: "CITC, by ITU communication of 9 April 2013",
    digits: 11,
    leading: inserted("966", "1", "23467"),
  },
  ...VIETNAMESE,
];

const EUROPEAN: PlanChange[] = [
  {
    country: "Switzerland",
    what: "the area code 1 of Zürich became 44",
    since: "2007-03-31",
    source: "OFCOM",
    digits: 10,
    leading: { "411": "4144" },
  },
];

export const PLAN_CHANGES: readonly PlanChange[] = [...AFRICAN, ...AMERICAN, ...ASIAN, ...EUROPEAN];

/**
 * Argentina writes a mobile number `15` behind the area code at home and `9` before the area code
 * from abroad; both are in use, and are often mixed.
 */
export const ARGENTINE_MOBILE: PlanChange = {
  country: "Argentina",
  what: "15 inside a mobile number is written as 9 before the area code",
  since: null,
  source: "ENACOM, Plan Fundamental de Numeración Nacional",
  digits: 14,
  leading: {},
};
