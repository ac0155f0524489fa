// Reads of CDRs: lists, counts, the cost of one.
import { bool, embedded, int, struct, text, texts } from "../codec/go-type.ts";
import { ApiError, type ApiMethod, requireMembers, type Service, serverError } from "../method.ts";
import { filterFields } from "../values/cdr-filter.ts";
import { type CdrRow, cdrView, externalView, pricedRow, unpricedRow } from "../views/cdr-rows.ts";
import { rowsFound, selected, wantedRows } from "./cdr-rows.ts";

/** The filter as methods of CDRs embed it. */
const filterParams = struct("utils.RPCCDRsFilterWithAPIOpts", {
  ...embedded("RPCCDRsFilter", filterFields),
  Tenant: text,
});

/** A list of rows; where there is none, the fault. */
function listMethod(
  params: ApiMethod["params"],
  view: (row: CdrRow) => unknown,
  notFound: () => Error,
): ApiMethod {
  return {
    params,
    permission: "cdr.read",
    writes: false,
    heavy: true,
    async run(asked, context) {
      const rows = await rowsFound(await wantedRows(asked, context), context);
      if (rows.length === 0) throw notFound();
      return rows.map(view);
    },
  };
}

const getCdrs = listMethod(filterParams, cdrView, () => serverError("NOT_FOUND"));

const count: ApiMethod = {
  params: filterParams,
  permission: "cdr.read",
  writes: false,
  heavy: true,
  async run(params, context) {
    const wanted = await wantedRows(params, context);
    // As over SQL: a count is one row, which an offset leaves out.
    if (wanted.offset !== undefined && wanted.offset > 0) return 0;
    let found = 0;
    for await (const { rows } of selected(wanted, context)) found += rows.length;
    return found;
  },
};

const externalCdrs = listMethod(filterFields, externalView, () => new ApiError("NOT_FOUND"));

const countCdrs: ApiMethod = { ...count, params: filterFields };

/** Lists of the filter of before, by their names now. */
const EARLIER_LISTS = {
  CgrIds: "CGRIDs",
  MediationRunIds: "RunIDs",
  TORs: "ToRs",
  CdrHosts: "OriginHosts",
  CdrSources: "Sources",
  ReqTypes: "RequestTypes",
  Tenants: "Tenants",
  Categories: "Categories",
  Accounts: "Accounts",
  Subjects: "Subjects",
  DestinationPrefixes: "DestinationPrefixes",
} as const;

/** The filter of before: its own names of lists, times of the answer, errors left out. */
const earlierCdrs: ApiMethod = {
  params: struct("utils.AttrGetCdrs", {
    ...Object.fromEntries(Object.keys(EARLIER_LISTS).map((name) => [name, texts])),
    OrderIdStart: int,
    OrderIdEnd: int,
    TimeStart: text,
    TimeEnd: text,
    SkipErrors: bool,
    SkipRated: bool,
    OrderBy: text,
    Limit: int,
    Offset: int,
  }),
  permission: "cdr.read",
  writes: false,
  heavy: true,
  async run(params, context) {
    const lists = Object.entries(EARLIER_LISTS).map(([name, now]) => [now, params[name]]);
    const times = { AnswerTimeStart: params.TimeStart, AnswerTimeEnd: params.TimeEnd };
    const none = { SetupTimeStart: "", SetupTimeEnd: "", CreatedAtStart: "", CreatedAtEnd: "" };
    const others = { UpdatedAtStart: "", UpdatedAtEnd: "", MinUsage: "", MaxUsage: "" };
    const { OrderIdStart, OrderIdEnd, SkipErrors, SkipRated, OrderBy, Limit, Offset } = params;
    // What has neither a price nor an error there is none of.
    if (SkipErrors && SkipRated) throw new ApiError("NOT_FOUND");
    const costs = SkipRated ? { MaxCost: 0 } : SkipErrors ? { MinCost: 0, MaxCost: -1 } : {};
    const ExtraArgs = { OrderIDStart: OrderIdStart, OrderIDEnd: OrderIdEnd, ...costs };
    const paged = { OrderBy, Limit, Offset, ExtraArgs };
    const asked = { ...Object.fromEntries(lists), ...times, ...none, ...others, ...paged };
    return externalCdrs.run(asked, context);
  },
};

const eventCostOf: ApiMethod = {
  params: struct("utils.AttrGetCallCost", { CgrId: text, RunId: text }),
  permission: "cdr.read",
  writes: false,
  async run(params, { engine, caller }) {
    requireMembers(params, ["CgrId"]);
    const filter = { ids: [params.CgrId] };
    const { cdrs } = await engine.cdrs.find(
      { filter, sort: { by: "callTime", descending: false }, limit: 1 },
      { scope: caller.scope },
    );
    const [cdr] = cdrs;
    const runs = cdr === undefined ? [] : await engine.cdrs.billingRuns(cdr);
    const run = runs.find(({ id }) => id === (params.RunId || "*default"));
    if (cdr === undefined || run === undefined) throw new ApiError("NOT_FOUND");
    const { CostDetails } = pricedRow(unpricedRow(cdr, run, 0), run);
    if (CostDetails === null) throw new ApiError("NOT_FOUND");
    return CostDetails;
  },
};

export const cdrReads: Service = { GetCDRs: getCdrs, GetCDRsCount: count };
export const apierCdrs: Service = { GetCDRs: earlierCdrs, GetEventCost: eventCostOf };
export const apierCdrsV2: Service = { GetCDRs: externalCdrs, CountCDRs: countCdrs };
