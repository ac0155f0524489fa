// One stored CDR by its id, in the tenants of whoever asks.
import { type Scope, scopedFilter } from "../../access/scope.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import type { Store } from "../../stores/store.ts";

export interface CdrQuestion {
  id: string;
  /** Which of several CDRs of the id. */
  tenant?: string | undefined;
  /** Whose CDRs the caller may see. */
  scope: Scope;
  /** The param that has the id. */
  path?: string;
}

/** Tenants named where an id is ambiguous. */
const MOST_NAMED = 100;

/**
 * Looks nowhere but in the scope, so that the answer is the same whether another tenant has the id
 * or nobody has.
 * @throws `not-found`; `ambiguous`, with the tenants of the scope that have it in `data.tenants`
 */
export async function oneCdr(store: Store, question: CdrQuestion): Promise<StoredCdr> {
  const { id, tenant, scope, path = "id" } = question;
  const filter = scopedFilter(
    { ids: [id], outcomes: [...OUTCOMES], ...(tenant === undefined ? {} : { tenants: [tenant] }) },
    scope,
  );
  const found = filter === "none" ? [] : await matching(store, filter);
  const [first, ...others] = found;
  if (first === undefined) throw engineError("not-found", `There is no CDR ${id}.`, { path });
  if (others.length === 0) return first;
  throw engineError("ambiguous", `${found.length} tenants have a CDR ${id}.`, {
    path,
    hint: "Say which one with `tenant`.",
    data: { tenants: found.map((cdr) => cdr.tenant) },
  });
}

async function matching(store: Store, filter: CdrFilter): Promise<StoredCdr[]> {
  const sort = { by: "callTime", descending: false } as const;
  const { cdrs } = await store.cdrs.find({ filter, sort, limit: MOST_NAMED });
  return cdrs.sort((left, right) => (left.tenant < right.tenant ? -1 : 1));
}

/** Distinct for each CDR, and for nothing else. */
export function keyText({ tenant, id }: CdrKey): string {
  return `${id} ${tenant}`;
}
