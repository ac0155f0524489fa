// Names that columns of rate decks have, by the field that they are, the likelier first. Compared
// without case, blanks, signs, currencies, units and what stands in brackets.

const words = (text: string) => text.trim().split(/\s+/);

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  prefix: words(`
    prefix prefixes dialcode dialcodes dialingcode dialingcodes dialprefix dialingprefix lrnprefix npanxx npa
    destinationprefix destinationprefixes destinationcode destinationcodes destcode completecode fullcode
    code codes numerazione prefisso vorwahl prefijo indicatif prefixo citycode citycodes areacode areacodes
    breakout breakouts phonecode callprefix digits dialdigits e164 area ndc ranges`),
  country_code: words("countrycode countrycodes countryprefix countrydialcode cc"),
  country: words("country countryname land pais pays paese"),
  destination: words(`
    destination destinations destinationname network networkname operator operatoreservizio description
    targetpatternname trafficdirection name zone zonename location areaname region breakoutname destino ziel
    destinazione`),
  rate: words(`
    newrate newprice rate price rateinitial sellrate sellprice cost tariff charge flatrate flat price1 rate1
    interstate inter intrastate intra currentrate currentprice buyrate buyprice preis precio tarifa prix tarif prezzo
    tariffa preco amount minute oldrate oldprice`),
  rate_next: words("pricen raten nextrate nextprice"),
  connect_fee: words(`
    connectfee connectionfee connectioncost connectioncharge connectcharge setupfee setupcharge callsetupcharge
    setupcost scatto scattoallarisposta pricepercall connect connection setup flagfall`),
  first_interval: words(`
    initialincrement interval1 firstinterval initblock initial initialinterval initialblock firstincrement
    firstblock initialperiod increment1`),
  next_interval: words(`
    intervaln nextinterval nextincrement subsequentincrement incrementn secondincrement additionalincrement
    interval2 increment2 billingblock nextblock subsequent nextperiod`),
  intervals: words(`
    increment increments billingincrement billingincrements billinginterval billing billingterms pulse bitype
    interval intervals chargeperiod rounding step taktung takt`),
  minimum_seconds: words(`
    minimumseconds minseconds minimaltime minimumtime mintime minimumduration minduration duratamin durataminima`),
  minimum_amount: words("minimumcharge mincharge minimumprice"),
  grace_seconds: words("gracetime grace graceperiod graceseconds nochargetime ratenochargetime"),
  effective_from: words(`
    effectivefrom effectivedate effective effdate dateeffective validfrom validity startdate begindate
    activationdate gultigab gueltigab vigencia start from date`),
  effective_to: words(`
    effectiveto effectiveend effectiveuntil enddate validto validuntil expirydate expirationdate expiration expires
    stopdate until end`),
  change: words(`
    change changes changetype changeflag ratechange pricechange status action indicator comment comments remark
    remarks note notes`),
  blocked: words("forbidden blocked barred rejectcalls"),
  closed: words("discontinued closed deleted"),
  caller_prefix: words(`
    originationprefixes originationprefix originprefixes originprefix originationcode originationcodes origincode
    callerprefix sourceprefix fromprefix origination origin`),
  band: words("timeslot timeband timeperiod band"),
};

/** Prices while something holds; the first is what a tariff's band is called. */
const BANDS: Readonly<Record<string, readonly string[]>> = {
  peak: words("peak peakrate"),
  "off-peak": words("offpeak offpeakrate standard"),
  weekend: words("weekend weekendrate"),
  night: words("night nightrate"),
  evening: words("evening eveningrate"),
  holiday: words("holiday holidayrate"),
};

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
const UNITS = /\b(?:per|min|mins|minute|minutes|sec|secs|second|seconds|in|of|the)\b/g;

/** Capital letters of ISO 4217 in a text. */
export function currencyIn(text: string): string | null {
  const found = text.match(/\b[A-Z]{3}\b/g) ?? [];
  return found.find((code) => CURRENCIES.has(code)) ?? null;
}

export function fold(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** What is left of a name of money without its currency and unit; "rate" where nothing else is. */
function coreOf(name: string): string {
  const currency = currencyIn(name);
  const bare = currency === null ? name : name.replaceAll(currency, " ");
  const plain = bare.replaceAll(/\([^)]*\)|\[[^\]]*\]/g, " ").toLowerCase();
  const core = fold(plain.replaceAll(UNITS, " "));
  const isMoney = currency !== null || /[€$£]|\bper (?:min|sec)/i.test(name);
  return core === "" && isMoney ? "rate" : core;
}

/** Names of columns that may be the field, the likelier first. */
export function columnsNamed(columns: readonly string[], field: string): string[] {
  return matching(columns, FIELDS[field] ?? []);
}

/** Names of columns with the price of a band: band → column. */
export function bandColumns(columns: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const [band, names] of Object.entries(BANDS)) {
    const [column] = matching(columns, names);
    if (column !== undefined) found.set(band, column);
  }
  return found;
}

function matching(columns: readonly string[], names: readonly string[]): string[] {
  const found = names.flatMap((name) =>
    columns.filter((column) => fold(column) === name || coreOf(column) === name),
  );
  return [...new Set(found)];
}

export function isDeckName(cell: string): boolean {
  if (!/\p{L}/u.test(cell)) return false;
  const [own, core] = [fold(cell), coreOf(cell)];
  return [...Object.values(FIELDS), ...Object.values(BANDS)].some(
    (names) => names.includes(own) || names.includes(core),
  );
}
