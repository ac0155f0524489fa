// What a step of the MongoDB schema is.
import type { StepFacts } from "../../migration.ts";
import type { CollectionIndexes } from "../indexes/wanted.ts";
import type { StoreCollections } from "../schema.ts";

export interface MongoStep extends StepFacts {
  /** Indexes that it adds: built when it has run, behind the service where there are many documents. */
  indexes?: readonly CollectionIndexes[];
  /** The rest of the step; it may be killed anywhere and is run again from its start. */
  run?(collections: StoreCollections): Promise<void>;
  /** What is left to be done to old documents while the store is used. */
  behind?: MongoRewrite;
}

export interface MongoRewrite {
  /** Documents that it goes through, for progress. */
  total(collections: StoreCollections): Promise<number>;
  /**
   * Rewrites the next documents after `place` (null: from the first); it may be run again for the
   * same place. Null: none is left.
   */
  slice(
    collections: StoreCollections,
    place: string | null,
  ): Promise<{ place: string; done: number } | null>;
}
