// The processes that use the data base, each by its last sign of life.
import type { Collection } from "mongodb";
import { type Identity, PROCESS_KEPT_MS, type StoreProcess } from "../../migration.ts";

export interface ProcessDocument {
  _id: string;
  build: string;
  /** The last step that its build knows. */
  schema: number;
  startedAt: Date;
  seenAt: Date;
}

export function processCollection(
  processes: Collection<ProcessDocument>,
  { id, build, clock }: Identity,
  schema: number,
) {
  return {
    async sign(): Promise<void> {
      const now = clock();
      await processes.updateOne(
        { _id: id },
        {
          $set: { build, schema, seenAt: new Date(now) },
          $setOnInsert: { startedAt: new Date(now) },
        },
        { upsert: true },
      );
      await processes.deleteMany({ seenAt: { $lt: new Date(now - PROCESS_KEPT_MS) } });
    },
    async signOut(): Promise<void> {
      await processes.deleteOne({ _id: id });
    },
    async all(): Promise<StoreProcess[]> {
      const found = await processes.find().sort({ startedAt: 1, _id: 1 }).toArray();
      return found.map(({ _id, startedAt, seenAt, ...rest }) => ({
        ...rest,
        id: _id,
        startedAtMs: startedAt.getTime(),
        seenAtMs: seenAt.getTime(),
      }));
    },
  };
}
