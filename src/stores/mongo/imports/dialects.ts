// Dialects of foreign tables by name, in MongoDB.
import type { Collection } from "mongodb";
import type { JsonObject } from "../../../cdr/json.ts";
import type { NamedDialect } from "../../ports/imports/dialects.ts";
import type { DialectDocument } from "./documents.ts";

export function toDialect({
  _id: name,
  dialect,
  tenants,
  setAt,
  by,
}: DialectDocument): NamedDialect {
  return {
    name,
    dialect: JSON.parse(dialect) as JsonObject,
    tenants,
    setAtMs: setAt.getTime(),
    by,
  };
}

export function toDialectDocument({
  name,
  dialect,
  tenants,
  setAtMs,
  by,
}: NamedDialect): DialectDocument {
  return { _id: name, dialect: JSON.stringify(dialect), tenants, setAt: new Date(setAtMs), by };
}

export function dialectCollection(dialects: Collection<DialectDocument>) {
  return {
    async set(dialect: NamedDialect): Promise<void> {
      const { _id, ...members } = toDialectDocument(dialect);
      await dialects.replaceOne({ _id }, members, { upsert: true });
    },
    async get(name: string): Promise<NamedDialect | null> {
      const found = await dialects.findOne({ _id: name });
      return found === null ? null : toDialect(found);
    },
    list: async ({ limit, after = "" }: { limit: number; after?: string }) =>
      (
        await dialects
          .find({ _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray()
      ).map(toDialect),
  };
}
