// Goal: the sums are compared while the service is at work, and where they cannot be, nothing is
// said of them. Method: CDRs that arrive, are corrected and are rerated between the readings.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { correctCdr } from "../../../src/engine/records/correct.ts";
import type { CdrStore } from "../../../src/stores/ports/cdrs.ts";
import { createTestEngine, STORES, TENANT, type TestEngine } from "../rerate/test-engine.ts";
import { fill, showing } from "./audited-store.ts";

describe.each(STORES)("the sums of an audit on $name", ({ url }) => {
  let test: TestEngine;
  let posted = 0;
  beforeAll(async () => {
    test = await createTestEngine(url());
    await fill(test);
  });
  afterAll(() => test.close());

  /** Sums as an audit finds them where `happen` happens before each summary that is asked for. */
  async function sumsWhile(happen: (asked: number) => Promise<unknown>, more?: Partial<CdrStore>) {
    let asked = 0;
    const engine = await test.another(
      showing((cdr) => cdr, {
        summarize: async (query, options) => {
          asked += 1;
          await happen(asked);
          return test.store.cdrs.summarize(query, options);
        },
        ...more,
      }),
    );
    const checks = await engine.audits.run();
    return checks.find(({ name }) => name === "sums-agree");
  }

  const correct = async (usage: string) => {
    const id = await test.post("moving", { usage: "10s" });
    await correctCdr(test.engine.rating, [], { tenant: TENANT, id, fields: { usage } });
  };
  const arrive = async () => {
    test.now.ms += 1_000;
    posted += 1;
    await test.post(`arrived-${posted}`);
  };

  it("leave out CDRs that arrive meanwhile, and are compared", async () => {
    expect(await sumsWhile(arrive)).toEqual({ name: "sums-agree", ok: true, detail: "40 CDRs" });
  });

  it("have a fault also while CDRs arrive", async () => {
    const unsold = showing((cdr) => ({ ...cdr, rating: { ...cdr.rating, sell: null } }));
    const { scan } = unsold(test.store).cdrs;
    expect(await sumsWhile(arrive, { scan })).toMatchObject({ ok: false });
  });

  it("are compared once more when a correction moved them", async () => {
    await correct("11s");
    test.now.ms += 1_000;
    const found = await sumsWhile(async (asked) => asked === 2 && correct("12s"));
    expect(found).toMatchObject({ ok: true, detail: expect.stringMatching(/^\d+ CDRs$/) });
  });

  it("are not called right when they move again", async () => {
    const found = await sumsWhile((asked) => correct(`${20 + asked}s`));
    expect(found).toMatchObject({ ok: null, detail: expect.stringContaining("not compared") });
  });
});
