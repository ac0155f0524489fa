// What gates look at: the version, the one in force before it, its last back-test, the rates that move.
import { cgratesPriceMoves } from "../../cgrates/repriced/moved.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { MoveTimes, PriceMoves } from "../../tariffs/diff/price-moves.ts";
import { BACKTEST, type BacktestBody } from "../backtest/job.ts";
import type { Snapshot, TariffCompiler } from "../ports.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";

export interface GateFacts {
  version: TariffVersion;
  /** The version that prices the calls of the tenant now; null: none does. */
  inForce: TariffVersion | null;
  /** Who is about to activate it. */
  by: string;
  /** Each is looked up where a gate asks. */
  backtest(): Promise<TestedBy | null>;
  /** `unknown`: of two that are not of one kind; null: nothing was in force before. */
  moves(): Promise<PriceMoves | "unknown" | null>;
}

/** The last back-test of the version against the one in force that priced an answered call. */
export interface TestedBy {
  job: string;
  answered: number;
  /** Calls with a margin below 0. */
  losing: number;
}

export async function lastBacktest(
  { jobs }: Pick<Store, "jobs">,
  { tenant, version, inForce }: { tenant: string; version: string; inForce: string | null },
): Promise<TestedBy | null> {
  const { jobs: found } = await jobs.list({
    kinds: [BACKTEST.kind],
    states: ["done"],
    limit: 1,
    isWanted(job) {
      const { proposed, live, report } = job.body as unknown as BacktestBody;
      return (
        proposed.version === version && live[tenant] === inForce && (report?.answered ?? 0) > 0
      );
    },
  });
  const [job] = found;
  if (job === undefined) return null;
  const { report } = job.body as unknown as BacktestBody;
  return { job: job.id, answered: report?.answered ?? 0, losing: report?.losing.new ?? 0 };
}

export interface MovedParts {
  store: Store;
  compiler: TariffCompiler;
  snapshots: Pick<Snapshots, "get">;
}

/** @param compiled the version, where it is not stored yet */
export async function movedRates(
  parts: MovedParts,
  {
    version,
    inForce,
    compiled = () => parts.snapshots.get(version.version),
  }: Pick<GateFacts, "version" | "inForce"> & {
    compiled?: (() => Promise<Snapshot>) | undefined;
  },
  moves: MoveTimes,
): Promise<PriceMoves | "unknown" | null> {
  const { store, compiler, snapshots } = parts;
  if (inForce === null) return null;
  if (version.kind !== inForce.kind) return "unknown";
  if (version.kind === "cgrates") {
    return cgratesMoves(await snapshots.get(inForce.version), await compiled(), moves);
  }
  const [from, to] = await Promise.all(
    [inForce, version].map((one) => store.tariffs.getFiles(one.version)),
  );
  const request = { from: from ?? null, to: to ?? {}, moves };
  const found = await compiler.changes(request, version.tenants.join("\n"));
  return found.ok ? found.moves : "unknown";
}

async function cgratesMoves(
  from: Snapshot,
  to: Snapshot,
  times: MoveTimes,
): Promise<PriceMoves | "unknown"> {
  if (from.kind !== "cgrates" || to.kind !== "cgrates") return "unknown";
  const work = cgratesPriceMoves(from.cgrates, to.cgrates, times);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (isTurnOver()) await ownTurn();
  }
}
