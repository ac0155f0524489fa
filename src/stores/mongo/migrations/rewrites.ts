// The steps that have run, and the rewrites of old documents that go on behind them.
import type { Identity, RewriteProgress } from "../../migration.ts";
import type { StoreCollections } from "../schema.ts";
import type { MongoStep } from "./step.ts";

export function stepNotes(collections: StoreCollections, steps: readonly MongoStep[]) {
  const { migrations } = collections;
  const unfinished = () => migrations.findOne({ isDone: false }, { sort: { _id: 1 } });

  return {
    /** Notes that a step has run; the first note stays. */
    async note({ number, title, behind }: MongoStep, { build, clock }: Identity): Promise<void> {
      const ranAt = new Date(clock());
      const total = (await behind?.total(collections)) ?? 0;
      const isDone = behind === undefined;
      await migrations.updateOne(
        { _id: number },
        { $setOnInsert: { title, build, ranAt, place: null, done: 0, total, isDone } },
        { upsert: true },
      );
    },

    /** One slice of the first rewrite that is not done; null: there is none. */
    async rewrite(): Promise<RewriteProgress | null> {
      const row = await unfinished();
      const owner = steps.find(({ number }) => number === row?._id);
      if (row === null || owner?.behind === undefined) return null;
      const { _id, title, place, total } = row;
      const slice = await owner.behind.slice(collections, place);
      const done = row.done + (slice?.done ?? 0);
      // Another process that did the same slice has moved the place: it counts once.
      await migrations.updateOne(
        { _id, place },
        { $set: { place: slice?.place ?? place, done, isDone: slice === null } },
      );
      return { step: _id, title, done, total };
    },

    async behind(): Promise<RewriteProgress | null> {
      const row = await unfinished();
      return row && { step: row._id, title: row.title, done: row.done, total: row.total };
    },
  };
}
