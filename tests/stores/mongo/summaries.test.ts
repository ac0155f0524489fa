// Groups of a sum: in parts, and not more than an answer could hold.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GroupKey } from "../../../src/queries/group-keys.ts";
import { MOST_GROUPS, requireGroups } from "../../../src/stores/summary-groups.ts";
import { sampleCdr } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { type ProxiedStores, proxiedStores } from "./test-store.ts";

const uri = await mongoTestUri();
const tooLarge = { code: "too-large", detail: { path: "groupBy" } };

test("a sum of more groups than the limit is refused, one of as many is not", () => {
  requireGroups(MOST_GROUPS);
  expect(() => requireGroups(MOST_GROUPS + 1)).toThrow("more than 100000 groups");
});

describe.skipIf(uri === null)("with a server", () => {
  let stores: ProxiedStores;
  beforeAll(async () => {
    stores = await proxiedStores(uri ?? "");
  });
  afterAll(() => stores.close());
  const sum = (groupBy: GroupKey[]) =>
    ({ filter: {}, groupBy, timeZone: "UTC", time: "answer" }) as const;

  test("groups come in parts of a thousand; too many end the read before the last part", async () => {
    const store = await stores.open({ mostGroups: 2100 });
    const cdrs = Array.from({ length: 2500 }, (_, n) =>
      sampleCdr(`group-${n}`, { primary: { account: `a${n}` }, extra: { node: n % 2000 } }),
    );
    await store.cdrs.insert(cdrs);
    stores.proxy.meet(null);
    const rows = await store.cdrs.summarize(sum(["extra.node"]));
    expect(rows).toHaveLength(2000);
    expect(rows.reduce((calls, row) => calls + row.calls, 0)).toBe(2500);
    const [asked] = stores.proxy.sent().filter(({ aggregate }) => aggregate === "cdrs");
    expect(asked?.["cursor"]).toEqual({ batchSize: 1000 });
    stores.proxy.meet(null);
    await expect(store.cdrs.summarize(sum(["account"]))).rejects.toMatchObject(tooLarge);
  });
});
