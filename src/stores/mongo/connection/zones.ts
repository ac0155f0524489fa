// Time zones that the server knows: asked once for each, before a query that needs it.
import { type Collection, MongoServerError } from "mongodb";
import { engineError } from "../../../errors.ts";
import { isUnavailable } from "../faults.ts";

/**
 * Answers a check of a zone.
 * @param known a collection that has a document of this key
 */
export function serverZones<T extends { _id: string }>(
  collection: Collection<T>,
  known: T["_id"],
): (timeZone: string) => Promise<void> {
  const zones = new Set<string>();

  /** @throws `invalid-params` for a zone that the server does not know */
  return async (timeZone) => {
    if (zones.has(timeZone)) return;
    const hour = { $dateToString: { date: new Date(0), format: "%H", timezone: timeZone } };
    try {
      await collection.aggregate([{ $match: { _id: known } }, { $project: { hour } }]).toArray();
    } catch (cause) {
      if (!(cause instanceof MongoServerError) || isUnavailable(cause)) throw cause;
      const message = `The MongoDB server does not know the time zone ${timeZone}.`;
      throw engineError("invalid-params", message, {
        path: "timeZone",
        hint: "Use another name of the zone, or bring the server's time zones up to date (mongod --timeZoneInfo).",
        cause,
      });
    }
    zones.add(timeZone);
  };
}
