// The processes that use the data base, each by its last sign of life.
import type { Collection } from "mongodb";
import { type Identity, living, PROCESS_KEPT_MS, type StoreProcess } from "../../migration.ts";

export interface ProcessDocument {
  _id: string;
  build: string;
  /** The last step that its build knows. */
  schema: number;
  startedAt: Date;
  seenAt: Date;
  /** The stamp of the time line that it prices by; absent: it never noted one. */
  timeline?: string;
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
      return found.map(({ _id, build: program, schema: step, startedAt, seenAt }) => ({
        id: _id,
        build: program,
        schema: step,
        startedAtMs: startedAt.getTime(),
        seenAtMs: seenAt.getTime(),
      }));
    },
    async follow(timeline: string): Promise<void> {
      await processes.updateOne({ _id: id }, { $set: { timeline } });
    },
    async followed(): Promise<string[]> {
      const found = await processes.find({ timeline: { $exists: true } }).toArray();
      const seen = found.map(({ seenAt, timeline = "" }) => ({
        seenAtMs: seenAt.getTime(),
        timeline,
      }));
      return living(seen, clock()).map(({ timeline }) => timeline);
    },
  };
}
