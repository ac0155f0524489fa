// The indexes of the store: looked at when it is opened and tended, built beside the service where
// there is much to go through, and known by their definition where a read names one.
import type { Db } from "mongodb";
import type { IndexState, MigrationEvent } from "../../migration.ts";
import type { StoreCollections } from "../schema.ts";
import { type BuilderParts, type IndexBuilder, indexBuilder } from "./builder.ts";
import { indexDiffers } from "./differing.ts";
import { type IndexHints, indexHints } from "./hints.ts";
import { buildProgress } from "./progress.ts";
import { emptySurvey, type MissingIndexes, type Survey, survey } from "./survey.ts";
import type { CollectionIndexes } from "./wanted.ts";

/** So many documents are gone through at once, without a builder beside the service. */
const SMALL_DOCUMENTS = 10_000;

export interface IndexParts extends Pick<BuilderParts, "openPatient"> {
  database: Db;
  collections: StoreCollections;
  /** Those of the steps that have run, and of the settings. */
  wanted(): Promise<CollectionIndexes[]>;
  warn(message: string): void;
  report(event: MigrationEvent): void;
}

export interface MongoIndexes {
  hints: IndexHints;
  /**
   * Looks at what is there. `builds`: what lacks is made, at once or behind; `mends`: also what differs.
   * @throws `store-unavailable` for an index that differs and is not to be mended
   */
  open(how: { builds: boolean; mends: boolean }): Promise<void>;
  /** Looks again; `builds`: begins to build what lacks meanwhile. One that differs is told. */
  tend(how: { builds: boolean }): Promise<void>;
  /** Undefined: every index is as it should be. */
  state(): Promise<IndexState | undefined>;
  close(): Promise<void>;
}

export function mongoIndexes(parts: IndexParts): MongoIndexes {
  const { database, collections, report, warn, openPatient } = parts;
  const hints = indexHints(warn);
  let found = emptySurvey();
  let fault: string | null = null;
  const told = (text: string | null): void => {
    if (text !== null && text !== fault) warn(text);
    fault = text;
  };

  async function look(): Promise<Survey> {
    found = await survey(collections, await parts.wanted());
    hints.use(found.usable);
    return found;
  }

  const missing = async () => (await look()).missing;
  const builder = indexBuilder({ openPatient, report, told, missing });

  return {
    hints,
    async open({ builds, mends }) {
      const { differing, missing: lacking } = await look();
      const [first] = differing;
      if (mends) {
        await dropDiffering(parts, differing);
        await builder.makePatiently(await missing());
      } else if (first !== undefined) {
        throw indexDiffers(first.collection, first);
      } else if (builds && lacking.length > 0) {
        await makeMissing(parts, builder, lacking);
      } else return;
      if ((await missing()).length > 0) builder.begin();
    },
    async tend({ builds }) {
      const { missing: lacking, differing } = await look();
      const [first] = differing;
      if (first !== undefined) told(indexDiffers(first.collection, first).message);
      else if (lacking.length === 0) told(null);
      else if (builds) builder.begin();
    },
    async state() {
      if (found.missing.length === 0 && fault === null) return undefined;
      const lacking = builder.isUnderWay() ? found.missing : await missing();
      if (lacking.length === 0 && fault === null) return undefined;
      const names = lacking.map(({ collection }) => collection);
      const progress = names.length === 0 ? null : await buildProgress(database, names);
      return {
        missing: placesOf(lacking),
        ...(progress !== null && { progress }),
        ...(fault !== null && { fault }),
      };
    },
    close: builder.close,
  };
}

async function dropDiffering(
  { collections, report }: IndexParts,
  differing: Survey["differing"],
): Promise<void> {
  for (const { collection, there } of differing) {
    const index = String(there["name"]);
    await collections[collection].dropIndex(index);
    report({ kind: "index", collection, index });
  }
}

/** Those of small collections at once; the others are left to the builder. */
async function makeMissing(
  { database, collections }: IndexParts,
  builder: IndexBuilder,
  missing: readonly MissingIndexes[],
): Promise<void> {
  for (const one of missing) {
    const count = await collections[one.collection].estimatedDocumentCount();
    if (count <= SMALL_DOCUMENTS) await builder.make(database, [one]);
  }
}

function placesOf(missing: readonly MissingIndexes[]): string[] {
  return missing.flatMap(({ collection, wanted }) =>
    wanted.map(({ name }) => `${collection}.${name}`),
  );
}
