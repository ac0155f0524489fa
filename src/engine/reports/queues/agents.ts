// report.agents: the calls and the time of each agent, by the events of the switch or by CDRs.
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import type { QueueMoment } from "../../../reports/queues/moments.ts";
import {
  type AgentSums,
  addAgentSums,
  agentFigures,
  createShift,
  emptyAgentSums,
  type Shift,
} from "../../../reports/queues/shifts.ts";
import { bucketAt } from "../../../reports/queues/stretches.ts";
import type { Store } from "../../../stores/store.ts";
import type { Clock } from "../../ports.ts";
import type { Reading } from "../sums.ts";
import { callInstant, type Placed, type QueueRequest, voiceCalls, waitOf } from "./queues.ts";
import { bucketsOf, createRows, queueMoments, readFrom } from "./span.ts";

export interface AgentRequest extends Omit<QueueRequest, "level" | "everyCall"> {
  agents?: string[] | undefined;
  /** Rows for each queue of an agent apart. */
  byQueue?: boolean | undefined;
  /** Reasons of a pause that is wrapping up, in any case. */
  wrapReasons: readonly string[];
}

type AgentFigures = ReturnType<typeof agentFigures>;
export type AgentRow = {
  source: string;
  agent: string;
  queue?: string | null | undefined;
} & Placed &
  AgentFigures;

export interface AgentReport {
  rows: AgentRow[];
  totals: AgentFigures;
}

/** @throws as `bucketsOf` and `queueMoments` */
export async function agentReport(
  { store, clock }: { store: Pick<Store, "queueEvents" | "cdrs">; clock: Clock },
  request: AgentRequest,
  reading: Reading,
): Promise<AgentReport> {
  const { byQueue = false } = request;
  const { stretches, places } = bucketsOf(request);
  const { rows, of } = createRows<AgentSums>(stretches.length, emptyAgentSums);
  const sumsOf = (agent: string, source: string, queue: string | null) =>
    byQueue ? of(agent, source, queue) : of(agent, source);
  if (request.basis === "events") {
    const shifts = new Map<AgentSums[], Shift>();
    const terms = {
      buckets: stretches,
      readFromMs: readFrom(request.fromMs),
      wrapReasons: new Set(request.wrapReasons.map((reason) => reason.toLowerCase())),
    };
    const shiftOf = (sums: AgentSums[]): Shift => {
      const known = shifts.get(sums) ?? createShift({ ...terms, sums });
      shifts.set(sums, known);
      return known;
    };
    const take = (moment: QueueMoment): void => {
      if (moment.agent === null) return;
      shiftOf(sumsOf(moment.agent, moment.source, moment.queue)).take(moment);
    };
    const { fromMs, toMs, sources, queues, agents } = request;
    const mayStop = () => ![...shifts.values()].some((shift) => shift.isTalkingSince(toMs));
    const wanted = { fromMs, toMs, sources, queues, agents };
    for await (const moment of queueMoments(store, wanted, { ...reading, mayStop })) take(moment);
    for (const shift of shifts.values()) shift.end(Math.min(toMs, clock()));
  } else {
    await countCdrs(store, request, { ...reading, stretches, sumsOf });
  }
  const totals = emptyAgentSums();
  for (const sums of rows.values()) for (const one of sums) addAgentSums(totals, one);
  // Who only called, or was there, outside of the range is in no row.
  const shown = [...rows]
    .filter(([, sums]) => sums.some((one) => Object.values(one).some((value) => value > 0)))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    rows: places.flatMap((place, index) =>
      shown.map(([key, sums]) => {
        const [agent, source, queue] = JSON.parse(key) as [string, string, string | null];
        const figures = agentFigures(sums[index] ?? emptyAgentSums());
        return { ...place, source, agent, ...(byQueue && { queue }), ...figures };
      }),
    ),
    totals: agentFigures(totals),
  };
}

type CdrCounting = Reading & {
  stretches: Parameters<typeof bucketAt>[0];
  sumsOf(agent: string, source: string, queue: string | null): AgentSums[];
};

async function countCdrs(
  store: Pick<Store, "cdrs">,
  { fromMs, toMs, sources, queues, agents }: AgentRequest,
  { scope, signal, stretches, sumsOf }: CdrCounting,
): Promise<void> {
  const wanted: CdrFilter = {
    callTime: { fromMs, toMs },
    ...(sources !== undefined && { sources }),
    ...(queues !== undefined && { queues }),
    ...(agents !== undefined && { agents }),
  };
  for await (const cdr of voiceCalls(store, wanted, { scope, signal })) {
    const { agent, queue, usage } = cdr.primary;
    const place = bucketAt(stretches, callInstant(cdr));
    if (agent === undefined || place === null) continue;
    const sums = sumsOf(agent, cdr.source, queue ?? null)[place];
    if (sums === undefined) continue;
    sums.rung += 1;
    if (usage === 0) sums.missed += 1;
    else addTalk(sums, { talkMs: usage, waitMs: waitOf(cdr) });
  }
}

function addTalk(
  sums: AgentSums,
  { talkMs, waitMs }: { talkMs: number; waitMs: number | null },
): void {
  sums.answered += 1;
  sums.completed += 1;
  sums.talked += 1;
  sums.talkMs += talkMs;
  sums.longestTalkMs = Math.max(sums.longestTalkMs, talkMs);
  if (waitMs === null) return;
  sums.waited += 1;
  sums.waitMs += waitMs;
  sums.longestWaitMs = Math.max(sums.longestWaitMs, waitMs);
}
