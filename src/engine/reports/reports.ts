// Reports over stored CDRs, each within the scope of whoever asks; every sum is that of the records.
import { requireNoCustomer } from "../../access/scope.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { GroupReportName } from "../../reports/groups.ts";
import { type Ranking, type RankOrder, ranking } from "../../reports/ranking.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";
import { refuseEmptySpan } from "../time-span.ts";
import { type ConcurrentRequest, type ConcurrentRow, concurrentReport } from "./concurrent.ts";
import { type AgentReport, type AgentRequest, agentReport } from "./queues/agents.ts";
import { type QueueReport, type QueueRequest, queueReport } from "./queues/queues.ts";
import { seenReport } from "./seen-report.ts";
import { type Statement, type StatementRequest, statementOf } from "./statement.ts";
import { type Reading, reportSums, type SummedFrom } from "./sums.ts";
import { type TrafficReport, type TrafficRequest, trafficReport } from "./traffic.ts";

export interface GroupRequest {
  report: GroupReportName;
  filter: CdrFilter;
  timeZone: string;
  /** Absent: that of the report. */
  sort?: RankOrder | undefined;
  top: number;
}

export interface Reports {
  traffic(request: TrafficRequest, reading: Reading): Promise<TrafficReport>;
  /** @throws `forbidden` for a report that tells of the buy side, where the scope does not see it */
  group(request: GroupRequest, reading: Reading): Promise<Ranking & { from: SummedFrom }>;
  /** In the order of time, then of the groups. */
  concurrent(request: ConcurrentRequest, reading: Reading): Promise<ConcurrentRow[]>;
  statement(request: StatementRequest, reading: Reading): Promise<Statement>;
  /** In the order of time, then of queues. By events @throws `forbidden` unless the scope sees everything */
  queues(request: QueueRequest, reading: Reading): Promise<QueueReport>;
  /** In the order of time, then of agents. @throws as `queues` */
  agents(request: AgentRequest, reading: Reading): Promise<AgentReport>;
}

export function createReports({ store, clock }: { store: Store; clock: Clock }): Reports {
  return {
    traffic: (request, reading) => trafficReport(store, request, reading),
    concurrent: (request, reading) => concurrentReport({ store, clock }, request, reading),
    statement: (request, reading) => statementOf(store, request, reading),
    async queues(request, reading) {
      requireNoCustomer(reading.scope);
      return queueReport(store, request, reading);
    },
    async agents(request, reading) {
      requireNoCustomer(reading.scope);
      return agentReport({ store, clock }, request, reading);
    },
    async group({ report: name, filter, timeZone, sort, top }, reading) {
      const report = seenReport(name, reading.scope);
      const { callTime = {} } = filter;
      refuseEmptySpan(callTime, { what: "range of `callTime`", path: "filter.callTime" });
      const { keys: groupBy, outcomes, tellsOfBuy } = report;
      const named = outcomes === undefined ? filter : { outcomes: [...outcomes], ...filter };
      const wanted = { filter: named, groupBy, timeZone, tellsOfBuy };
      const { rows, from } = await reportSums(store, wanted, reading);
      return { ...ranking(report, rows, { sort: sort ?? report.sort, top }), from };
    },
  };
}
