// Feeds, who runs them and how far they came, in MongoDB.
import type { Collection } from "mongodb";
import type { JsonObject } from "../../cdr/json.ts";
import type { FeedRecord, FeedStore } from "../ports/feeds.ts";
import type { Calls } from "./connection/calls.ts";
import { insertNew, replaceSeen } from "./records.ts";
import type { FeedDocument } from "./schema.ts";

export function toFeedDocument(feed: FeedRecord): FeedDocument {
  return {
    _id: feed.name,
    version: feed.version,
    owner: feed.owner,
    leaseUntil: new Date(feed.leaseUntilMs),
    isStopped: feed.isStopped,
    position: feed.position === null ? null : JSON.stringify(feed.position),
    state: JSON.stringify(feed.state),
  };
}

export function toFeed(document: FeedDocument): FeedRecord {
  const { _id: name, version, owner, leaseUntil, isStopped, position, state } = document;
  return {
    name,
    version,
    owner,
    leaseUntilMs: leaseUntil.getTime(),
    isStopped,
    position: position === null ? null : (JSON.parse(position) as JsonObject),
    state: JSON.parse(state) as JsonObject,
  };
}

function feedCollection(feeds: Collection<FeedDocument>) {
  return {
    put: (feed: FeedRecord, isAgain: boolean): Promise<boolean> =>
      insertNew(feeds, toFeedDocument(feed), isAgain),
    getFor: async (names: string[]): Promise<FeedRecord[]> =>
      (await feeds.find({ _id: { $in: names } }).toArray()).map(toFeed),
    /** `isAgain`: the feed may have been replaced by an earlier attempt; its owner says by whom. */
    update: (feed: FeedRecord, expectedVersion: number, isAgain: boolean): Promise<boolean> =>
      replaceSeen(feeds, toFeedDocument(feed), { expectedVersion, isAgain }),
  };
}

export function feedsThrough(
  { read, write }: Calls,
  collection: Collection<FeedDocument>,
): FeedStore {
  const feeds = feedCollection(collection);
  return {
    put: (feed) => write((isAgain) => feeds.put(feed, isAgain)),
    getFor: (names) => read(() => feeds.getFor(names)),
    update: (feed, version) => write((isAgain) => feeds.update(feed, version, isAgain)),
  };
}
