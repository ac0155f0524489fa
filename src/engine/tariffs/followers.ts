// Which services price by the time line as it is now: said by each, counted by whoever asks.
import type { Store } from "../../stores/store.ts";
import type { Snapshots } from "./snapshots.ts";

/** Services that use the store, and how many of them price by the time line as it is now. */
export interface FollowerCount {
  all: number;
  ready: number;
}

export interface Followers {
  /** Notes in the store which time line this process, a service, prices by. */
  note(): Promise<void>;
  /** Notes it again if this process is a service; a command that ends soon notes nothing. */
  noteAgain(): Promise<void>;
  /** A service that was killed counts for a minute. */
  count(): Promise<FollowerCount>;
}

export function createFollowers({
  store,
  snapshots,
}: {
  store: Pick<Store, "tariffs">;
  snapshots: Pick<Snapshots, "stamp">;
}): Followers {
  let noted: string | null = null;

  async function note(): Promise<void> {
    const stamp = snapshots.stamp();
    if (stamp === null || stamp === noted) return;
    await store.tariffs.follow(stamp);
    noted = stamp;
  }

  return {
    note,
    async noteAgain() {
      if (noted !== null) await note();
    },
    async count() {
      const [now, followed] = await Promise.all([
        store.tariffs.activationStamp(),
        store.tariffs.followed(),
      ]);
      return { all: followed.length, ready: followed.filter((stamp) => stamp === now).length };
    },
  };
}
