// What the checks of an audit find, counted, with the first few examples in words.
import { EngineError } from "../../errors.ts";

export const AUDIT_CHECKS = [
  "one-current-revision",
  "amounts-are-their-basis",
  "explained",
  "keys-are-their-record",
  "sums-agree",
  "kept-sums-agree",
  "sealed-sums-whole",
  "batch-lines-once",
  "batches-accounted",
  "periods-reproduce",
  "log-unbroken",
  "usage-within-times",
] as const;
export type AuditCheckName = (typeof AUDIT_CHECKS)[number];

export interface AuditCheck {
  name: AuditCheckName;
  /** Null: it could not be checked, so that nothing is known. */
  ok: boolean | null;
  detail: string;
}

export const MOST_EXAMPLES = 5;

type Checked = string[] | null;

export interface Findings {
  /**
   * One more CDR, with what is wrong with it; what `check` throws is wrong with it too. Null: it
   * could not be checked, so that it is not counted with those that were.
   */
  see(id: string, check: () => Checked | Promise<Checked>): Promise<void>;
  /** What was looked at elsewhere. */
  count(seen: number): void;
  /** One of those counted that was looked at in another way. */
  apart(): void;
  countedApart(): number;
  /** One that was looked at could not be checked whole. */
  leaveOut(): void;
  /** What is wrong with one of those counted. */
  add(id: string, faults: string[]): void;
  /** Plain data: what a part found, for `merge` of the whole. */
  state(): FindingsState;
  merge(part: FindingsState): void;
  faulty(): number;
  notChecked(): number;
  answer(name: AuditCheckName): AuditCheck;
}

export interface FindingsState {
  seen: number;
  faulty: number;
  notChecked: number;
  apart: number;
  examples: string[];
}

/** @param things what is looked at, for people */
export function createFindings(things = "CDRs"): Findings {
  let [seen, faulty, notChecked, apart] = [0, 0, 0, 0];
  const examples: string[] = [];
  function add(id: string, faults: string[]): void {
    if (faults.length === 0) return;
    faulty += 1;
    if (examples.length < MOST_EXAMPLES) examples.push(`${id}: ${faults.join(", ")}`);
  }
  return {
    async see(id, check) {
      const faults = await orFault(async () => check());
      if (faults === null) {
        notChecked += 1;
        return;
      }
      seen += 1;
      add(id, faults instanceof BrokenRecord ? [`cannot be checked: ${faults.message}`] : faults);
    },
    count(more) {
      seen += more;
    },
    apart() {
      apart += 1;
    },
    countedApart: () => apart,
    leaveOut() {
      notChecked += 1;
    },
    add,
    state: () => ({ seen, faulty, notChecked, apart, examples: [...examples] }),
    merge(part) {
      seen += part.seen;
      faulty += part.faulty;
      notChecked += part.notChecked;
      apart += part.apart;
      examples.push(...part.examples.slice(0, MOST_EXAMPLES - examples.length));
    },
    faulty: () => faulty,
    notChecked: () => notChecked,
    answer(name) {
      if (faulty === 0) return { name, ok: true, detail: `${seen} ${things}` };
      return { name, ok: false, detail: `${faulty} of ${seen} ${things}: ${examples.join("; ")}` };
    },
  };
}

/** Work over what is stored that could not be done, because of what is stored. */
export class BrokenRecord extends Error {}

/** @throws what has nothing to do with the records: a store that is away */
export async function orFault<T>(work: () => Promise<T>): Promise<T | BrokenRecord> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError && error.code === "store-unavailable") throw error;
    return new BrokenRecord(error instanceof Error ? error.message : String(error));
  }
}
