// The words of mails and reports in each language: en, es, de, fr, pt. A word that lacks in one does not compile.
import { LANGUAGES, type Language } from "./languages.ts";

type InEach = readonly [en: string, es: string, de: string, fr: string, pt: string];

const WORDS = {
  testSubject: [
    "cdrate: test of mail",
    "cdrate: prueba de correo",
    "cdrate: Test der E-Mail",
    "cdrate : essai du courrier",
    "cdrate: teste de e-mail",
  ],
  testText: [
    "This mail was sent to try the mail settings of cdrate. Nothing has to be done.",
    "Este correo prueba los ajustes de correo de cdrate. No hay que hacer nada.",
    "Diese E-Mail prüft die Mail-Einstellungen von cdrate. Es ist nichts zu tun.",
    "Ce message vérifie les réglages de courrier de cdrate. Il n’y a rien à faire.",
    "Esta mensagem testa as configurações de e-mail do cdrate. Não é preciso fazer nada.",
  ],
  sentAt: ["Sent at", "Enviado", "Gesendet", "Envoyé", "Enviado"],
  report: ["Report", "Informe", "Bericht", "Rapport", "Relatório"],
  daily: [
    "Calls report",
    "Informe de llamadas",
    "Anrufbericht",
    "Rapport d’appels",
    "Relatório de chamadas",
  ],
  statement: ["Statement", "Extracto", "Abrechnung", "Relevé", "Extrato"],
  nothing: [
    "There were no calls in this period.",
    "No hubo llamadas en este período.",
    "In diesem Zeitraum gab es keine Anrufe.",
    "Il n’y a eu aucun appel pendant cette période.",
    "Não houve chamadas neste período.",
  ],
  more: [
    "Only the first rows are shown; the attached file has all of them.",
    "Solo se muestran las primeras filas; el archivo adjunto las tiene todas.",
    "Es werden nur die ersten Zeilen gezeigt; die angehängte Datei hat alle.",
    "Seules les premières lignes sont affichées ; le fichier joint les contient toutes.",
    "Só as primeiras linhas são mostradas; o arquivo anexo tem todas.",
  ],
  totals: ["Totals", "Totales", "Summen", "Totaux", "Totais"],
  total: ["Total", "Total", "Summe", "Total", "Total"],
  others: ["Others", "Otros", "Übrige", "Autres", "Outros"],
  byHour: [
    "Calls by hour",
    "Llamadas por hora",
    "Anrufe je Stunde",
    "Appels par heure",
    "Chamadas por hora",
  ],
  lastCalls: [
    "Last calls",
    "Últimas llamadas",
    "Letzte Anrufe",
    "Derniers appels",
    "Últimas chamadas",
  ],
  countries: ["Countries", "Países", "Länder", "Pays", "Países"],
  causes: [
    "Call status",
    "Estado de las llamadas",
    "Anrufstatus",
    "État des appels",
    "Estado das chamadas",
  ],
  bucket: ["Time", "Hora", "Zeit", "Heure", "Hora"],
  time: ["Time", "Hora", "Zeit", "Heure", "Hora"],
  day: ["Day", "Día", "Tag", "Jour", "Dia"],
  from: ["From", "De", "Von", "De", "De"],
  to: ["To", "A", "An", "À", "Para"],
  account: ["Account", "Cuenta", "Konto", "Compte", "Conta"],
  tenant: ["Tenant", "Cliente", "Mandant", "Client", "Cliente"],
  carrier: ["Carrier", "Operador", "Carrier", "Opérateur", "Operadora"],
  country: ["Country", "País", "Land", "Pays", "País"],
  destination: ["Destination", "Destino", "Ziel", "Destination", "Destino"],
  cause: ["Cause", "Causa", "Ursache", "Cause", "Causa"],
  prefix: ["Prefix", "Prefijo", "Vorwahl", "Préfixe", "Prefixo"],
  calls: ["Calls", "Llamadas", "Anrufe", "Appels", "Chamadas"],
  callsPerHour: [
    "Calls per hour",
    "Llamadas por hora",
    "Anrufe je Stunde",
    "Appels par heure",
    "Chamadas por hora",
  ],
  answered: ["Answered", "Contestadas", "Angenommen", "Aboutis", "Atendidas"],
  share: ["Share", "Parte", "Anteil", "Part", "Parte"],
  duration: ["Minutes", "Minutos", "Minuten", "Minutes", "Minutos"],
  billed: [
    "Billed minutes",
    "Minutos facturados",
    "Berechnete Minuten",
    "Minutes facturées",
    "Minutos faturados",
  ],
  acd: ["Mean length", "Duración media", "Mittlere Dauer", "Durée moyenne", "Duração média"],
  asr: [
    "Answered share",
    "Tasa de respuesta",
    "Annahmequote",
    "Taux de réponse",
    "Taxa de atendimento",
  ],
  currency: ["Currency", "Moneda", "Währung", "Devise", "Moeda"],
  sell: ["Sell", "Venta", "Verkauf", "Vente", "Venda"],
  buy: ["Buy", "Compra", "Einkauf", "Achat", "Compra"],
  margin: ["Margin", "Margen", "Marge", "Marge", "Margem"],
  priceChange: [
    "Change of prices",
    "Cambio de precios",
    "Preisänderung",
    "Changement de tarifs",
    "Alteração de preços",
  ],
  noPriceChange: [
    "None of your prices changes.",
    "Ninguno de sus precios cambia.",
    "Keiner Ihrer Preise ändert sich.",
    "Aucun de vos tarifs ne change.",
    "Nenhum dos seus preços muda.",
  ],
  change: ["Change", "Cambio", "Änderung", "Changement", "Alteração"],
  priceNew: ["new", "nuevo", "neu", "nouveau", "novo"],
  priceUp: ["higher", "sube", "höher", "hausse", "sobe"],
  priceDown: ["lower", "baja", "niedriger", "baisse", "desce"],
  priceTerms: [
    "other terms",
    "otras condiciones",
    "andere Bedingungen",
    "autres conditions",
    "outras condições",
  ],
  priceClosed: ["withdrawn", "retirado", "entfällt", "supprimé", "retirado"],
  oldPrice: [
    "Old price per minute",
    "Precio anterior por minuto",
    "Alter Preis je Minute",
    "Ancien prix par minute",
    "Preço anterior por minuto",
  ],
  newPrice: [
    "New price per minute",
    "Precio nuevo por minuto",
    "Neuer Preis je Minute",
    "Nouveau prix par minute",
    "Preço novo por minuto",
  ],
  oldFee: [
    "Old fee per call",
    "Cuota anterior por llamada",
    "Alte Gebühr je Anruf",
    "Anciens frais par appel",
    "Taxa anterior por chamada",
  ],
  newFee: [
    "New fee per call",
    "Cuota nueva por llamada",
    "Neue Gebühr je Anruf",
    "Nouveaux frais par appel",
    "Taxa nova por chamada",
  ],
  oldSteps: [
    "Old seconds billed",
    "Segundos facturados antes",
    "Alte Taktung (s)",
    "Anciennes secondes facturées",
    "Segundos faturados antes",
  ],
  newSteps: [
    "New seconds billed",
    "Segundos facturados ahora",
    "Neue Taktung (s)",
    "Nouvelles secondes facturées",
    "Segundos faturados agora",
  ],
  terms: ["Only for", "Solo para", "Nur für", "Seulement pour", "Apenas para"],
  validFrom: ["From", "Desde", "Ab", "À partir du", "A partir de"],
  amount: ["Amount", "Importe", "Betrag", "Montant", "Valor"],
} as const satisfies Record<string, InEach>;

export type Word = keyof typeof WORDS;

export function isWord(name: string): name is Word {
  return Object.hasOwn(WORDS, name);
}

/** The words of a language, by what they are. */
export function wordsOf(language: Language): (word: Word) => string {
  const place = LANGUAGES.indexOf(language);
  return (word) => WORDS[word][place] ?? WORDS[word][0];
}
