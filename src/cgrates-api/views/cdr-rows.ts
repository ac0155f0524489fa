// Stored CDRs as the engine's records: one for each billing run.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Moment } from "../../cdr/moment.ts";
import type { DescriptorPrice } from "../../cgrates/semantics/descriptor.ts";
import type { BillingRun } from "../../engine/records/cgrates/billing-runs.ts";
import { durationText } from "../values/duration.ts";
import { timeText, ZERO_TIME } from "../values/time.ts";
import { debits } from "./account-debit.ts";
import { debitedEventCost, type EventCost, eventCost, freeEventCost } from "./event-cost.ts";

/** What is known of a run before it is priced, and its price. */
export interface CdrRow {
  CGRID: string;
  RunID: string;
  OrderID: number;
  OriginHost: string;
  Source: string;
  OriginID: string;
  ToR: string;
  RequestType: string;
  Tenant: string;
  Category: string;
  Account: string;
  Subject: string;
  Destination: string;
  ExtraFields: Record<string, string>;
  ExtraInfo: string;
  CostSource: string;
  Cost: number;
  CostDetails: EventCost | null;
  setup: Moment | undefined;
  answer: Moment | undefined;
  /** For orders: the zero time where there is none. */
  setupMs: number;
  answerMs: number;
  usageNs: number;
}

/** Runs of one CDR in the engine's numbering of records: more than any tariff makes. */
const RUNS = 8;
/** Numbers of the CDRs of one millisecond. */
const IN_A_MILLISECOND = 256;

/** A number that grows with the time of arrival, and is the same each time that it is asked for. */
function orderId({ receivedAtMs, id }: StoredCdr, run: number): number {
  const place = Number.parseInt(id.slice(0, 2), 16) % IN_A_MILLISECOND;
  return (receivedAtMs * IN_A_MILLISECOND + place) * RUNS + (run % RUNS);
}

/** The row without its price. */
export function unpricedRow(cdr: StoredCdr, { id, call }: BillingRun, index: number): CdrRow {
  const { primary } = cdr;
  const zeroMs = Date.parse(ZERO_TIME);
  return {
    CGRID: cdr.id,
    RunID: id,
    OrderID: orderId(cdr, index),
    OriginHost: primary.originHost,
    Source: primary.source,
    OriginID: primary.originId,
    ToR: call.tor,
    RequestType: call.requestType,
    Tenant: call.tenant,
    Category: call.category,
    Account: call.account,
    Subject: call.subject,
    Destination: call.destination,
    ExtraFields: extraTexts(cdr),
    ExtraInfo: "",
    CostSource: "",
    Cost: sentCost(cdr),
    CostDetails: null,
    setup: primary.setupTime,
    answer: primary.answerTime,
    setupMs: primary.setupTime?.atMs ?? zeroMs,
    answerMs: primary.answerTime?.atMs ?? zeroMs,
    usageNs: primary.sentUsageNs ?? primary.usage * (primary.tor === "*voice" ? 1e6 : 1),
  };
}

/** What a run that is not rated costs: what its sender said, −1 where nothing was. */
function sentCost({ primary, extra }: StoredCdr): number {
  if (primary.sentCost !== undefined) return primary.sentCost;
  const written = extra["Cost"];
  const read = typeof written === "string" && written.trim() !== "" ? Number(written) : written;
  return typeof read === "number" && Number.isFinite(read) ? read : -1;
}

/** Members of a record that a form may have sent, which are no extra fields there. */
const MEMBERS = new Set(
  "CGRID RunID OrderID ExtraInfo Partial PreRated CostSource Cost CostDetails".split(" "),
);

/** By their names; what is no text is written as JSON. */
function extraTexts({ extra }: StoredCdr): Record<string, string> {
  return Object.fromEntries(
    Object.entries(extra)
      .filter(([name]) => !MEMBERS.has(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** The row with its price. */
export function pricedRow(row: CdrRow, run: BillingRun): CdrRow {
  const priced = run.priced();
  if (priced.kind === "none") return row;
  if (priced.kind === "failed") return { ...row, Cost: -1, ExtraInfo: priced.error };
  const { cost, price } = priced;
  const begun = row.answer ?? row.setup;
  const startTime = begun === undefined ? ZERO_TIME : timeText(begun);
  const named = { id: row.CGRID, run: row.RunID, startTime };
  const details = price === null ? null : detailsOf(row, { price, named });
  return { ...row, CostSource: "*cdrs", Cost: Number(cost), CostDetails: details };
}

function detailsOf(
  row: CdrRow,
  { price, named }: { price: DescriptorPrice; named: Parameters<typeof eventCost>[1] },
): EventCost {
  if (row.usageNs === 0) return freeEventCost(named);
  if (!debits(row.RequestType)) return eventCost(price, named);
  const payer = { tenant: row.Tenant, account: row.Account };
  return debitedEventCost(price, named, { payer, isRounded: true });
}

function shared(row: CdrRow) {
  const { CGRID, RunID, OrderID, OriginHost, Source, OriginID, ToR, RequestType } = row;
  const { Tenant, Category, Account, Subject, Destination } = row;
  return {
    ...{ CGRID, RunID, OrderID, OriginHost, Source, OriginID, ToR, RequestType },
    ...{ Tenant, Category, Account, Subject, Destination },
  };
}

function written(moment: Moment | undefined, wholeSeconds: boolean): string {
  return moment === undefined ? ZERO_TIME : timeText(moment, wholeSeconds);
}

/** As `CDRsV1.GetCDRs` answers it. */
export function cdrView(row: CdrRow) {
  const { ExtraFields, ExtraInfo, CostSource, Cost, CostDetails } = row;
  return {
    ...shared(row),
    SetupTime: written(row.setup, false),
    AnswerTime: written(row.answer, false),
    Usage: row.usageNs,
    ...{ ExtraFields, ExtraInfo, Partial: false, PreRated: false, CostSource, Cost, CostDetails },
  };
}

/** As `APIerSv2.GetCDRs` answers it: texts, and the details as JSON in one. */
export function externalView(row: CdrRow) {
  const { ExtraFields, ExtraInfo, CostSource, Cost, CostDetails } = row;
  return {
    ...shared(row),
    SetupTime: written(row.setup, true),
    AnswerTime: written(row.answer, true),
    Usage: row.ToR === "*voice" ? durationText(row.usageNs) : String(row.usageNs),
    ...{ ExtraFields, CostSource, Cost, CostDetails: JSON.stringify(CostDetails), ExtraInfo },
    PreRated: false,
  };
}
