// Objects of stored tariff plans, in MongoDB.
import { Binary, type Collection } from "mongodb";
import type {
  PlanObject,
  PlanObjectKey,
  PlanObjectPage,
  PlanObjectStore,
} from "../../ports/tariffs.ts";
import type { Calls } from "../connection/calls.ts";
import { requireDocument } from "../document-size.ts";
import type { PlanObjectDocument } from "../schema.ts";

function keyOf({ plan, kind, name }: PlanObjectKey): string {
  return JSON.stringify([plan, kind, name]);
}

export function toPlanObjectDocument({ body, ...key }: PlanObject): PlanObjectDocument {
  return { _id: keyOf(key), ...key, body: new Binary(body) };
}

export function toPlanObject({ plan, kind, name, body }: PlanObjectDocument): PlanObject {
  return { plan, kind, name, body: new Uint8Array(body.value()) };
}

function planObjectCollection(objects: Collection<PlanObjectDocument>) {
  const pageOf = ({ plan, kind, limit, after }: PlanObjectPage) =>
    objects
      .find({ plan, kind, ...(after !== undefined && { name: { $gt: after } }) })
      .sort({ name: 1 })
      .limit(limit);
  return {
    async put(some: readonly PlanObject[]): Promise<void> {
      const documents = some.map(toPlanObjectDocument);
      for (const document of documents) requireDocument(document);
      if (documents.length === 0) return;
      await objects.bulkWrite(
        documents.map(({ _id, ...replacement }) => ({
          replaceOne: { filter: { _id }, replacement, upsert: true },
        })),
      );
    },
    async get(key: PlanObjectKey): Promise<PlanObject | null> {
      const found = await objects.findOne({ _id: keyOf(key) });
      return found === null ? null : toPlanObject(found);
    },
    list: async (page: PlanObjectPage): Promise<PlanObject[]> =>
      (await pageOf(page).toArray()).map(toPlanObject),
    names: async (page: PlanObjectPage): Promise<string[]> =>
      (await pageOf(page).project<{ name: string }>({ _id: 0, name: 1 }).toArray()).map(
        ({ name }) => name,
      ),
    plans: async (): Promise<string[]> =>
      (await objects.distinct("plan")).filter((plan) => plan !== "").sort(),
    async remove({ plan, kind, name }: Parameters<PlanObjectStore["remove"]>[0]): Promise<void> {
      await objects.deleteMany({
        plan,
        ...(kind !== undefined && { kind }),
        ...(name !== undefined && { name }),
      });
    },
  };
}

export function planObjectsThrough(
  { read, sum, write }: Calls,
  collection: Collection<PlanObjectDocument>,
): PlanObjectStore {
  const objects = planObjectCollection(collection);
  return {
    put: (some) => write(() => objects.put(some)),
    get: (key) => read(() => objects.get(key)),
    list: (page) => read(() => objects.list(page)),
    names: (page) => read(() => objects.names(page)),
    plans: () => sum(() => objects.plans()),
    remove: (what) => write(() => objects.remove(what)),
  };
}
