// Goal: a carrier's file and an edited rate become a version that differs only there, checked as a whole,
// and not active. Method: an engine on each store; what the new version prices, and what the log keeps.
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { dialectSchema } from "../../../src/tables/dialect.ts";
import { createTestEngine, STORES, TENANT, type TestEngine } from "../rerate/test-engine.ts";

const DIALECT = dialectSchema.parse({
  delimiter: ";",
  map: { prefix: "Code", rate: "Price" },
  deck: { decimal: ",", hyphen: "range" },
});
async function* bytes(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}

describe.each(STORES)("$name", ({ url }) => {
  let test: TestEngine;
  let base: string;
  beforeAll(async () => {
    test = await createTestEngine(url());
    base = await test.load("0.10");
    await test.engine.tariffs.activate(base);
  });
  afterAll(() => test.close());

  const sell = async (tariffVersion?: string) => {
    const call = { tenant: TENANT, account: "1", destination: "34650123456", usage: 60 };
    const { sell: sold, buy } = await test.engine.prices.price(
      { ...call, tariffVersion },
      EVERYTHING,
    );
    return [sold?.amount, buy?.amount];
  };

  it("a carrier's file of another layout", async () => {
    const file = "Code;Price\n34;0,04\n44-45;0,2\n";
    const made = await test.engine.tariffChanges.replaceDeck({
      plan: "alpha",
      pieces: bytes(file),
      dialect: { name: "acme", dialect: DIALECT },
    });
    expect(made).toMatchObject({
      from: base,
      files: ["alpha.csv", "tariff.yaml"],
      tenants: [TENANT],
    });
    expect([await sell(), await sell(made.version)]).toEqual([
      ["0.1000", "0.0500"],
      ["0.1000", "0.0400"],
    ]);
    // Next week's file has the dialect that the plan has now; the same file again is the same version.
    const next = { version: made.version, plan: "alpha" };
    const again = await test.engine.tariffChanges.replaceDeck({ ...next, pieces: bytes(file) });
    expect([again.version, again.files]).toEqual([made.version, []]);
    const later = await test.engine.tariffChanges.replaceDeck({
      ...next,
      pieces: bytes("Code;Price\n34;0,03\n"),
    });
    expect(later.files).toEqual(["alpha.csv"]);
  });

  it("a file of changes alone: the rest of the deck stays, which is then a native one", async () => {
    const { replaceDeck } = test.engine.tariffChanges;
    const whole = await replaceDeck({
      plan: "alpha",
      pieces: bytes("Code;Price\n34;0,04\n44-45;0,2\n"),
      dialect: { name: "acme", dialect: DIALECT },
    });
    const file = "Code;Price\n34;0,06\n351;0,1\n";
    const amendment = { version: whole.version, plan: "alpha", list: "amendment" } as const;
    const diff = await test.engine.differences.diff(
      {
        from: whole.version,
        to: { deck: { plan: "alpha", file: "the file", pieces: bytes(file), list: "amendment" } },
        changes: ["new", "up", "closed"],
        page: { offset: 0, limit: 10 },
        csv: false,
      },
      EVERYTHING,
    );
    expect(diff.rows.map(({ prefix, change }) => `${prefix} ${change}`)).toEqual([
      "34 up",
      "351 new",
    ]);
    const made = await replaceDeck({ ...amendment, pieces: bytes(file) });
    const { text } = await test.engine.tariffExports.plan(
      { version: made.version, plan: "alpha" },
      EVERYTHING,
    );
    expect(text.split("\n").map((line) => line.split(",").slice(0, 3).join())).toEqual([
      "prefix,destination,rate",
      ...["34,,0.06", "44,,0.2", "45,,0.2", "351,,0.1", ""],
    ]);
    expect([await sell(whole.version), await sell(made.version)]).toEqual([
      ["0.1000", "0.0400"],
      ["0.1000", "0.0600"],
    ]);
    await expect(
      replaceDeck({
        ...amendment,
        pieces: bytes("Code;Price;Change\n34;0,06;New\n34;;Closed\n"),
        dialect: {
          name: "changes",
          dialect: { ...DIALECT, map: { ...DIALECT.map, change: "Change" } },
        },
      }),
    ).rejects.toMatchObject({
      code: "tariff-faults",
      detail: { data: { faults: [{ code: "amendment-conflict", line: 2 }] } },
    });
  });

  it("a file that has faults makes no version, and a plan that is not there is named", async () => {
    const { replaceDeck } = test.engine.tariffChanges;
    await expect(
      replaceDeck({ plan: "alpha", pieces: bytes("prefix,rate\n34,x\n") }),
    ).rejects.toMatchObject({ code: "tariff-faults" });
    await expect(replaceDeck({ plan: "none", pieces: bytes("x") })).rejects.toMatchObject({
      code: "invalid-params",
      detail: { path: "plan" },
    });
    await expect(
      replaceDeck({ version: "0".repeat(32), plan: "alpha", pieces: bytes("x") }),
    ).rejects.toMatchObject({ code: "not-found" });
    for (const scope of [
      { tenants: [TENANT], seesBuy: false },
      { tenants: ["other.example"], seesBuy: true },
    ]) {
      await expect(
        replaceDeck({ version: base, plan: "alpha", pieces: bytes("prefix,rate\n34,1\n") }, scope),
      ).rejects.toMatchObject({ code: scope.seesBuy ? "not-found" : "forbidden" });
    }
  });

  it("one rate, and no rate of a carrier's file", async () => {
    const { edit, replaceDeck } = test.engine.tariffChanges;
    const change = { rate: { prefix: "34" }, how: "set", cells: { rate: "0.12" } } as const;
    const made = await edit({ plan: "standard", edit: change });
    expect(made).toMatchObject({ from: base, files: ["retail.csv"], before: { rate: "0.10" } });
    expect(await sell(made.version)).toEqual(["0.1200", "0.0500"]);
    const foreign = await replaceDeck({
      plan: "alpha",
      pieces: bytes("Code;Price\n34;0,04\n"),
      dialect: { name: "acme", dialect: DIALECT },
    });
    await expect(
      edit({ version: foreign.version, plan: "alpha", edit: change }),
    ).rejects.toMatchObject({ code: "invalid-params", detail: { path: "plan" } });
  });

  it("a retail deck from what the carriers charge, and again by the rule that it keeps", async () => {
    const { markup, replaceDeck } = test.engine.tariffChanges;
    const rule = {
      ...{ of: ["alpha"], take: "dearest" as const, percent: "50", add: "0", atLeast: "0.1" },
      rounding: { decimals: 4, mode: "up" as const },
    };
    const made = await markup({ plan: "standard", rule });
    expect(made).toMatchObject({ from: base, files: ["retail.csv", "tariff.yaml"], rates: 2 });
    // 0.05 and a half is below the floor.
    expect(await sell(made.version)).toEqual(["0.1000", "0.0500"]);
    const dearer = await replaceDeck({
      version: made.version,
      plan: "alpha",
      pieces: bytes("prefix,rate\n34,0.08\n"),
    });
    const again = await markup({ version: dearer.version, plan: "standard" });
    expect([again.files, await sell(again.version)]).toEqual([
      ["retail.csv"],
      ["0.1200", "0.0800"],
    ]);
    const same = await markup({ version: again.version, plan: "standard" });
    expect([same.version, same.files]).toEqual([again.version, []]);
    for (const asked of [{ plan: "alpha" }, { plan: "standard" }]) {
      await expect(markup(asked)).rejects.toMatchObject({ code: "invalid-params" });
    }
  });

  it("what is exported is the version again", async () => {
    const { tariffExports, tariffs } = test.engine;
    const { version, files } = await tariffExports.files({}, EVERYTHING);
    expect(version).toBe(base);
    expect((await tariffs.load({ files })).version).toBe(base);
    const { csv: _none, ...plan } = {
      csv: "",
      ...(await tariffExports.plan({ plan: "alpha" }, EVERYTHING)),
    };
    expect(plan).toMatchObject({ version: base, rates: 2 });
    const again = await test.engine.tariffChanges.replaceDeck({
      plan: "alpha",
      pieces: bytes(plan.text),
    });
    expect(await sell(again.version)).toEqual(await sell());
  });

  it("a price list with its changes", async () => {
    const { edit } = test.engine.tariffChanges;
    const change = { rate: { prefix: "34" }, how: "set", cells: { rate: "0.12" } } as const;
    const made = await edit({ plan: "standard", edit: change });
    const asked = { version: made.version, voipPlan: "gold", before: base };
    const { text, rates } = await test.engine.tariffExports.prices(asked, EVERYTHING);
    expect(rates).toBe(2);
    expect(text).toMatch(/^34,,0\.12,EUR,60,.*,up,0\.1\r$/m);
    expect(text).toMatch(/^44,,0\.5,EUR,60,.*,,0\.5\r$/m);
    const { xlsx = "" } = await test.engine.tariffExports.prices(
      { ...asked, xlsx: true },
      EVERYTHING,
    );
    const [header, first] = await readSheet(Buffer.from(xlsx, "base64"));
    expect(header?.slice(0, 3)).toEqual(["prefix", "destination", "rate"]);
    // Codes are texts and money numbers; the change and the old rate stand beside.
    expect([first?.[0], first?.[2], first?.[14], first?.[15]]).toEqual(["34", 0.12, "up", 0.1]);
    const blind = { tenants: [TENANT], seesBuy: false };
    await expect(test.engine.tariffExports.prices(asked, blind)).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});
