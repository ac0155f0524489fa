// Activation past the gates of the tariff in force: it is refused with every gate that fails, or done
// over them for a reason that is kept.
import { EVERYTHING, requireTenants, requireWhole, type Scope } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { Gates } from "../../tariffs/gates.ts";
import { gatesOf } from "../../tariffs/settings/gates-of.ts";
import type { Clock, TariffCompiler } from "../ports.ts";
import type { Standing, TariffLife } from "../tariffs/life.ts";
import { createTimeline } from "../tariffs/timeline.ts";
import { lastBacktest, movedRates } from "./facts.ts";
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

export interface GateParts {
  store: Store;
  compiler: TariffCompiler;
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
  /** Gates that are not asked. */
  except?: readonly (keyof Gates)[];
}

/** @throws `gates-failed` with every gate that fails in `data.gates` */
export async function requireGates(parts: GateParts, passing: Passing): Promise<void> {
  const failed = await failures(parts, passing);
  if (failed.length > 0) throw refusal(failed);
}

/** Of every tenant of the version, each failure once. */
async function failures(
  parts: GateParts,
  { facts, fromMs, by, except = [] }: Passing,
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
      set.filter(([name]) => !except.includes(name as keyof Gates)),
    );
    const times = { nowMs, fromMs: fromMs ?? nowMs };
    const failed = await failuresOf(gates, {
      version: facts,
      inForce,
      by,
      backtest: once(() =>
        lastBacktest(store, { tenant, version: facts.version, inForce: before }),
      ),
      moves: once(() => movedRates(parts, { version: facts, inForce }, times)),
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

function refusal(failed: GateFailure[]): Error {
  const lines = failed.map(({ gate, message }) => `${gate}: ${message}`);
  return engineError("gates-failed", `It is not activated. ${lines.join(" ")}`, {
    path: "version",
    hint: "Mend the version, or activate it with an override and its reason, which is kept.",
    data: { gates: failed },
  });
}
