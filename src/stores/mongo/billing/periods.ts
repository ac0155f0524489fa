// Statements of closed periods in MongoDB.
import type { Document, Filter } from "mongodb";
import type {
  PeriodCdr,
  PeriodHead,
  PeriodQuery,
  PeriodStatement,
  PeriodStore,
} from "../../ports/billing/periods.ts";
import type { Calls } from "../connection/calls.ts";
import { insertNew } from "../records.ts";
import type { StoreCollections } from "../schema.ts";
import {
  type PeriodCdrDocument,
  type PeriodDocument,
  toPeriodCdr,
  toPeriodCdrDocument,
  toPeriodDocument,
  toStatement,
} from "./documents.ts";

function filterOf(query: PeriodQuery): Filter<PeriodDocument> {
  const { ids, tenants, numbers, closings, side, party, kind, after = 0, before } = query;
  const filter: Document = {
    _id: { $gt: after, ...(before === undefined ? {} : { $lt: before }) },
  };
  for (const [member, wanted] of Object.entries({
    ...{ id: ids, tenant: tenants, number: numbers, closing: closings },
  })) {
    if (wanted !== undefined) filter[member] = { $in: wanted };
  }
  for (const [member, wanted] of Object.entries({ side, party, kind })) {
    if (wanted !== undefined) filter[member] = wanted;
  }
  return filter;
}

/** Keys of the rows of one statement lie between these: `0` follows `/`. */
function rowsOf(statement: string, after: string): Filter<PeriodCdrDocument> {
  return { _id: { $gt: `${statement}/${after}`, $lt: `${statement}0` } };
}

type Periods = Pick<StoreCollections, "periods" | "periodCdrs">;

function periodCollection({ periods, periodCdrs }: Periods) {
  async function removeCdrs(statement: string, limit: number): Promise<number> {
    const found = await periodCdrs
      .find(rowsOf(statement, ""), { projection: { _id: 1 } })
      .limit(limit)
      .toArray();
    if (found.length === 0) return 0;
    await periodCdrs.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
    return found.length;
  }
  return {
    async last(): Promise<number> {
      const [found] = await periods
        .find({}, { projection: { _id: 1 } })
        .sort({ _id: -1 })
        .limit(1)
        .toArray();
      return found?._id ?? 0;
    },
    append: (statement: PeriodStatement, isAgain: boolean): Promise<boolean> =>
      insertNew(periods, toPeriodDocument(statement), isAgain),
    async find(query: PeriodQuery): Promise<PeriodHead[]> {
      const found = periods.find(filterOf(query), { projection: { lines: 0 } });
      const documents = await found
        .sort({ _id: query.isDescending === true ? -1 : 1 })
        .limit(query.limit)
        .toArray();
      return documents.map(toStatement);
    },
    async get(id: string): Promise<PeriodStatement | null> {
      const found = await periods.findOne({ id });
      return found === null ? null : toStatement(found);
    },
    async putCdrs(rows: readonly PeriodCdr[]): Promise<void> {
      if (rows.length === 0) return;
      await periodCdrs.bulkWrite(
        rows.map((row) => {
          const { _id, ...replacement } = toPeriodCdrDocument(row);
          return { replaceOne: { filter: { _id }, replacement, upsert: true } };
        }),
        { ordered: false },
      );
    },
    async pageCdrs(
      statement: string,
      { after = "", limit }: { after?: string; limit: number },
    ): Promise<PeriodCdr[]> {
      const found = periodCdrs.find(rowsOf(statement, after)).sort({ _id: 1 }).limit(limit);
      return (await found.toArray()).map(toPeriodCdr);
    },
    async cdrsOf(statements: readonly string[], cdrs: readonly string[]): Promise<PeriodCdr[]> {
      const keys = statements.flatMap((statement) => cdrs.map((cdr) => `${statement}/${cdr}`));
      return (await periodCdrs.find({ _id: { $in: keys } }).toArray()).map(toPeriodCdr);
    },
    removeCdrs,
  };
}

export function periodsThrough({ read, write }: Calls, collections: Periods): PeriodStore {
  const periods = periodCollection(collections);
  return {
    last: () => read(periods.last),
    append: (statement) => write((isAgain) => periods.append(statement, isAgain)),
    find: (query) => read(() => periods.find(query)),
    get: (id) => read(() => periods.get(id)),
    putCdrs: (rows) => write(() => periods.putCdrs(rows)),
    pageCdrs: (statement, page) => read(() => periods.pageCdrs(statement, page)),
    cdrsOf: (statements, cdrs) => read(() => periods.cdrsOf(statements, cdrs)),
    removeCdrs: (statement, limit) => write(() => periods.removeCdrs(statement, limit)),
  };
}
