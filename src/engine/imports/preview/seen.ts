// What a file had so far, by id, in as little memory as tells whether a record comes again, and how.
import type { Cdr } from "../../../cdr/cdr.ts";
import { isKnownContent, isToldBilled } from "../../intake/known-content.ts";
import { keyOf } from "../records.ts";

export interface SeenInFile {
  /** As the intake will decide it when the first one is stored; what is new is seen from now on. */
  look(cdr: Cdr, format: string): "new" | "same" | "changed";
}

/** Records of a file whose repeats within it are found: 24 to 48 bytes of each. */
const MOST_SEEN = 5_000_000;
/** Records whose billed facts are kept, of a switch that tells one call in several ways. */
const MOST_FACTS = 50_000;
const FIRST_SLOTS = 1024;

export function createSeenInFile(): SeenInFile {
  let table = newTable(FIRST_SLOTS);
  let records = 0;
  const facts = new Map<string, Cdr>();

  function grow(): void {
    const { ids, contents } = table;
    table = newTable(ids.length * 2);
    for (const [slot, id] of ids.entries()) {
      if (id === 0) continue;
      const place = slotOf(table.ids, id);
      table.ids[place] = id;
      table.contents[place] = contents[slot] ?? 0;
    }
  }

  return {
    look(cdr, format) {
      const id = partOf(cdr.id, 13) + 1;
      const content = partOf(cdr.contentHash, 8);
      const slot = slotOf(table.ids, id);
      if (table.ids[slot] === id) {
        if (table.contents[slot] === content) return "same";
        const first = facts.get(keyOf(cdr));
        const isAgain =
          first !== undefined && isKnownContent({ ...first, history: [] }, cdr, format);
        return isAgain ? "same" : "changed";
      }
      if (records >= MOST_SEEN) return "new";
      records += 1;
      table.ids[slot] = id;
      table.contents[slot] = content;
      if (records * 2 > table.ids.length) grow();
      if (isToldBilled(format) && facts.size < MOST_FACTS) facts.set(keyOf(cdr), cdr);
      return "new";
    },
  };
}

interface Table {
  /** 0: the slot is free. */
  ids: Float64Array;
  contents: Uint32Array;
}

function newTable(slots: number): Table {
  return { ids: new Float64Array(slots), contents: new Uint32Array(slots) };
}

/** The first digits of a hash, of which 13 are what a double has every bit of. */
function partOf(hex: string, digits: number): number {
  return Number.parseInt(hex.slice(0, digits), 16);
}

/** The slot that has the id, else the free one that is its own. */
function slotOf(ids: Float64Array, id: number): number {
  let slot = id % ids.length;
  while (ids[slot] !== 0 && ids[slot] !== id) slot = (slot + 1) % ids.length;
  return slot;
}
