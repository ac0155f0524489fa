// What was changed of the sources of the settings, in MongoDB.
import type { Collection } from "mongodb";
import type { JsonObject } from "../../../cdr/json.ts";
import type { OverlayStore, SourceOverlay } from "../../ports/overlays.ts";
import type { Calls } from "../connection/calls.ts";
import { insertNew, replaceSeen } from "../records.ts";
import type { OverlayDocument } from "../schema.ts";

export function toOverlay({ _id: source, version, members }: OverlayDocument): SourceOverlay {
  return {
    source,
    version,
    members: members === null ? null : (JSON.parse(members) as JsonObject),
  };
}

export function toOverlayDocument({ source, version, members }: SourceOverlay): OverlayDocument {
  return { _id: source, version, members: members === null ? null : JSON.stringify(members) };
}

function overlayCollection(overlays: Collection<OverlayDocument>) {
  return {
    all: async (): Promise<SourceOverlay[]> => (await overlays.find({}).toArray()).map(toOverlay),
    /** `isAgain`: an earlier attempt may have written it; its members say whether it was this one. */
    put(overlay: SourceOverlay, expectedVersion: number, isAgain: boolean): Promise<boolean> {
      const document = toOverlayDocument(overlay);
      return expectedVersion === 0
        ? insertNew(overlays, document, isAgain)
        : replaceSeen(overlays, document, { expectedVersion, isAgain });
    },
  };
}

export function overlaysThrough(
  { read, write }: Calls,
  collection: Collection<OverlayDocument>,
): OverlayStore {
  const overlays = overlayCollection(collection);
  return {
    all: () => read(overlays.all),
    put: (overlay, version) => write((isAgain) => overlays.put(overlay, version, isAgain)),
  };
}
