// The feeds of the settings: of no tenant, so that they are told to those alone who see every one.
import { EVERYTHING, type Scope, seesOwner } from "../access/scope.ts";
import { engineError } from "../errors.ts";
import type { FeedDesk, FeedView } from "./ports.ts";

/** `get`, `start` and `stop` @throws `not-found`, also where the scope sees no feeds. */
export interface Feeds extends Pick<FeedDesk, "look" | "silent" | "close"> {
  /** In the order of the settings; none where the scope sees no feeds. */
  list(scope?: Scope): Promise<FeedView[]>;
  get(name: string, scope?: Scope): Promise<FeedView>;
  start(name: string, scope?: Scope): Promise<FeedView>;
  stop(name: string, scope?: Scope): Promise<FeedView>;
}

export function createFeeds(desk: FeedDesk): Feeds {
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
    look: desk.look,
    silent: desk.silent,
    close: desk.close,
  };
}
