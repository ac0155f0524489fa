// Refuses a data base whose collections another program filled, before anything is written to it.
import type { Document } from "mongodb";
import { engineError } from "../../../errors.ts";
import type { StoreCollections } from "../schema.ts";

/** Members that every document of a collection of cdrate has, in the first release already. */
const MEMBERS: Partial<Record<keyof StoreCollections, readonly string[]>> = {
  cdrs: ["tenant", "keys", "rating", "contentHash", "history"],
  suspense: ["bytes", "reason", "receivedAt"],
  tariffs: ["description", "files", "loadedAt"],
  tariffChunks: ["bytes"],
  activations: ["tenant", "sequence", "version"],
  assignments: ["tenant", "account", "from"],
  facts: ["fact"],
  feeds: ["version", "owner", "state"],
  queueEvents: ["source", "at", "event", "queue"],
  callHalves: ["feed", "side", "since"],
  adminActs: ["by", "act", "before", "after"],
  overlays: ["version", "members"],
  planObjects: ["plan", "kind", "name", "body"],
  periods: ["tenant", "number", "party", "head"],
  periodCdrs: ["text"],
  logins: ["kind", "owner", "version", "content"],
  deskEntries: ["version", "kind", "due", "body"],
  masterEntries: ["kind", "tenant", "version", "label", "body"],
  rollupQuarters: ["marked", "built", "edition"],
  rollupPieces: ["rollup", "version", "bytes"],
  rollupCrossing: ["quarter", "callId"],
  jobs: ["kind", "state", "version", "body"],
  jobLines: ["number", "hash", "line"],
  migrations: ["title", "ranAt"],
  processes: ["build", "seenAt"],
};

/** @throws `store-unavailable` where a collection of cdrate's names holds what it did not write */
export async function refuseStrangers(collections: StoreCollections, name: string): Promise<void> {
  // Who has noted a schema is cdrate.
  if ((await collections.meta.findOne({ _id: "schema" })) !== null) return;
  for (const [collection, members] of Object.entries(MEMBERS)) {
    const found: Document | null = await collections[collection as keyof StoreCollections].findOne(
      {},
    );
    if (found === null || members.every((member) => member in found)) continue;
    const message = `The data base ${name} is of another program: what its collection ${collection} holds is not of cdrate.`;
    throw engineError("store-unavailable", message, {
      hint: "Name another data base in the path of the store's URL: mongodb://HOST/cdrate.",
    });
  }
}
