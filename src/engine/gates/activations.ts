// Activation past the gates of the tariff in force: it is refused with every gate that fails, or done
// over them for a reason that is kept.
import { EVERYTHING, requireTenants, requireWhole, type Scope } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Gates } from "../../tariffs/gates.ts";
import { gatesOf } from "../../tariffs/settings/gates-of.ts";
import type { Clock, Snapshot } from "../ports.ts";
import type { Standing, TariffLife } from "../tariffs/life.ts";
import { createTimeline } from "../tariffs/timeline.ts";
import { lastBacktest, type MovedParts, movedRates } from "./facts.ts";
import { failuresOf, type GateFailure } from "./gates.ts";

export interface AskedActivation {
  version: string;
  /** From this moment on; absent: from now on. */
  fromMs?: number | undefined;
  by: string;
  /** Why it is activated whatever gates say. */
  override?: string | undefined;
}

export interface Activated {
  entries: Standing[];
  /** Gates that it failed and that were overridden. */
  overridden: GateFailure[];
}

export interface Activations {
  /**
   * As `TariffLife.activate`. @throws `gates-failed` with every gate that fails in `data.gates`, unless
   * it is overridden; `not-found`, `forbidden`
   */
  activate(asked: AskedActivation, scope?: Scope): Promise<Activated>;
}

export interface GateParts extends MovedParts {
  clock: Clock;
  /** For the first version of a tenant, and where a CGRateS folder is in force. */
  gates: Gates;
}

interface Parts extends GateParts {
  tariffs: Pick<TariffLife, "activate">;
}

export function createActivations(parts: Parts): Activations {
  const { store, tariffs } = parts;

  return {
    async activate({ version, fromMs, by, override }, scope = EVERYTHING) {
      requireWhole(scope);
      const facts = await store.tariffs.get(version);
      requireTenants(scope, facts?.tenants ?? []);
      const failed = facts === null ? [] : await failures(parts, { facts, fromMs, by });
      if (failed.length > 0 && override === undefined) throw refusal(failed);
      return { entries: await tariffs.activate(version, { fromMs, scope }), overridden: failed };
    },
  };
}

/** What an activation is asked for, as far as gates look at it. */
interface Passing {
  facts: TariffVersion;
  fromMs: number | undefined;
  by: string;
  /** Set where a change of a plan in force asks, of which no version is stored yet. */
  change?: LiveChangePassing;
}

interface LiveChangePassing {
  compiled(): Promise<Snapshot>;
  /** Gates that are not asked. */
  except: readonly (keyof Gates)[];
}

/** @throws `gates-failed` with every gate that fails in `data.gates` */
export async function requireGates(parts: GateParts, passing: Passing): Promise<void> {
  const failed = await failures(parts, passing);
  if (failed.length > 0) throw refusal(failed, passing.change !== undefined);
}

/** Of every tenant of the version, each failure once. */
async function failures(
  parts: GateParts,
  { facts, fromMs, by, change }: Passing,
): Promise<GateFailure[]> {
  const { store, clock } = parts;
  const nowMs = clock();
  const timeline = createTimeline(await store.tariffs.activations());
  const found = new Map<string, GateFailure>();
  for (const tenant of facts.tenants) {
    const before = timeline.versionAt(tenant, nowMs, nowMs);
    const inForce = before === null ? null : await store.tariffs.get(before);
    const set = Object.entries(await gatesInForce(parts, inForce));
    const gates: Gates = Object.fromEntries(
      set.filter(([name]) => change?.except.includes(name as keyof Gates) !== true),
    );
    const times = { nowMs, fromMs: fromMs ?? nowMs };
    const failed = await failuresOf(gates, {
      version: facts,
      inForce,
      by,
      backtest: once(() =>
        lastBacktest(store, { tenant, version: facts.version, inForce: before }),
      ),
      moves: once(() =>
        movedRates(parts, { version: facts, inForce, compiled: change?.compiled }, times),
      ),
    });
    for (const failure of failed) found.set(JSON.stringify(failure), failure);
  }
  return [...found.values()];
}

async function gatesInForce(
  { store, gates }: GateParts,
  inForce: TariffVersion | null,
): Promise<Gates> {
  if (inForce?.kind !== "native") return gates;
  const files = await store.tariffs.getFiles(inForce.version);
  return gatesOf(files?.["tariff.yaml"] ?? "");
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= look();
    return found;
  };
}

function refusal(failed: GateFailure[], isLiveChange = false): Error {
  const lines = failed.map(({ gate, message }) => `${gate}: ${message}`);
  const past = isLiveChange ? ` ${PAST_LIVE_GATES}` : "";
  return engineError("gates-failed", `It is not activated. ${lines.join(" ")}${past}`, {
    path: "version",
    hint: isLiveChange
      ? PAST_LIVE_GATES
      : "Mend the version, or activate it with an override and its reason, which is kept.",
    data: { gates: failed },
  });
}

/** Nothing is kept of a change that is refused, so there is no version to be activated over the gates. */
const PAST_LIVE_GATES =
  "Change less at once, or load the whole plan as a folder (`tariff.load`) and activate that with an override and its reason, which is kept.";
