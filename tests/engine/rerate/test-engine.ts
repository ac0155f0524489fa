// An engine on a fresh store with a small tariff, for the tests of rerating.

import { randomUUID } from "node:crypto";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { composeEngine } from "../../../src/compose/engine.ts";
import { openStore } from "../../../src/compose/open-store.ts";
import { readSettings } from "../../../src/config/config.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { readCdrObject } from "../../../src/formats/cdr-object.ts";
import type { RawCdr } from "../../../src/formats/format.ts";
import type { SourceSettings } from "../../../src/mediation/source-settings.ts";
import type { Store } from "../../../src/stores/store.ts";
import type { Gates } from "../../../src/tariffs/gates.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";

export const TENANT = "example.com";

const mongoUri = await mongoTestUri();

export const STORES = [
  { name: "sqlite", url: () => "sqlite::memory:" },
  ...(mongoUri === null ? [] : [{ name: "mongo", url: () => mongoUrl(mongoUri) }]),
];

/** A tariff whose Spanish retail rate is `sell`; buy is half of 0.10 by Alpha, if there is one. */
function tariffFiles(
  sell: string,
  others = "",
  voipPlan = "gold",
  tenant = TENANT,
): Record<string, string> {
  return {
    "tariff.yaml": `tenant: ${tenant}
currency: EUR
retailPlans: { standard: { deck: retail.csv } }
carrierPlans: { alpha: { carrier: Alpha, deck: alpha.csv } }
voipPlans: { gold: { retail: [standard], carriers: [alpha] }, none: { retail: [standard] } }
accounts: accounts.csv
`,
    "retail.csv": `prefix,rate\n34,${sell}\n44,0.50\n${others}`,
    "alpha.csv": "prefix,rate\n34,0.05\n44,0.25\n",
    "accounts.csv": `account,voip_plan,numbering,from\n*any,${voipPlan},,\n`,
  };
}

export interface TestEngine {
  engine: ComposedEngine;
  store: Store;
  /** Milliseconds since the epoch; the clock of every engine. */
  now: { ms: number };
  /** Another engine on the same store, as another process would be. */
  another(
    wrap?: (store: Store) => Store,
    sources?: SourceSettings[],
    gates?: Gates,
  ): Promise<ComposedEngine>;
  /** `voipPlan`: the one that accounts.csv assigns. */
  load(sell: string, others?: string, voipPlan?: string, tenant?: string): Promise<string>;
  /** Answers the id, whatever the outcome; by another engine when one is given. `leg`: a or b. */
  post(id: string, fields?: Record<string, string | number>, by?: ComposedEngine): Promise<string>;
  close(): Promise<void>;
}

export async function createTestEngine(url: string): Promise<TestEngine> {
  const now = { ms: Date.parse("2026-03-10T12:00:00Z") };
  const settings = readSettings({ environment: {}, flags: { store: url } });
  const store = await openStore(settings);
  const engines: ComposedEngine[] = [];
  // The store is closed once, at the end, whichever engine goes.
  const shared = new Proxy(store, {
    get: (target, name, receiver) =>
      name === "close" ? async () => undefined : Reflect.get(target, name, receiver),
  });
  async function another(
    wrap: (store: Store) => Store = (same) => same,
    sources: SourceSettings[] = settings.sources,
    tariffGates: Gates = {},
  ): Promise<ComposedEngine> {
    const engine = await composeEngine(
      { ...settings, sources, tariffGates },
      {
        store: wrap(shared),
        // Threads would read past the wrap.
        leastForThreads: Number.POSITIVE_INFINITY,
        clock: () => now.ms,
        log: SILENT,
      },
    );
    engines.push(engine);
    return engine;
  }
  const engine = await another();
  return {
    engine,
    store,
    now,
    another,
    async load(...of) {
      return (await engine.tariffs.load({ files: tariffFiles(...of) })).version;
    },
    async post(id, { leg, ...fields } = {}, by = engine) {
      const object = {
        originId: id,
        tenant: TENANT,
        account: "1001",
        destination: "34650123456",
        answerTime: "2026-03-05T10:00:00Z",
        usage: "60s",
        ...fields,
      };
      const source = by.sourceOf({ path: "/jsonrpc", address: "127.0.0.1", credential: null });
      const bytes = Buffer.from(JSON.stringify({ ...object, nonce: randomUUID() }));
      const read = readCdrObject(object);
      if (!read.ok) throw new Error(read.detail);
      const raw: RawCdr = leg === "a" || leg === "b" ? { ...read.raw, leg } : read.raw;
      const arrival = { source, format: "cdr-object", bytes, scope: EVERYTHING };
      const answer = await by.intake.process(arrival, { ok: true, raw });
      return answer.id ?? "";
    },
    async close() {
      for (const one of engines) await one.close();
      await store.close();
    },
  };
}

/** Waits for the work under way and answers how the job stands. */
export async function settled(engine: ComposedEngine, job: string) {
  await engine.rerates.settled(job);
  return engine.rerates.get(job);
}
