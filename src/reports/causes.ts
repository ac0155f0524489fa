// What became of an attempt, by its disconnect cause: the classes that ASR's sisters are counted by.
import { CAUSE_WORDS } from "../mediation/cause-table.ts";

/**
 * Q.850 codes by what they say of an attempt that nobody answered. `busy`, `no-answer` and `rejected`
 * reached the called side: with answers they are what NER counts (ITU-T E.425, 1.5 and Annex A: user
 * busy, ring no answer, terminal rejection or unavailability). `congestion` found no way on.
 */
const CLASSES = {
  busy: [17],
  "no-answer": [18, 19],
  rejected: [20, 21, 27, 88],
  congestion: [34, 42, 44, 47],
  cleared: [16, 31],
  number: [1, 2, 3, 22, 28],
  network: [],
  unknown: [0],
} as const;

export type CauseClass = keyof typeof CLASSES;
/** `answered` is told by the usage, whatever the cause says. */
export const CAUSE_CLASSES = Object.keys(CLASSES) as CauseClass[];

const EFFECTIVE: readonly CauseClass[] = ["busy", "no-answer", "rejected"];

const LARGEST_CODE = 127;

const CLASS_OF: ReadonlyMap<number, CauseClass> = new Map(
  CAUSE_CLASSES.flatMap((name) => CLASSES[name].map((code) => [code, name] as const)),
);
/** The first word of each code. */
const WORD_OF: ReadonlyMap<number, string> = new Map(
  Object.entries(CAUSE_WORDS)
    .map(([word, code]) => [code, word] as const)
    .toReversed(),
);

/** The Q.850 code of a cause as CDRs have it: a code, or a word of FreeSWITCH or Asterisk. */
export function causeCode(cause: string | null): number | null {
  if (cause === null) return null;
  if (/^\d{1,3}$/.test(cause)) return Number(cause) <= LARGEST_CODE ? Number(cause) : null;
  return Object.hasOwn(CAUSE_WORDS, cause) ? (CAUSE_WORDS[cause] ?? null) : null;
}

/** A cause of no table says as little as none; one of the table without a class is the network's. */
export function causeClass(cause: string | null): CauseClass {
  const code = causeCode(cause);
  return code === null ? "unknown" : (CLASS_OF.get(code) ?? "network");
}

/** FreeSWITCH's word of a code, as people know it; null where there is none. */
export function causeWord(cause: string | null): string | null {
  return WORD_OF.get(causeCode(cause) ?? Number.NaN) ?? null;
}

/** Every text that a cause of these classes may be. */
function textsOf(classes: readonly CauseClass[]): string[] {
  const codes: readonly number[] = classes.flatMap((name) => CLASSES[name]);
  const words = Object.entries(CAUSE_WORDS).filter(([, code]) => codes.includes(code));
  return [...codes.map(String), ...words.map(([word]) => word)];
}

/** Of attempts that nobody answered: those that reached the called side all the same. */
export const EFFECTIVE_CAUSES: readonly string[] = textsOf(EFFECTIVE);
/** Of records without a way on: bids that became no attempt. */
export const CONGESTION_CAUSES: readonly string[] = textsOf(["congestion"]);
