import { describe } from "vitest";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { storeContract } from "../contracts/store-contract.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { mongoUrl } from "../mongo-urls.ts";

const uri = await mongoTestUri();

describe.skipIf(uri === null)("with a server", () => {
  storeContract(
    "MongoDB",
    (indexedExtraFields = []) => openMongoStore({ url: mongoUrl(uri), indexedExtraFields }),
    () => openMongoStore({ url: mongoUrl(uri), changesLagSeconds: 0 }),
  );
});
