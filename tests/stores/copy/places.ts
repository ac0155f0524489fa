// Stores of both kinds for tests of copies, by their URLs.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { mongoUrl } from "../mongo-urls.ts";

export type Kind = "sqlite" | "mongo";

export interface Places {
  /** The URL of a store that is not there yet. */
  fresh(kind: Kind): string;
  remove(): void;
}

export function createPlaces(mongoUri: string | null): Places {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-copy-"));
  return {
    fresh(kind) {
      if (kind === "sqlite") return `sqlite:${join(folder, `${randomUUID()}.db`)}`;
      return mongoUrl(mongoUri);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function openAt(url: string): Promise<Store> {
  return url.startsWith("sqlite:")
    ? openSqliteStore({ path: url.slice("sqlite:".length) })
    : openMongoStore({ url });
}

/** Uses the store for a moment. */
export async function usingStore<T>(url: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openAt(url);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
