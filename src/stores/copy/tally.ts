// What a noun of a store comes to: its rows, sums that people know, and one number for every digit.
import { createHash } from "node:crypto";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Json } from "../../cdr/json.ts";
import { isTimed } from "../../cdr/usage.ts";
import { type Decimal, decimalText } from "../../money/decimal.ts";
import { addAmount, zeroSum } from "../../money/sum.ts";
import { jsonHash } from "../json-hash.ts";
import type { CopiedNoun, CopiedRows } from "../ports/copy.ts";
import type { SuspenseRecord } from "../ports/suspense.ts";

export interface NounTally {
  rows: number;
  /** Exact sums by name, such as `sell EUR`, in the order of the names. */
  sums: Record<string, string>;
  /** The sum of the hashes of all rows, as hex: the same whatever order they come in. */
  digest: string;
}

export interface Tally<Noun extends CopiedNoun> {
  add(rows: readonly CopiedRows[Noun][]): void;
  total(): NounTally;
}

const DIGEST_BITS = 256;

type Add = (name: string, amount: string) => void;

/** The sums of a noun beside the number of its rows. */
const SUMS: { [Noun in CopiedNoun]?: (row: CopiedRows[Noun], add: Add) => void } = {
  cdrs(cdr: StoredCdr, add) {
    add("revisions", String(1 + cdr.history.length));
    add(isTimed(cdr.primary.tor) ? "usage ms" : "usage units", String(cdr.primary.usage));
    for (const name of ["sell", "buy", "margin"] as const) {
      const side = cdr.rating[name];
      if (side?.amount != null) add(`${name} ${side.currency}`, side.amount);
    }
  },
  suspense: ({ bytes }, add) => add("bytes", String(bytes.length)),
  uploadParts: ({ bytes }, add) => add("bytes", String(bytes.length)),
};

/** A row as JSON that is the same from every store: bytes as their hash, owners in order. */
function plainRow(row: CopiedRows[CopiedNoun]): Json {
  if (!("bytes" in row && row.bytes instanceof Uint8Array)) return row as unknown as Json;
  const { bytes, owners, ...rest } = row as Pick<SuspenseRecord, "bytes" | "owners">;
  return {
    ...rest,
    bytes: createHash("sha256").update(bytes).digest("hex"),
    ...(owners !== undefined && { owners: [...owners].sort() }),
  } as Json;
}

export function createTally<Noun extends CopiedNoun>(noun: Noun): Tally<Noun> {
  const sums = new Map<string, Decimal>();
  let rows = 0;
  let digest = 0n;

  function addTo(name: string, amount: string): void {
    const sum = sums.get(name) ?? zeroSum();
    addAmount(sum, amount);
    sums.set(name, sum);
  }

  return {
    add(page) {
      for (const row of page) {
        rows += 1;
        digest += BigInt(`0x${jsonHash(plainRow(row))}`);
        SUMS[noun]?.(row, addTo);
      }
      digest = BigInt.asUintN(DIGEST_BITS, digest);
    },
    total: () => ({
      rows,
      sums: Object.fromEntries(
        [...sums]
          .map(([name, sum]): [string, string] => [name, decimalText(sum)])
          .sort(([left], [right]) => (left < right ? -1 : 1)),
      ),
      digest: digest.toString(16).padStart(DIGEST_BITS / 4, "0"),
    }),
  };
}
