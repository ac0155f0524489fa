// How the data base is: what it takes on its server's disk, the room left there, the server's time.
import type { Db } from "mongodb";
import type { StoreCondition } from "../../ports/condition.ts";

interface DatabaseStats {
  storageSize?: number;
  dataSize?: number;
  indexSize?: number;
  fsUsedSize?: number;
  fsTotalSize?: number;
}

/** For damage a server looks itself (`validate`, which locks a collection): it is not asked here. */
export async function databaseCondition(database: Db): Promise<StoreCondition> {
  const stats: DatabaseStats = await database.command({ dbStats: 1 });
  // The old name of `hello`, which every server has.
  const { localTime } = await database.admin().command({ ismaster: 1 });
  const { storageSize = 0, dataSize = 0, indexSize = 0, fsTotalSize, fsUsedSize } = stats;
  const hasDisk = fsTotalSize !== undefined && fsUsedSize !== undefined;
  return {
    // A server in memory has nothing on a disk.
    bytes: Number(storageSize === 0 ? dataSize : storageSize) + Number(indexSize),
    freeBytes: hasDisk ? Number(fsTotalSize) - Number(fsUsedSize) : null,
    serverMs: localTime instanceof Date ? localTime.getTime() : null,
    damage: null,
  };
}
