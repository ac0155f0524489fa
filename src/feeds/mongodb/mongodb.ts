// The feed kind `mongodb`: the documents that FreeSWITCH's mod_cdr_mongodb writes, pulled as they come.
import type { JsonObject } from "../../cdr/json.ts";
import type { Feed, FeedKind, FeedParts } from "../contract.ts";
import { createPullFeed, type Puller } from "../pull/feed.ts";
import { BY_OBJECT_ID } from "../pull/order.ts";
import { positionFrom, positionJson } from "../pull/position.ts";
import { createWalk } from "../pull/walk.ts";
import {
  type CollectionWish,
  type DocumentRow,
  openCollection,
  type PulledCollection,
} from "./collection.ts";
import type { MongodbSettings } from "./settings.ts";

export const MONGODB: FeedKind<MongodbSettings> = {
  listens: false,
  format: "freeswitch-json",
  create: createMongodb,
};

const SECOND_MS = 1000;
/** How far the clocks of several writers may differ. */
const LATE_SECONDS = 3600;

function createMongodb(settings: MongodbSettings, parts: FeedParts): Feed {
  return createPullFeed(parts, settings.everySeconds, (position) =>
    createPuller(settings, parts, position),
  );
}

function createPuller(
  settings: MongodbSettings,
  parts: FeedParts,
  position: JsonObject | null,
): Puller {
  let isDone = position?.["done"] === true;
  let kept = positionFrom(position ?? undefined);
  let collection: PulledCollection | null = null;

  async function opened(): Promise<PulledCollection> {
    if (collection !== null) return collection;
    const own = await openCollection(await wishOf(settings, parts));
    collection = own;
    parts.warned("ids", await own.strangers());
    return own;
  }
  const keep = () => parts.keep({ ...positionJson(kept), ...(isDone ? { done: true } : {}) });

  const walk = createWalk<DocumentRow>(
    {
      pulled: {
        order: BY_OBJECT_ID,
        rows: async (from, limit) => (await opened()).rows(from, limit),
        before: async (key) => (await (await opened()).before?.(key)) ?? 0,
      },
      clock: parts.clock,
      batchRows: settings.batchRows,
      overlapMs: (settings.overlapSeconds ?? LATE_SECONDS) * SECOND_MS,
      overlapRows: settings.overlapRows,
      unfinishedMs: 0,
      isWhole: () => true,
      async take(rows) {
        await parts.deliver(rows.map(({ bytes }) => ({ bytes })));
        await (await opened()).setFlag(rows);
      },
      async keep(place) {
        kept = place;
        await keep();
      },
      note: (what) => parts.log.warn({ feed: parts.name }, what),
    },
    kept,
  );

  return {
    async step() {
      if (isDone) return "done";
      await opened();
      if (await walk.step()) return "more";
      if (!settings.once) return "rest";
      isDone = true;
      await keep();
      return "done";
    },
    hangUp() {
      collection?.close();
      collection = null;
    },
  };
}

async function wishOf(
  { url, collection, flag, tls, secretEnv, secretFile }: MongodbSettings,
  { secret }: Pick<FeedParts, "secret">,
): Promise<CollectionWish> {
  const isApart = secretEnv !== undefined || secretFile !== undefined;
  const password = isApart ? await secret({ secretEnv, secretFile }) : null;
  const { ca, serverName } = typeof tls === "object" ? tls : {};
  return {
    url: password === null ? url : withPassword(url, password),
    name: collection,
    flag,
    options: {
      ...(tls === false ? {} : { tls: true }),
      ...(ca === undefined ? {} : { tlsCAFile: ca }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
  };
}

/** `user@` becomes `user:password@`. */
function withPassword(url: string, password: string): string {
  const at = url.indexOf("@");
  if (at < 0) throw new Error("the URL names no user whose password that could be");
  return `${url.slice(0, at)}:${encodeURIComponent(password)}${url.slice(at)}`;
}
