// Tariff plans that are stored object by object until they are loaded, and objects of a running service
// that belong to no version. They price nothing.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { requireWhole, type Scope, seesOwner } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { PlanObject, PlanObjectKey, PlanObjectStore } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { ActOf, Acts } from "../acts.ts";

export interface NamedObject extends PlanObjectKey {
  object: JsonObject;
}

type Kept = Pick<PlanObjectKey, "plan" | "kind">;

/** Every method @throws `forbidden` for a scope that has not every tenant: plans belong to none. */
export interface StoredPlans {
  /** Names of the plans that have any object. */
  plans(scope: Scope): Promise<string[]>;
  /** Of the objects of a kind, in their order. */
  names(of: Kept, scope: Scope): Promise<string[]>;
  get(key: PlanObjectKey, scope: Scope): Promise<JsonObject | null>;
  /** The objects of a kind, by name. */
  all(of: Kept, scope: Scope): AsyncIterable<JsonObject>;
  /** Each in the place of the one of its key. @throws `too-large` */
  put(objects: readonly NamedObject[], by: ActOf & { scope: Scope }): Promise<void>;
  /** What is not there is no fault. */
  remove(
    what: Parameters<PlanObjectStore["remove"]>[0],
    by: ActOf & { scope: Scope },
  ): Promise<void>;
}

/** Objects that are read or written at once. */
const PIECE = 200;

export function createStoredPlans({ store, acts }: { store: Store; acts: Acts }): StoredPlans {
  const { planObjects } = store;

  return {
    plans(scope) {
      requireEverything(scope);
      return planObjects.plans();
    },

    async names(of, scope) {
      requireEverything(scope);
      const names: string[] = [];
      for (let after = ""; ; after = names.at(-1) ?? "") {
        const piece = await planObjects.names({ ...of, limit: PIECE * 10, after });
        names.push(...piece);
        if (piece.length < PIECE * 10) return names;
      }
    },

    async get(key, scope) {
      requireEverything(scope);
      const found = await planObjects.get(key);
      return found === null ? null : unpacked(found);
    },

    async *all(of, scope) {
      requireEverything(scope);
      for (let after = ""; ; ) {
        const piece = await planObjects.list({ ...of, limit: PIECE, after });
        for (const one of piece) {
          if (isTurnOver()) await ownTurn();
          yield unpacked(one);
        }
        if (piece.length < PIECE) return;
        after = piece.at(-1)?.name ?? "";
      }
    },

    async put(objects, { scope, ...act }) {
      requireEverything(scope);
      await acts.noted(act, {
        async run() {
          for (let from = 0; from < objects.length; from += PIECE) {
            await planObjects.put(objects.slice(from, from + PIECE).map(packed));
            if (isTurnOver()) await ownTurn();
          }
        },
        after: () => ({ objects: objects.length }),
      });
    },

    async remove(what, { scope, ...act }) {
      requireEverything(scope);
      await acts.noted(act, { run: () => planObjects.remove(what), after: () => null });
    },
  };
}

function requireEverything(scope: Scope): void {
  requireWhole(scope);
  if (seesOwner(scope, null)) return;
  throw engineError(
    "forbidden",
    "Stored plans belong to no tenant: these credentials are for some.",
  );
}

/** Rows of prices say much alike: a deck becomes a tenth of its text. */
function packed({ object, ...key }: NamedObject): PlanObject {
  return { ...key, body: deflateRawSync(JSON.stringify(object)) };
}

function unpacked({ body }: PlanObject): JsonObject {
  return JSON.parse(inflateRawSync(body).toString()) as JsonObject;
}
