// Master data in MongoDB.
import type { Collection, Filter } from "mongodb";
import type { JsonObject } from "../../../cdr/json.ts";
import type {
  MasterEntry,
  MasterKey,
  MasterPage,
  MasterStore,
} from "../../ports/master/entries.ts";
import type { Calls } from "../connection/calls.ts";
import { insertNew, replaceSeen } from "../records.ts";
import type { MasterDocument } from "../schema.ts";

function keyOf({ kind, tenant, id }: MasterKey): string {
  return JSON.stringify([kind, tenant, id]);
}

export function toMaster({ _id, body, ...same }: MasterDocument): MasterEntry {
  return { ...same, body: JSON.parse(body) as JsonObject };
}

export function toMasterDocument({ body, ...same }: MasterEntry): MasterDocument {
  return { _id: keyOf(same), ...same, body: JSON.stringify(body) };
}

function masterCollection(entries: Collection<MasterDocument>) {
  return {
    /** `isAgain`: an earlier attempt may have written it; its members say whether it was this one. */
    put(entry: MasterEntry, expectedVersion: number, isAgain: boolean): Promise<boolean> {
      const document = toMasterDocument(entry);
      return expectedVersion === 0
        ? insertNew(entries, document, isAgain)
        : replaceSeen(entries, document, { expectedVersion, isAgain });
    },
    async remove(key: MasterKey, version: number): Promise<boolean> {
      const _id = keyOf(key);
      const { deletedCount } = await entries.deleteOne({ _id, version });
      return deletedCount === 1 || (await entries.findOne({ _id })) === null;
    },
    async getFor(keys: readonly MasterKey[]): Promise<MasterEntry[]> {
      if (keys.length === 0) return [];
      return (await entries.find({ _id: { $in: keys.map(keyOf) } }).toArray()).map(toMaster);
    },
    async page({ kind, tenant, by, prefix, limit, after }: MasterPage): Promise<MasterEntry[]> {
      const $lt = `${prefix}\u{10ffff}`;
      const asked: Filter<MasterDocument> = { kind, tenant, [by]: { $gte: prefix, $lt } };
      if (after !== undefined && by === "id") asked.id = { $gte: prefix, $lt, $gt: after.id };
      if (after !== undefined && by === "label") {
        const { label, id } = after;
        // Where it goes on bounds the index; of the same label those behind the id.
        asked.label = { $gte: label > prefix ? label : prefix, $lt };
        asked.$or = [{ label: { $gt: label } }, { label, id: { $gt: id } }];
      }
      const found = entries.find(asked).sort(by === "id" ? { id: 1 } : { label: 1, id: 1 });
      return (await found.limit(limit).toArray()).map(toMaster);
    },
    async tenantAfter(kind: string, tenant: string): Promise<string | null> {
      const asked = { kind, tenant: { $gt: tenant } } as Filter<MasterDocument>;
      const found = await entries.find(asked).sort({ tenant: 1, id: 1 }).limit(1).toArray();
      return found[0]?.tenant ?? null;
    },
  };
}

export function masterThrough(
  { read, write }: Calls,
  collection: Collection<MasterDocument>,
): MasterStore {
  const entries = masterCollection(collection);
  return {
    put: (entry, version) => write((isAgain) => entries.put(entry, version, isAgain)),
    remove: (key, version) => write(() => entries.remove(key, version)),
    getFor: (keys) => read(() => entries.getFor(keys)),
    page: (page) => read(() => entries.page(page)),
    tenantAfter: (kind, tenant) => read(() => entries.tenantAfter(kind, tenant)),
  };
}
