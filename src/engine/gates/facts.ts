// What gates look at: the version, the one in force before it, its last back-test, the rates that move.
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { MoveTimes, PriceMoves } from "../../tariffs/diff/price-moves.ts";
import { BACKTEST, type BacktestBody } from "../backtest/job.ts";
import type { TariffCompiler } from "../ports.ts";

export interface GateFacts {
  version: TariffVersion;
  /** The version that prices the calls of the tenant now; null: none does. */
  inForce: TariffVersion | null;
  /** Who is about to activate it. */
  by: string;
  /** Each is looked up where a gate asks. */
  backtest(): Promise<TestedBy | null>;
  /** `unknown`: of what is no native tariff; null: nothing was in force before. */
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

export async function movedRates(
  { store, compiler }: { store: Store; compiler: TariffCompiler },
  versions: Pick<GateFacts, "version" | "inForce">,
  moves: MoveTimes,
): Promise<PriceMoves | "unknown" | null> {
  const { version, inForce } = versions;
  if (inForce === null) return null;
  if (version.kind !== "native" || inForce.kind !== "native") return "unknown";
  const [from, to] = await Promise.all(
    [inForce, version].map((one) => store.tariffs.getFiles(one.version)),
  );
  const request = { from: from ?? null, to: to ?? {}, moves };
  const found = await compiler.changes(request, version.tenants.join("\n"));
  return found.ok ? found.moves : "unknown";
}
