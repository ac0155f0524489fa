// Names that columns of rate decks have, by the field that they are, the likelier first. Compared
// without case, blanks, signs, currencies, units and what stands in brackets.

const words = (text: string) => text.trim().split(/\s+/);

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  prefix: words(`
    prefix prefixes dialcode dialcodes dialingcode dialingcodes dialprefix dialprefixes dialingprefix lrnprefix npanxx
    npa destinationprefix destinationprefixes destinationcode destinationcodes destcode destcodes destprefix
    completecode fullcode prefixcode codeprefix code codes numerazione numerazioni prefisso prefissi codice codici
    vorwahl vorwahlen prafix praefix rufnummernbereich kennzahl prefijo prefijos codigo codigos prefijodestino
    codigodestino numeracion indicatif indicatifs prefixe codedestination prefixo prefixos indicativo indicativos
    citycode citycodes areacode areacodes areaprefix ortsvorwahl codigoarea codicearea breakout breakouts phonecode
    callprefix digits dialdigits dialeddigits dialleddigits codefrom prefixfrom rangefrom rangestart startcode
    startprefix firstcode areafrom dialcodefrom fromcode e164 area ac ndc ranges pfx`),
  prefix_to: words(`
    codeto prefixto rangeto rangeend endcode endprefix lastcode areato dialcodeto tocode codigohasta vorwahlbis`),
  country_code: words(`
    countrycode countrycodes countryprefix countrydialcode ccode cc ddi codigopais landesvorwahl landervorwahl
    laendervorwahl codepays indicatifpays codicepaese prefissopaese prefissointernazionale`),
  country: words("country countryname land pais pays paese nazione landname"),
  destination: words(`
    destination destinations destinationname destinationdescription dest destname network networkname operator
    operatoreservizio description desc targetpatternname trafficdirection name zone zonename location areaname region
    breakout breakoutname codename prefixname designation destino destinos ziel ziele zielland zielname zielgebiet
    destinazione destinazioni libelle descripcion descricao descrizione beschreibung bezeichnung operador operadora
    operateur operatore netz red reseau rede rete zona nombre nom nome`),
  rate: words(`
    newrate newprice nuevatarifa nuevoprecio tarifanueva precionuevo neuerpreis preisneu neuertarif nouveauprix
    nouveautarif novatarifa novopreco nuovatariffa nuovoprezzo rate price rateinitial sellrate sellprice cost costs
    tariff charge flatrate flat price1 rate1 interstate inter intrastate intra indeterminate indet currentrate
    currentprice buyrate buyprice netrate netprice terminationrate minuterate voicerate preis preise minutenpreis
    arbeitspreis entgelt kosten precio precios tarifa tarifas costo coste prix tarif tarifs tarife cout prezzo prezzi
    tariffa tariffe preco precos custo valor ppm cpm amount cent cents minute oldrate oldprice`),
  rate_next: words("pricen raten nextrate nextprice"),
  connect_fee: words(`
    connectfee connectionfee connectioncost connectioncharge connectcharge setupfee setupcharge callsetupcharge
    setupcost scatto scattorisposta scattoallarisposta costoconnessione quotafissa pricepercall connect connection
    setup flagfall cargoconexion cuotaconexion costoconexion tarifaconexion establecimiento establecimientollamada
    cargoestablecimiento verbindungsentgelt verbindungsgebuhr verbindungsgebuehr verbindungspreis fraisconnexion
    coutconnexion fraismiserelation miserelation taxaconexao taxaligacao custoconexao taxaestabelecimento`),
  first_interval: words(`
    initialincrement interval1 firstinterval initblock initial initialinterval initialblock firstincrement
    firstblock initialperiod increment1 primerintervalo intervaloinicial incrementoinicial ersttakt erstertakt
    premierpalier palierinitial premierincrement cadenciainicial primointervallo intervalloiniziale`),
  next_interval: words(`
    intervaln nextinterval nextincrement subsequentincrement incrementn secondincrement additionalincrement
    interval2 increment2 billingblock nextblock subsequent nextperiod siguienteintervalo intervalosiguiente
    incrementosiguiente folgetakt paliersuivant incrementsuivant intervaloseguinte cadenciaseguinte
    intervallosuccessivo`),
  intervals: words(`
    increment increments inc incr billingincrement billingincrements billinginc billinginterval billing billingterms
    billingrule billingcycle pulse bitype interval intervals chargeperiod rounding step taktung takt abrechnungstakt
    incremento incrementos facturacion tasacion pulso palier paliers facturation cadence cadencia faturamento
    scaglione scaglioni fatturazione tariffazione cadenza`),
  minimum_seconds: words(`
    minimumseconds minseconds minimaltime minimumtime mintime minimumduration minduration duratamin durataminima
    minchargesec minchargeseconds duracionminima tiempominimo mindestdauer dureeminimale dureeminimum duracaominima tempominimo`),
  minimum_amount: words("minimumcharge mincharge minimumprice"),
  grace_seconds: words("gracetime grace graceperiod graceseconds nochargetime ratenochargetime"),
  effective_from: words(`
    effectivefrom effectivedate effective effdate eff dateeffective validfrom validity startdate begindate
    activationdate gultigab gueltigab gultigvon gueltigvon gultigseit wirksamab vigencia fechaefectiva fechavigencia
    vigentedesde validodesde fechainicio fechaentradavigor entradavigor dateeffet effet valablepartir
    valableapartir dateapplication datedebut entreevigueur datavigencia iniciovigencia validopartir validoapartir
    datainicio datadecorrenza decorrenza validodal datainizio datavalidita start from desde ab dal date fecha datum
    data`),
  effective_to: words(`
    effectiveto effectiveend effectiveuntil enddate validto validuntil expirydate expirationdate expiration expires
    stopdate until end gultigbis gueltigbis enddatum validohasta vigentehasta fechafin datefin valablejusquau
    validoate datafim datafine validofino scadenza hasta bis`),
  change: words(`
    change changes chg changetype changeflag changecode ratechange pricechange cambio cambios tipocambio anderung
    anderungen aenderung aenderungen changement changements evolution alteracao alteracoes variazione variazioni
    variacion modificacion modification modifica status ratestatus codestatus action indicator comment comments remark
    remarks note notes estado accion observacion observaciones comentario comentarios bemerkung bemerkungen kommentar
    hinweis statut etat commentaire commentaires remarque remarques situacao observacao observacoes stato commento
    commenti`),
  blocked: words("forbidden blocked barred rejectcalls bloqueado gesperrt bloque bloccato"),
  closed: words(
    "discontinued closed deleted cerrado geloscht geloescht supprime eliminado removido chiuso",
  ),
  caller_prefix: words(`
    originationprefixes originationprefix originprefixes originprefix originationcode originationcodes origincode
    callerprefix sourceprefix fromprefix origination origin origen herkunft origine origem`),
  band: words("timeslot timeband timeperiod band"),
  currency: words(
    "currency currencycode curr ccy moneda divisa wahrung waehrung devise monnaie moeda valuta",
  ),
  unit_seconds: words(
    "unit rateunit priceunit chargeunit einheit preiseinheit unidad unite unidade unita",
  ),
};

