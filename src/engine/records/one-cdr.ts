// One stored CDR by its id, in the tenants of whoever asks.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import type { Store } from "../../stores/store.ts";

export interface CdrQuestion {
  id: string;
  /** Which of several CDRs of the id. */
  tenant?: string | undefined;
  /** Tenants that the caller is for; absent: every tenant. */
  scope: readonly string[] | undefined;
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
  const wanted = tenant === undefined ? scope : scopeOf(tenant, scope);
  const found = wanted?.length === 0 ? [] : await withId(store, id, wanted);
  const [first, ...others] = found;
  if (first === undefined) throw engineError("not-found", `There is no CDR ${id}.`, { path });
  if (others.length === 0) return first;
  throw engineError("ambiguous", `${found.length} tenants have a CDR ${id}.`, {
    path,
    hint: "Say which one with `tenant`.",
    data: { tenants: found.map((cdr) => cdr.tenant) },
  });
}

function scopeOf(tenant: string, scope: readonly string[] | undefined): readonly string[] {
  return scope === undefined || scope.includes(tenant) ? [tenant] : [];
}

async function withId(
  store: Store,
  id: string,
  tenants: readonly string[] | undefined,
): Promise<StoredCdr[]> {
  const { cdrs } = await store.cdrs.find({
    filter: {
      ids: [id],
      outcomes: [...OUTCOMES],
      ...(tenants === undefined ? {} : { tenants: [...tenants] }),
    },
    sort: { by: "callTime", descending: false },
    limit: MOST_NAMED,
  });
  return cdrs.sort((left, right) => (left.tenant < right.tenant ? -1 : 1));
}

/** Distinct for each CDR, and for nothing else. */
export function keyText({ tenant, id }: CdrKey): string {
  return `${id} ${tenant}`;
}
