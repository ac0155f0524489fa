// A collection of MongoDB as something that is pulled: its documents by their ids.
import { createHash } from "node:crypto";
import type { Collection, MongoClientOptions, ObjectId } from "mongodb";
import { BY_OBJECT_ID, type PulledRow } from "../pull/order.ts";
import type { Pulled } from "../pull/walk.ts";
import { documentText } from "./document-text.ts";

export interface DocumentRow extends PulledRow {
  bytes: Uint8Array;
}

export interface PulledCollection extends Pulled<DocumentRow> {
  /** Why some documents are not read; null: all are. */
  strangers(): Promise<string | null>;
  setFlag(rows: readonly DocumentRow[]): Promise<void>;
  /** Ends the connection. */
  close(): void;
}

export interface CollectionWish {
  url: string;
  /** Data base and collection, with a dot between. */
  name: string;
  flag: string | undefined;
  options: MongoClientOptions;
}

const CONNECT_MS = 10_000;
/** Of one question. */
const ANSWER_MS = 60_000;

/** @throws where the server is not there */
export async function openCollection(wish: CollectionWish): Promise<PulledCollection> {
  const { MongoClient, ObjectId: Id } = await import("mongodb");
  const client = new MongoClient(wish.url, {
    ...unlessInUrl(wish.url, {
      serverSelectionTimeoutMS: CONNECT_MS,
      connectTimeoutMS: CONNECT_MS,
      socketTimeoutMS: ANSWER_MS,
    }),
    maxPoolSize: 2,
    // Numbers of 64 bits keep all their digits.
    promoteLongs: false,
    appName: "cdrate",
    ...wish.options,
  });
  const close = () => void client.close().catch(() => undefined);
  try {
    await client.connect();
  } catch (cause) {
    close();
    throw cause;
  }
  const dot = wish.name.indexOf(".");
  const collection = client.db(wish.name.slice(0, dot)).collection(wish.name.slice(dot + 1));
  const idOf = (key: string) => new Id(key);
  return { ...pulledFrom(collection, { flag: wish.flag, idOf }), close };
}

/** What the URL says counts. */
function unlessInUrl(url: string, limits: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(limits).filter(([name]) => !url.includes(`${name}=`)));
}

function pulledFrom(
  collection: Collection,
  { flag, idOf }: { flag: string | undefined; idOf(key: string): ObjectId },
): Omit<PulledCollection, "close"> {
  return {
    order: BY_OBJECT_ID,
    async rows(from, limit) {
      const behind = idOf(from ?? "0".repeat(24));
      const query = from === null ? { $gte: behind } : { $gt: behind };
      const found = collection.find({ _id: query }).sort({ _id: 1 }).limit(limit);
      return (await found.toArray()).map((document) => {
        const bytes = Buffer.from(documentText(document, flag), "utf8");
        const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 24);
        return { key: document._id.toHexString(), hash, bytes };
      });
    },
    before: (key) => collection.countDocuments({ _id: { $lt: idOf(key) } }),
    async strangers() {
      // Ids of other types stand before these or behind them.
      for (const direction of [1, -1] as const) {
        const [end] = await collection.find().sort({ _id: direction }).limit(1).toArray();
        if (end === undefined || end._id?._bsontype === "ObjectId") continue;
        return `Documents whose _id is no ObjectId are not read, such as ${JSON.stringify(end._id).slice(0, 80)}.`;
      }
      return null;
    },
    async setFlag(rows) {
      if (flag === undefined || rows.length === 0) return;
      const ids = rows.map(({ key }) => idOf(key));
      await collection.updateMany({ _id: { $in: ids } }, { $set: { [flag]: 1 } });
    },
  };
}
