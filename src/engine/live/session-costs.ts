// What sessions say that their calls cost, until their records come. It prices nothing: a record is priced by
// its plan, and keeps beside it what was said.
import { requireWhole, type Scope, seesOwner } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";

export interface SessionCosts {
  /**
   * @param id of the CDR that the session is to become
   * @returns false where there is one already, and it is not to be replaced
   * @throws `forbidden` for a scope that has not every tenant: a session names none
   */
  put(
    cost: { id: string; run: string; cost: number; replaces: boolean },
    scope: Scope,
  ): Promise<boolean>;
  /** Null: nothing was said. Asked for by what takes a record, which has a scope of its own. */
  get(id: string, run: string): Promise<number | null>;
  /** Once its record is stored. */
  drop(id: string, run: string): Promise<void>;
}

const KIND = "SessionCost";

export function createSessionCosts({ planObjects }: Pick<Store, "planObjects">): SessionCosts {
  const keyOf = (id: string, run: string) => ({ plan: "", kind: KIND, name: `${id}:${run}` });

  async function get(id: string, run: string): Promise<number | null> {
    const found = await planObjects.get(keyOf(id, run));
    return found === null ? null : Number(Buffer.from(found.body).toString());
  }

  return {
    get,

    async put({ id, run, cost, replaces }, scope) {
      requireWhole(scope);
      if (!seesOwner(scope, null)) {
        throw engineError(
          "forbidden",
          "Costs of sessions belong to no tenant: these credentials are for some.",
        );
      }
      if (!replaces && (await get(id, run)) !== null) return false;
      await planObjects.put([{ ...keyOf(id, run), body: Buffer.from(String(cost)) }]);
      return true;
    },

    drop: (id, run) => planObjects.remove(keyOf(id, run)),
  };
}
