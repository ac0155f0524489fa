// What of the billing desk a caller sees, and pages of it.
import { type Scope, seesEach, seesOwner, seesWhole } from "../../access/scope.ts";
import type { DeskEntry, DeskKind, DeskStore } from "../../stores/ports/billing/desk.ts";
import type { Owner } from "./model.ts";

/** Who asks: a credential's name, or null where none is needed. */
export interface Asking {
  credential: string | null;
  name: string;
  scope: Scope;
}

/** One's own, or of tenants of which one sees everything. */
export function isSeen(
  { credential, tenants }: Owner,
  { credential: own, scope }: Asking,
): boolean {
  const isOfTenants = tenants === null ? seesOwner(scope, null) : seesEach(scope, tenants);
  return isOfTenants && (seesWhole(scope) || credential === own);
}

/** Read at once. */
const PAGE = 200;

/** Those that a list shows, page after page of the store. */
export async function shownPage(
  desk: DeskStore,
  query: { kind: DeskKind; limit: number; after?: string | undefined; descending?: boolean },
  isShown: (entry: DeskEntry) => boolean,
): Promise<{ shown: DeskEntry[]; next?: string }> {
  const { kind, limit, descending = false } = query;
  const shown: DeskEntry[] = [];
  let { after } = query;
  for (;;) {
    const place = after === undefined ? {} : { after };
    const page = await desk.page({ kind, limit: PAGE, descending, ...place });
    for (const entry of page) {
      if (!isShown(entry)) continue;
      const last = shown.at(-1);
      if (shown.length === limit && last !== undefined) return { shown, next: last.id };
      shown.push(entry);
    }
    after = page.at(-1)?.id;
    if (page.length < PAGE) return { shown };
  }
}
