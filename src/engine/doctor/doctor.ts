// Looks at the whole installation and says what is not well, each with a remedy.
import { EVERYTHING } from "../../access/scope.ts";
import { EngineError } from "../../errors.ts";
import { type UpcomingRows, upcomingRows } from "../../rating/deck/upcoming.ts";
import type { Store } from "../../stores/store.ts";
import type { Jobs } from "../job-desk.ts";
import type { Clock } from "../ports.ts";
import type { Deliveries } from "../schedules/deliveries.ts";
import type { SystemStatus } from "../system-status.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { type Finding, inOrder, notWell, ok, spanText } from "./findings.ts";
import { type Host, hostFindings } from "./host.ts";
import { serviceFindings } from "./of-service.ts";
import { conditionFindings, lastRecordFinding } from "./of-store.ts";

export interface Doctor {
  /**
   * One finding a thing that was looked at, in the order of the checks. `deep`: what is stored is
   * read through for damage. A store that is away is a finding, not a fault of the look.
   */
  look(query: { deep: boolean }, signal?: AbortSignal): Promise<Finding[]>;
}

export interface DoctorParts {
  store: Pick<Store, "condition" | "cdrs">;
  clock: Clock;
  /** Null: this machine is not looked at. */
  host: Host | null;
  status(): Promise<SystemStatus>;
  snapshots: Pick<Snapshots, "timeline" | "peek">;
  jobs: Pick<Jobs, "list">;
  deliveries: Pick<Deliveries, "list">;
}

const DAY_MS = 86_400_000;
/** Rates that begin or end within this time are told. */
const SOON_MS = 7 * DAY_MS;
/** What failed before that is history. */
const RECENT_MS = 7 * DAY_MS;
const MOST_TOLD = 20;

export function createDoctor(parts: DoctorParts): Doctor {
  const { store, clock, host } = parts;
  return {
    async look(query, signal) {
      const nowMs = clock();
      const looks: (() => Promise<Finding[]> | Finding[])[] = [
        async () => (host === null ? [] : hostFindings(await host.look(), nowMs)),
        async () => serviceFindings(await parts.status(), nowMs),
        async () => {
          const condition = await store.condition(query, signal);
          return conditionFindings({ condition, serverAskedMs: clock() });
        },
        async () => [lastRecordFinding(await lastReceived(store, signal), clock())],
        () => rateFindings(parts, nowMs),
        () => jobFindings(parts, nowMs),
        () => deliveryFindings(parts),
      ];
      const found: Finding[] = [];
      for (const look of looks) found.push(...(await lookAt(look)));
      return inOrder(toldOnce(found));
    },
  };
}

/** What cannot be read from the store is a finding, and the rest is looked at. */
async function lookAt(look: () => Promise<Finding[]> | Finding[]): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== "store-unavailable") throw error;
    const { message, detail } = error;
    const remedy = detail.hint ?? "See to the store; records are refused with 503 until then.";
    return [notWell("fault", "store", { message, remedy })];
  }
}

/** A store that is away says so to each look. */
function toldOnce(findings: readonly Finding[]): Finding[] {
  const told = new Set<string>();
  return findings.filter((finding) => {
    const text = JSON.stringify(finding);
    return !told.has(text) && told.add(text);
  });
}

async function lastReceived(
  { cdrs }: Pick<Store, "cdrs">,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const sort = { by: "receivedAt", descending: true } as const;
  const page = await cdrs.find({ filter: {}, sort, limit: 1 }, signal && { signal });
  return page.cdrs[0]?.receivedAtMs ?? null;
}

function rateFindings({ snapshots }: DoctorParts, nowMs: number): Finding[] {
  const timeline = snapshots.timeline();
  const found: Finding[] = [];
  for (const entry of timeline.inForce(nowMs)) {
    const { tenant: subject, version } = entry;
    const next = timeline.until(entry);
    if (next !== null && next.untilMs <= nowMs + SOON_MS) {
      const span = spanText(next.untilMs - nowMs);
      found.push(ok("rates", `In ${span} the version ${next.next} comes into force.`, subject));
    }
    const snapshot = snapshots.peek(version);
    if (snapshot?.kind === "native") {
      const rows = upcomingRows(snapshot.native, { nowMs, untilMs: nowMs + SOON_MS });
      found.push(...rows.map((deck) => deckFinding(deck, subject)));
    }
  }
  return found.length > 0 ? found : [ok("rates", "No rate begins or ends within seven days.")];
}

function deckFinding({ file, begin, end, endWithoutNext }: UpcomingRows, subject: string): Finding {
  const told = `${file}: within seven days ${begin} rates begin and ${end} end`;
  if (endWithoutNext === 0) return ok("rates", `${told}.`, subject);
  return notWell("warning", "rates", {
    ...{ subject, message: `${told}, ${endWithoutNext} of them with nothing after them.` },
    remedy: "Load a deck that goes on, or calls to these prefixes go by a shorter prefix or none.",
  });
}

async function jobFindings({ jobs }: DoctorParts, nowMs: number): Promise<Finding[]> {
  const page = await jobs.list({ states: ["failed"], limit: MOST_TOLD }, EVERYTHING);
  const recent = page.jobs.filter(({ updatedAtMs }) => updatedAtMs >= nowMs - RECENT_MS);
  if (recent.length === 0) return [ok("jobs", "No job failed within seven days.")];
  return recent.map(({ id, kind, subject, fault }) =>
    notWell("fault", "jobs", {
      subject: `${kind} ${id}`,
      message: `It failed (${subject}): ${fault ?? "no reason is noted"}`,
      remedy: "See to the reason and begin it again; what it had done is kept.",
    }),
  );
}

async function deliveryFindings({ deliveries }: DoctorParts): Promise<Finding[]> {
  const states = ["unknown", "failed", "refused"] as const;
  const by = { credential: null, name: "doctor", scope: EVERYTHING };
  const page = await deliveries.list({ limit: MOST_TOLD, states }, by);
  if (page.deliveries.length === 0) return [ok("deliveries", "Every report was taken.")];
  return page.deliveries.map(({ id, schedule, state, fault }) =>
    notWell(state === "unknown" ? "warning" : "fault", "deliveries", {
      subject: `${schedule} ${id}`,
      message: state === "unknown" ? "Nobody knows whether it was taken." : (fault ?? state),
      remedy: `cdrate delivery resend ${id}`,
    }),
  );
}
