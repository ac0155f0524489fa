// Brings a MongoDB data base to the schema of this build, step by step; each step is repeatable.
import {
  type Identity,
  living,
  type MigrationEvent,
  nextStep,
  refuseNewer,
  refuseOlder,
  refuseUnfinished,
  type SchemaState,
} from "../../migration.ts";
import { type CollectionIndexes, extraIndexes } from "../indexes/wanted.ts";
import type { MetaDocument, StoreCollections } from "../schema.ts";
import { processCollection } from "./processes.ts";
import { stepNotes } from "./rewrites.ts";
import type { MongoStep } from "./step.ts";
import { KEYS_OF_BYTES } from "./steps/012-keys-of-bytes.ts";

export interface SchemaOptions {
  steps: readonly MongoStep[];
  identity: Identity;
  indexedExtraFields: readonly string[];
  /** Whether this process brings an older data base forward, or refuses it. */
  migrates: boolean;
  /** Whether this process fills it as a copy of another store. */
  continuesCopy?: boolean;
  /** Makes the collections of a new data base that take options; may be repeated. */
  makeCollections(): Promise<void>;
}

export interface MongoSchema {
  /**
   * Makes a new data base, or checks one that is there, and writes this process into it. A new one
   * is half made until `made` is called: its indexes come between.
   */
  enter(): Promise<{ isNew: boolean }>;
  made(): Promise<void>;
  /** Runs the next step that may run now; null: there is none. */
  step(): Promise<MigrationEvent | null>;
  /** A sign of life, a step that waited, and one slice of a rewrite. */
  tend(): Promise<SchemaState>;
  signOut(): Promise<void>;
  /** Notes the stamp of the time line that this process prices by. */
  follow(stamp: string): Promise<void>;
  /** What the living processes noted last. */
  followed(): Promise<string[]>;
  /** Every index of the steps that have run, and of the settings. */
  indexes(): Promise<CollectionIndexes[]>;
  state(): Promise<SchemaState>;
}

/** The schema of one data base. */
export function mongoSchema(collections: StoreCollections, options: SchemaOptions): MongoSchema {
  const { meta } = collections;
  const { steps, identity, migrates, indexedExtraFields } = options;
  const latest = steps.at(-1)?.number ?? 0;
  const processes = processCollection(collections.processes, identity, latest);
  const notes = stepNotes(collections, steps);
  const next = async (version: number) =>
    nextStep(steps, version, living(await processes.all(), identity.clock()));

  async function runStep(step: MongoStep): Promise<void> {
    await step.run?.(collections);
    await notes.note(step, identity);
  }

  /** @throws `store-unavailable` unless this build can work with what is there */
  async function requireKnown(): Promise<void> {
    const { version, announced, isCopied } = await schemaFacts(meta);
    if (isCopied && options.continuesCopy !== true) throw refuseUnfinished();
    const newest = Math.max(version, announced);
    if (newest > latest) throw refuseNewer(newest, latest);
    const found = migrates ? null : await next(version);
    if (found !== null && "run" in found) throw refuseOlder(version, latest);
  }

  async function enter(): Promise<{ isNew: boolean }> {
    const isNew = await beginNew(meta, latest);
    if (isNew) {
      if (latest >= KEYS_OF_BYTES) await options.makeCollections();
      for (const step of steps) await runStep(step);
    }
    // Written first, read afterwards: whoever is about to run a step alone sees this process, or
    // this process sees the step.
    await processes.sign();
    try {
      await requireKnown();
    } catch (error) {
      await processes.signOut();
      throw error;
    }
    return { isNew };
  }

  async function made(): Promise<void> {
    await meta.updateOne({ _id: "schema" }, { $unset: { isBeingMade: "" } });
  }

  async function step(): Promise<MigrationEvent | null> {
    const { version } = await schemaFacts(meta);
    const pending = steps.find(({ number }) => number > version);
    if (pending === undefined) return null;
    const atVersion = { _id: "schema", version } as const;
    if (pending.runs === "alone") {
      await meta.updateOne(atVersion, { $set: { announced: pending.number } });
    }
    const found = await next(version);
    if (found === null || "wait" in found) {
      await meta.updateOne(atVersion, { $unset: { announced: "" } });
      return null;
    }
    const { number, title } = found.run;
    await runStep(found.run);
    await meta.updateOne(atVersion, { $set: { version: number }, $unset: { announced: "" } });
    return { kind: "step", step: number, title };
  }

  async function state(): Promise<SchemaState> {
    const { version, cdrKey, keyForm } = await schemaFacts(meta);
    const found = await next(version);
    const behind = await notes.behind();
    return {
      version,
      latest,
      ...(found !== null && "wait" in found && { waiting: found.wait }),
      ...(behind !== null && { behind }),
      cdrKey,
      keyForm,
    };
  }

  async function tend(): Promise<SchemaState> {
    await processes.sign();
    await step();
    await notes.rewrite();
    return state();
  }

  async function indexes(): Promise<CollectionIndexes[]> {
    const { version } = await schemaFacts(meta);
    const done = steps.filter(({ number }) => number <= version);
    return merged([...done.flatMap((one) => one.indexes ?? []), extraIndexes(indexedExtraFields)]);
  }

  const { signOut, follow, followed } = processes;
  return { enter, made, step, tend, signOut, follow, followed, indexes, state };
}

type Meta = StoreCollections["meta"];

async function schemaFacts(meta: Meta) {
  const found = await meta.findOne({ _id: "schema" });
  return {
    version: found?.version ?? 0,
    cdrKey: found?.cdrKey ?? ("id" as const),
    keyForm: found?.keyForm ?? ("text" as const),
    isCopied: found?.copy !== undefined,
    // An unfinished copy announces a step that no build has, for those that know nothing of copies.
    announced: found?.copy === undefined ? (found?.announced ?? 0) : 0,
  };
}

/**
 * True where the data base is new, or was left half made. Begun with its last version, so that no
 * older build takes it for one of its own.
 */
async function beginNew(meta: Meta, latest: number): Promise<boolean> {
  const made: Omit<MetaDocument, "_id"> = {
    version: latest,
    cdrKey: "tenant and id",
    ...(latest >= KEYS_OF_BYTES && { keyForm: "bytes" }),
    isBeingMade: true,
  };
  await meta.updateOne({ _id: "schema" }, { $setOnInsert: made }, { upsert: true });
  const found = await meta.findOne({ _id: "schema" });
  return found?.isBeingMade === true && found.version === latest;
}

/** One entry a collection, so that each is gone through once for all its indexes. */
function merged(all: readonly CollectionIndexes[]): CollectionIndexes[] {
  const names = new Set(all.map(({ collection }) => collection));
  return [...names].map((collection) => ({
    collection,
    wanted: all.flatMap((one) => (one.collection === collection ? one.wanted : [])),
  }));
}