/** Names under which a column of words tells of changes whatever the words are. */
const OF_CHANGES: ReadonlySet<string> = new Set(
  words(`
    change changes chg changetype changeflag changecode ratechange pricechange cambio cambios tipocambio anderung
    anderungen aenderung aenderungen changement changements alteracao alteracoes variazione variazioni`),
);

/** What is no price of the deck: those before it, and differences. */
const OF_OTHERS =
  /^(?:old|previous|prev|last|diff|difference|delta|variance|margin|profit|percent|anterior|alter|alt|ancien|vecchi|precedente)|(?:anterior|alt|precedente|diff|difference|percent)$/;

/** Prices while something holds; the first is what a tariff's band is called. */
const BANDS: Readonly<Record<string, readonly string[]>> = {
  peak: words("peak peakrate peakprice horapunta pico heurespleines hauptzeit ordinaria"),
  "off-peak": words(
    "offpeak offpeakrate offpeakprice standard horavalle heurescreuses nebenzeit ridotta foradepico",
  ),
  weekend: words("weekend weekendrate wochenende findesemana finsemana weekendtarif"),
  night: words("night nightrate"),
  evening: words("evening eveningrate"),
  holiday: words("holiday holidayrate"),
};

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
/** Units, and small words between others. */
const UNITS =
  /(?<!\p{L})(?:per|por|pro|par|al|je|min|mins|minute|minutes|minuto|minutos|minuten|minuti|sec|secs|second|seconds|segundo|segundos|sekunde|sekunden|seconde|secondes|secondo|secondi|\d+|in|of|the|de|del|della|delle|di|da|do|dos|du|des|d|l|la|le|les|el|il|en|a|à|alla|für|fur|for)(?!\p{L})/gu;

const WHOLE_NAMES: ReadonlySet<string> = new Set(
  [...Object.values(FIELDS), ...Object.values(BANDS)].flat(),
);

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
  const isMoney = currency !== null || /[€$£¢]|(?:\bper |\/\s*)(?:min|sec)/i.test(name);
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

/** Without its unit only what is no name by itself: "Min. charge" is no charge a minute. */
function matching(columns: readonly string[], names: readonly string[]): string[] {
  const cores = columns.map((column) => (WHOLE_NAMES.has(fold(column)) ? null : coreOf(column)));
  const found = names.flatMap((name) =>
    columns.filter((column, index) => fold(column) === name || cores[index] === name),
  );
  return [...new Set(found)];
}

/** Whether whatever stands in the column is told of changes. */
export function isNameOfChanges(column: string): boolean {
  return OF_CHANGES.has(fold(column)) || OF_CHANGES.has(coreOf(column));
}

/** A price of the deck, perhaps one of several. */
export function isNameOfPrice(column: string): boolean {
  return ["rate", "rate_next"].some((field) => columnsNamed([column], field).length > 0);
}

/** A price that was, or the distance between two. */
export function isNameOfOthers(column: string): boolean {
  return column.includes("%") || OF_OTHERS.test(fold(column));
}

export function isDeckName(cell: string): boolean {
  if (!/\p{L}/u.test(cell)) return false;
  const [own, core] = [fold(cell), coreOf(cell)];
  return [...Object.values(FIELDS), ...Object.values(BANDS)].some(
    (names) => names.includes(own) || names.includes(core),
  );
}
