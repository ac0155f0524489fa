// A store in a data base of its own, with a proxy between that answers what a test tells it.
import { randomUUID } from "node:crypto";
import { type Db, MongoClient } from "mongodb";
import { type MongoStoreOptions, openMongoStore } from "../../../src/stores/mongo/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { mongoAddress, mongoUrl, mongoUrlThrough } from "../mongo-urls.ts";
import { startWireProxy, type WireProxy } from "./wire-faults.ts";

export interface ProxiedStores {
  proxy: WireProxy;
  /** Of the data base, through the proxy. */
  url: string;
  /** The data base, past the proxy. */
  database: Db;
  open(options?: Omit<MongoStoreOptions, "url">): Promise<Store>;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** @param uri of the test server */
export async function proxiedStores(uri: string): Promise<ProxiedStores> {
  const { hostname, port } = mongoAddress(uri);
  const proxy = await startWireProxy(hostname, port);
  const name = `cdrate-test-${randomUUID()}`;
  // Polled: a server that streams its state would break off where a test answers `hello` itself.
  // A driver looks for a server that it lost no sooner than half a second after its last look.
  const seen = { serverMonitoringMode: "poll", minHeartbeatFrequencyMS: "20" };
  // Every call of a store is sent at once, and each has a connection.
  const options = { retryWrites: "false", maxPoolSize: "300", ...seen };
  const url = mongoUrlThrough({ uri, port: proxy.port, name }, options);
  const direct = new MongoClient(mongoUrl(uri, name));
  const stores: Store[] = [];
  return {
    proxy,
    url,
    database: direct.db(),
    async open(options = {}) {
      const store = await openMongoStore({ url, ...options });
      stores.push(store);
      return store;
    },
    async close() {
      proxy.meet(null);
      for (const store of stores) await store.close();
      await direct.close();
      await proxy.close();
    },
  };
}
