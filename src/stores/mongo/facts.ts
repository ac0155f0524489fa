// Small facts under a name in MongoDB, each kept once: the first that was kept stays.
import type { Collection } from "mongodb";
import type { JsonObject } from "../../cdr/json.ts";

export interface FactDocument {
  _id: string;
  /** As JSON text: its member names may be what a document's cannot. */
  fact: string;
}

export function factCollection(collection: Collection<FactDocument>) {
  return {
    async keepFirst(name: string, fact: JsonObject): Promise<JsonObject> {
      const kept = await collection.findOneAndUpdate(
        { _id: name },
        { $setOnInsert: { fact: JSON.stringify(fact) } },
        { upsert: true, returnDocument: "after" },
      );
      if (kept === null) throw new Error(`the fact ${name} was kept and is not there`);
      return JSON.parse(kept.fact) as JsonObject;
    },
    async getFact(name: string): Promise<JsonObject | null> {
      const kept = await collection.findOne({ _id: name });
      return kept === null ? null : (JSON.parse(kept.fact) as JsonObject);
    },
  };
}
