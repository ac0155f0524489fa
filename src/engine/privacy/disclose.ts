// privacy.disclose: everything that is held about one number, in parts.
import { decodeListCursor, encodeListCursor } from "../../stores/sort-keys.ts";
import type { HoldParts } from "../retention/holds.ts";
import { PLACES } from "./job.ts";
import { asSought, soughtNumber } from "./sought.ts";
import type { Disclosed, Wanted } from "./stages/stage.ts";
import { STAGES } from "./steps.ts";

export interface DisclosureAsked {
  number: string;
  tenants?: readonly string[] | undefined;
  /** The `next` of the part before. */
  cursor?: string | undefined;
}

export interface Disclosure {
  found: Disclosed[];
  /** Absent: that was all. A part may be short, or empty, and have more after it. */
  next?: string;
}

/** Records that one question looks at, and those that it answers. */
const MOST_LOOKED_AT = 20_000;
const MOST_FOUND = 500;

/** @throws `invalid-params` */
export async function disclose(
  parts: HoldParts,
  { number, tenants, cursor }: DisclosureAsked,
): Promise<Disclosure> {
  const wanted: Wanted = {
    ...{ beforeMs: null, sought: asSought(soughtNumber(number)), fields: [], tenants },
    receivedBeforeMs: Number.MAX_SAFE_INTEGER,
  };
  let [at, after] = startOf(cursor);
  const found: Disclosed[] = [];
  let looked = 0;
  for (;;) {
    const place = PLACES[at];
    if (place === undefined) return { found };
    const stage = STAGES[place];
    const page = await stage.read({ ...parts, wanted }, after);
    found.push(...page.found.map(stage.told));
    looked += page.looked;
    after = page.next;
    if (after === null) at += 1;
    const isFull = looked >= MOST_LOOKED_AT || found.length >= MOST_FOUND;
    if (isFull && at < PLACES.length) return { found, next: nextOf(at, after) };
  }
}

function nextOf(at: number, after: string | null): string {
  return encodeListCursor(at, [after ?? ""]);
}

/** @throws `invalid-params` for what is no `next` */
function startOf(cursor: string | undefined): [number, string | null] {
  if (cursor === undefined) return [0, null];
  const [at, after] = decodeListCursor(cursor, 1);
  return [Number(at), after === "" ? null : String(after)];
}
