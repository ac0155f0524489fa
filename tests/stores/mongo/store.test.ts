import { randomUUID } from "node:crypto";
import { describe } from "vitest";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { storeContract } from "../contracts/store-contract.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";

const uri = await mongoTestUri();

function newDatabaseUrl(): string {
  const url = new URL(uri ?? "mongodb://127.0.0.1");
  url.pathname = `/cdrate-test-${randomUUID()}`;
  return url.href;
}

describe.skipIf(uri === null)("with a server", () => {
  storeContract("MongoDB", (indexedExtraFields = []) =>
    openMongoStore({ url: newDatabaseUrl(), indexedExtraFields }),
  );
});
