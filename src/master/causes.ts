// Words of disconnect causes as they are built in: by Q.850 code and language.
import { CAUSE_WORDS } from "../mediation/cause-table.ts";
import type { Language } from "../reports/language/languages.ts";

/** Those that most calls end with, in our own words; all others have the English name of their code. */
const TRANSLATED: Readonly<Record<Exclude<Language, "en">, Readonly<Record<number, string>>>> = {
  es: {
    1: "Número no asignado",
    3: "Sin ruta al destino",
    16: "Fin normal de la llamada",
    17: "Ocupado",
    18: "El usuario no responde",
    19: "No contesta",
    20: "Abonado ausente",
    21: "Llamada rechazada",
    27: "Destino fuera de servicio",
    28: "Formato de número no válido",
    31: "Fin normal, sin especificar",
    34: "Sin circuitos disponibles",
    38: "Red fuera de servicio",
    41: "Fallo temporal",
    42: "Congestión de la central",
  },
  de: {
    1: "Nicht vergebene Rufnummer",
    3: "Keine Route zum Ziel",
    16: "Normales Gesprächsende",
    17: "Besetzt",
    18: "Teilnehmer reagiert nicht",
    19: "Niemand nimmt ab",
    20: "Teilnehmer nicht erreichbar",
    21: "Anruf abgelehnt",
    27: "Ziel außer Betrieb",
    28: "Ungültiges Nummernformat",
    31: "Normales Ende, ohne Angabe",
    34: "Keine Leitung frei",
    38: "Netz außer Betrieb",
    41: "Vorübergehende Störung",
    42: "Überlast der Vermittlung",
  },
  fr: {
    1: "Numéro non attribué",
    3: "Pas de route vers la destination",
    16: "Fin normale de l'appel",
    17: "Occupé",
    18: "L'usager ne répond pas",
    19: "Pas de réponse",
    20: "Abonné absent",
    21: "Appel rejeté",
    27: "Destination hors service",
    28: "Format de numéro invalide",
    31: "Fin normale, non précisée",
    34: "Aucun circuit disponible",
    38: "Réseau hors service",
    41: "Panne temporaire",
    42: "Encombrement du commutateur",
  },
  pt: {
    1: "Número não atribuído",
    3: "Sem rota para o destino",
    16: "Fim normal da chamada",
    17: "Ocupado",
    18: "O utilizador não responde",
    19: "Não atende",
    20: "Assinante ausente",
    21: "Chamada rejeitada",
    27: "Destino fora de serviço",
    28: "Formato de número inválido",
    31: "Fim normal, não especificado",
    34: "Sem circuitos disponíveis",
    38: "Rede fora de serviço",
    41: "Falha temporária",
    42: "Congestionamento da central",
  },
};

/** The switch's own codes beyond Q.850, by FreeSWITCH's numbers. */
const BEYOND_Q850: Readonly<Record<number, string>> = {
  487: "Originator cancel",
  500: "Crash",
  501: "System shutdown",
  502: "Lose race",
  503: "Manager request",
  600: "Blind transfer",
  601: "Attended transfer",
  602: "Allotted timeout",
  603: "User challenge",
  604: "Media timeout",
  605: "Picked off",
  606: "User not registered",
  607: "Progress timeout",
};

/** `NORMAL_CLEARING` as `Normal clearing`; the first word of each code names it. */
function namesByCode(): ReadonlyMap<number, string> {
  const names = new Map<number, string>(
    Object.entries(BEYOND_Q850).map(([c, n]) => [Number(c), n]),
  );
  for (const [word, code] of Object.entries(CAUSE_WORDS)) {
    if (names.has(code)) continue;
    const text = word.toLowerCase().replaceAll("_", " ");
    names.set(code, text.slice(0, 1).toUpperCase() + text.slice(1));
  }
  return names;
}

const ENGLISH = namesByCode();

/** Codes with words of their own, in order. */
export const BUILT_IN_CODES: readonly number[] = [...ENGLISH.keys()].sort((a, b) => a - b);

/** Null: there is no word of it in that language. */
export function builtInCause(code: number, language: Language): string | null {
  if (language === "en") return ENGLISH.get(code) ?? null;
  return TRANSLATED[language][code] ?? null;
}
