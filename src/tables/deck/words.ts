// Words of decks: what changed, and whether a flag is up.
import { type CellRead, type Change, type DeckRules, quotedCell } from "./rules.ts";

const words = (text: string) => text.trim().split(/\s+/);

/**
 * Without case, marks and signs. What may be two things is not here and is asked: `baja` and `baixa` (a code
 * that goes, or a price that falls), D, C.
 */
const OPEN = words(`
  new newcode added add addition codeaddition newdestination open active yes ok n i u inc incr dec decr nc unch
  increase increased rateincrease priceincrease up higher pending upcoming
  decrease decreased ratedecrease pricedecrease down lower reduction reduced
  unchanged nochange same current existing nochanges notchanged change changed modified update updated
  nuevo nueva nuevos nuevas alta aumento aumenta subida sube incremento disminucion disminuye bajada reduccion sincambio
  sincambios sinvariacion igual semantiene activo activa abierto modificado
  neu erhohung erhoehung erhoht erhoeht steigerung senkung gesenkt unverandert unveraendert gleich gleichbleibend
  keineanderung keineaenderung aktiv preiserhohung preiserhoehung preissenkung
  nouveau nouvelle nouveaute hausse augmentation baisse diminution inchange inchangee sanschangement identique ajout
  actif active modifie
  novo nova reducao diminuicao semalteracao semalteracoes inalterado inalterada mantido ativo ativa alterado
  nuovo nuova diminuzione riduzione ribasso rialzo invariato invariata nessunavariazione attivo attiva modificato`);
const CLOSED = words(`
  closed close closing deleted delete del removed remove removal coderemoval discontinued withdrawn ended end expired
  terminated inactive dropped cancelled canceled retired obsolete
  cerrado cerrada eliminado eliminada suprimido suprimida cancelado cancelada retirado retirada
  geloscht geloescht geschlossen entfernt entfallt entfaellt entfallen eingestellt loschung loeschung
  ferme fermee fermeture supprime supprimee suppression retire retiree
  fechado fechada removido removida excluido excluida encerrado encerrada descontinuado
  chiuso chiusa eliminato eliminata rimosso rimossa cessato cessata soppresso soppressa cancellato cancellata`);
const BLOCKED = words(`
  blocked block blocking forbidden barred suspended notallowed noservice notavailable unavailable
  bloqueado bloqueada prohibido gesperrt blockiert sperre bloque bloquee interdit proibido bloccato bloccata vietato`);

const KNOWN = new Map<string, Change>([
  ...OPEN.map((word) => [word, "open"] as const),
  ...CLOSED.map((word) => [word, "closed"] as const),
  ...BLOCKED.map((word) => [word, "blocked"] as const),
]);

/** A cell of the change column; a word that neither this table nor the dialect has is a fault. */
export function readChange(text: string, { words = {} }: DeckRules): CellRead<Change> {
  if (isNoWord(text)) return { ok: true, value: "open" };
  const folded = text.toLowerCase();
  const own = Object.entries(words).find(([word]) => word.toLowerCase() === folded);
  const found = own?.[1] ?? knownChange(text);
  if (found !== null) return { ok: true, value: found };
  const detail = `${quotedCell(text)}: the dialect does not say deck.words.${text.slice(0, 40)}.`;
  return { ok: false, code: "unknown-word", detail };
}

/** Nothing, or a sign for what a price does. */
export function isNoWord(text: string): boolean {
  return /^[-+=–—↑↓→▲▼▴▾△▽]*$/.test(text);
}

export function knownChange(text: string): Change | null {
  const own = KNOWN.get(text.toLowerCase());
  if (own !== undefined) return own;
  return KNOWN.get(folded(text).replaceAll(/[^\p{L}]/gu, "")) ?? null;
}

/** A text in which a word says that its row is not served, or not for long. */
export function tellsOfEnd(text: string): boolean {
  return folded(text)
    .split(/[^\p{L}]+/u)
    .some((word) => word.length > 3 && (KNOWN.get(word) ?? "open") !== "open");
}

function folded(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

const UP = new Set("1 y yes true x on s si sí sim o oui j ja ✓ ✔".split(" "));
const DOWN = new Set(["", ..."0 n no false off - nein non nao não".split(" ")]);

/** A flag that is up; null: no word of either kind. */
export function isUp(text: string): boolean | null {
  const folded = text.toLowerCase();
  if (UP.has(folded)) return true;
  return DOWN.has(folded) ? false : null;
}
