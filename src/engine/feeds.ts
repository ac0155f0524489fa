// The feeds of the settings: of no tenant, so that they are told to those alone who see every one.
import { EVERYTHING, type Scope, seesOwner } from "../access/scope.ts";
import { engineError } from "../errors.ts";
import type { QueueEvent, QueueEventQuery } from "../stores/ports/queue-events.ts";
import type { Store } from "../stores/store.ts";
import { createLiveCalls, type LiveCalls } from "./live-calls.ts";
import type { FeedDesk, FeedView } from "./ports.ts";

/** `get`, `start` and `stop` @throws `not-found`, also where the scope sees no feeds. */
export interface Feeds extends Pick<FeedDesk, "look" | "silent" | "close"> {
  /** In the order of the settings; none where the scope sees no feeds. */
  list(scope?: Scope): Promise<FeedView[]>;
  get(name: string, scope?: Scope): Promise<FeedView>;
  start(name: string, scope?: Scope): Promise<FeedView>;
  stop(name: string, scope?: Scope): Promise<FeedView>;
  /**
   * What happened in queues, in the order of time; none where the scope sees no feeds.
   * @throws `invalid-params` for a cursor that no page gave
   */
  queueEvents(
    query: Omit<QueueEventQuery, "after"> & { cursor?: string | undefined },
    scope?: Scope,
  ): Promise<{ events: QueueEvent[]; nextCursor?: string }>;
  /** Calls that are under way. */
  calls: LiveCalls["list"];
}

export function createFeeds(desk: FeedDesk, store: Pick<Store, "queueEvents">): Feeds {
  const seen =
    (act: (name: string) => Promise<FeedView>) =>
    async (name: string, scope: Scope = EVERYTHING): Promise<FeedView> => {
      if (seesOwner(scope, null)) return act(name);
      throw engineError("not-found", `There is no feed ${name} in the settings.`, { path: "name" });
    };
  return {
    list: async (scope = EVERYTHING) => (seesOwner(scope, null) ? desk.list() : []),
    get: seen(desk.get),
    start: seen(desk.start),
    stop: seen(desk.stop),
    async queueEvents({ cursor, ...query }, scope = EVERYTHING) {
      if (!seesOwner(scope, null)) return { events: [] };
      const events = await store.queueEvents.find({ ...query, after: placeOf(cursor) });
      const last = events.length < query.limit ? undefined : events.at(-1);
      return { events, ...(last === undefined ? {} : { nextCursor: `${last.atMs}.${last.id}` }) };
    },
    calls: createLiveCalls(desk).list,
    look: desk.look,
    silent: desk.silent,
    close: desk.close,
  };
}

function placeOf(cursor: string | undefined): QueueEventQuery["after"] {
  if (cursor === undefined) return undefined;
  const [, atMs, id] = /^(\d{1,15})\.([0-9a-f]{40})$/.exec(cursor) ?? [];
  if (atMs !== undefined && id !== undefined) return { atMs: Number(atMs), id };
  throw engineError("invalid-params", "The cursor is not one that this query gave.", {
    path: "cursor",
  });
}
