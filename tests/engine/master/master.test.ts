// Master data over JSON-RPC: what is said of accounts, carriers, gateways and causes, and by whom.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { masterSettings } from "../../../src/master/fields.ts";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";

const NOTHING = { name: null, description: null, contact: null, parent: null, timeZone: null };

describe("master data", () => {
  let service: TestService;
  beforeAll(async () => {
    const master = masterSettings.parse({
      accounts: [{ account: "1005", name: "Fixed" }],
      carriers: [{ carrier: "alpha", name: "Alpha of the settings" }],
      causes: [{ code: 18, name: "Nobody there" }],
    });
    service = await startTestService({ settings: { master } });
  });
  afterAll(() => service.stop());

  const rpc = (method: string, params: object = {}) => service.rpc(method, params);
  const refused = async (method: string, params: object) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    return (await service.post("/jsonrpc", body, headers)).body.error.data;
  };
  const latest = async () => (await service.service.engine.acts.page({ limit: 1 }))[0];

  it("an account has words and an assignment, each set without the other", async () => {
    const contact = { person: "Anna", mail: "anna@example.com" };
    const said = { name: "Ánna's shop", contact, timeZone: "Europe/Madrid" };
    const set = await rpc("account.set", { account: "2001", ...said });
    expect(set).toMatchObject({ account: "2001", warnings: [], entry: { ...said, revision: 1 } });
    expect(set).not.toHaveProperty("voipPlan");
    const from = "2026-01-01T00:00:00Z";
    expect(await rpc("account.set", { account: "2001", voipPlan: "gold", from })).toEqual({
      ...{ tenant: "cgrates.org", account: "2001", voipPlan: "gold", warnings: [] },
      from: "2026-01-01T00:00:00.000Z",
    });
    const changed = await rpc("account.set", { account: "2001", contact: null, parent: "1001" });
    expect(changed.entry).toMatchObject({ ...said, contact: null, parent: "1001", revision: 2 });
    expect(await latest()).toMatchObject({
      ...{ act: "account.set", subject: "2001", tenant: "cgrates.org" },
      before: { contact },
      after: { parent: "1001", name: said.name },
    });
    const found = await rpc("account.get", { account: "2001" });
    expect(found).toMatchObject({ current: { voipPlan: "gold" }, entry: { from: "store" } });
    const removed = await rpc("account.remove", { account: "2001", what: "entry" });
    expect(removed).toMatchObject({ ended: null, removed: { name: said.name } });
    const after = await rpc("account.get", { account: "2001" });
    expect(after).toMatchObject({ current: { voipPlan: "gold" }, entry: null });
  });

  it("nothing to say, a zone that is none, and a plan's member without a plan are refused", async () => {
    expect(await refused("account.set", { account: "1" })).toMatchObject({ path: "voipPlan" });
    const numbering = { account: "1", name: "x", numbering: "ES" };
    expect(await refused("account.set", numbering)).toMatchObject({ path: "voipPlan" });
    const zone = { account: "1", timeZone: "Europe/Nowhere" };
    expect(await refused("account.set", zone)).toMatchObject({ path: "timeZone" });
    expect(await refused("carrier.set", { carrier: "x" })).toMatchObject({
      code: "invalid-params",
    });
  });

  it("what the settings name is theirs, and says so", async () => {
    const fixed = { from: "settings", revision: 0, setAt: null, by: null };
    const { entry } = await rpc("account.get", { account: "1005" });
    expect(entry).toEqual({
      ...{ tenant: "cgrates.org", account: "1005", ...NOTHING, name: "Fixed" },
      ...fixed,
    });
    expect(await rpc("carrier.get", { carrier: "alpha" })).toMatchObject(fixed);
    for (const [method, params] of [
      ["account.set", { account: "1005", name: "Other" }],
      ["account.remove", { account: "1005", what: "entry" }],
      ["carrier.set", { carrier: "alpha", name: "Other" }],
      ["cause.set", { code: 18, name: "Other" }],
    ] as const) {
      expect(await refused(method, params)).toMatchObject({ code: "conflict", from: "settings" });
    }
    // Its assignment is no part of it.
    await rpc("account.set", { account: "1005", voipPlan: "gold" });
  });

  it("who saw another revision is told the one that holds", async () => {
    await rpc("gateway.set", { gateway: "gw", addresses: ["192.0.2.1"], ifRevision: 0 });
    const again = { gateway: "gw", notes: "x", ifRevision: 0 };
    expect(await refused("gateway.set", again)).toMatchObject({ code: "conflict", revision: 1 });
    expect(await rpc("gateway.set", { ...again, ifRevision: 1 })).toMatchObject({
      ...{ revision: 2, addresses: ["192.0.2.1"], notes: "x", from: "store" },
    });
    const gone = { gateway: "gw", ifRevision: 1 };
    expect(await refused("gateway.remove", gone)).toMatchObject({ code: "conflict", revision: 2 });
    await rpc("gateway.remove", { gateway: "gw" });
    expect(await refused("gateway.get", { gateway: "gw" })).toMatchObject({ code: "not-found" });
  });

  it("no account is sold through itself, however many are between", async () => {
    for (const [account, parent] of [
      ["p1", "p2"],
      ["p2", "p3"],
    ]) {
      await rpc("account.set", { account, parent });
    }
    const loop = await refused("account.set", { account: "p3", parent: "p1" });
    expect(loop).toMatchObject({ code: "invalid-params", path: "parent" });
    expect(await refused("account.set", { account: "p9", parent: "p9" })).toMatchObject({
      path: "parent",
    });
  });

  it("a cause has the words of the store, else those that are built in, else English ones", async () => {
    expect(await rpc("cause.get", { code: 17, language: "es" })).toMatchObject({
      ...{ name: "Ocupado", language: "es", from: "built-in", revision: 0 },
    });
    expect(await rpc("cause.get", { code: 99, language: "es" })).toMatchObject({ language: "en" });
    expect(await rpc("cause.get", { code: 18 })).toMatchObject({ from: "settings" });
    await rpc("cause.set", { code: 17, language: "es", name: "Comunica" });
    await rpc("cause.set", { code: 788, language: "es", name: "Propio" });
    const { causes } = await rpc("cause.list", { language: "es" });
    const named = new Map<number, { name: string; from: string }>(
      causes.map((one: { code: number; name: string }) => [one.code, one]),
    );
    expect(named.get(17)).toMatchObject({ name: "Comunica", from: "store" });
    expect(named.get(788)).toMatchObject({ name: "Propio", from: "store" });
    expect(named.get(18)).toMatchObject({ name: "El usuario no responde", from: "built-in" });
    await rpc("cause.remove", { code: 17, language: "es" });
    expect(await rpc("cause.get", { code: 17, language: "es" })).toMatchObject({ name: "Ocupado" });
    expect(await refused("cause.get", { code: 999 })).toMatchObject({ code: "not-found" });
  });

  it("reports name what their rows are of", async () => {
    const cdr = { account: "1001", destination: "34650123456", usage: 60 };
    const at = { answerTime: "2026-03-02T09:00:00Z", disconnectCause: "USER_BUSY" };
    await rpc("cdr.process", { cdr: { ...cdr, ...at, originId: "named" } });
    await rpc("account.set", { account: "1001", name: "Anna" });
    const rowOf = async (report: string, params = {}) =>
      (await rpc(`report.${report}`, params)).rows[0];
    expect(await rowOf("accounts")).toMatchObject({ account: "1001", accountName: "Anna" });
    expect(await rowOf("causes", { language: "de" })).toMatchObject({ causeName: "Besetzt" });
    const { carrier, carrierName } = await rowOf("carriers");
    expect(carrierName).toBe(carrier === "alpha" ? "Alpha of the settings" : null);
    expect(await rowOf("countries")).not.toHaveProperty("accountName");
  });
});
