// Hours and days of a MongoDB store whose sums could be added up and are not.
import { dayOf } from "../../../rollups/pieces.ts";
import { SHELVES } from "../../../rollups/shelves.ts";
import type { UnjoinedPage } from "../../ports/cdrs.ts";
import { PAGE } from "../../rollups/look.ts";
import type { StoreCollections } from "../schema.ts";
import { toQuarter } from "./documents.ts";

/** Of the latest quarter hours before `end`, whole days of them. */
export function unjoinedPieces(
  { rollupQuarters, rollupPieces }: StoreCollections,
  maxTimeMS: number,
): (edition: string, end?: number) => Promise<UnjoinedPage> {
  return async (edition, end = Infinity) => {
    const before = { $gte: 0, ...(end !== Infinity && { $lt: end }) };
    const ids = await rollupQuarters
      .find({ _id: before }, { projection: { _id: 1 }, maxTimeMS })
      .sort({ _id: -1 })
      .limit(PAGE)
      .toArray();
    const least = ids.at(-1)?._id;
    if (least === undefined) return { pieces: [], before: null };
    const quarter = { ...before, $gte: dayOf(least) };
    const documents = rollupQuarters.find({ _id: quarter }, { maxTimeMS });
    const quarters = (await documents.sort({ _id: -1 }).toArray()).map(toQuarter(edition));
    const stored = await rollupPieces
      .find(
        { rollup: SHELVES[0]?.name ?? "", edition, level: { $gt: 1 }, quarter },
        { projection: { bytes: 0 }, maxTimeMS },
      )
      .toArray();
    const known = new Set(stored.map((one) => `${one.level}/${one.quarter}/${one.version}`));
    const pieces = ([4, 96] as const).flatMap((level) => {
      const versions = new Map<number, number>();
      for (const { quarter: at, marked, built } of quarters) {
        const begin = at - (at % level);
        const version = marked === built ? marked : Number.NaN;
        versions.set(begin, (versions.get(begin) ?? 0) + version);
      }
      return [...versions]
        .filter(([begin, version]) => version > 0 && !known.has(`${level}/${begin}/${version}`))
        .map(([begin]) => ({ level, quarter: begin }));
    });
    return { pieces, before: ids.length < PAGE ? null : dayOf(least) };
  };
}
