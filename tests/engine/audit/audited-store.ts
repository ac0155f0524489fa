// What the tests of the audit look at: a store with CDRs of every kind, and ways to break it.
import { expect } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import { correctCdr } from "../../../src/engine/records/correct.ts";
import { voidCdr } from "../../../src/engine/records/void.ts";
import type { CdrStore } from "../../../src/stores/ports/cdrs.ts";
import type { Store } from "../../../src/stores/store.ts";
import { withParts } from "../../stores/wrapped-store.ts";
import { settled, TENANT, type TestEngine } from "../rerate/test-engine.ts";

/** Calls of every kind: corrected, voided, voided and sent again, rerated, undone, rerated again. */
export async function fill(test: TestEngine): Promise<void> {
  const first = await test.load("0.0371");
  const second = await test.load("0.0293");
  await test.engine.tariffs.activate(first, { fromMs: 0 });
  const ids: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    const fields = [
      { usage: `${n * 7}s` },
      // A record without an answer time, which a period holds by its call time.
      {
        destination: "442079460123",
        usage: n + 1,
        answerTime: "",
        setupTime: "2026-03-05T10:00:00Z",
      },
      { destination: "999", usage: 30 },
      { direction: "*in" },
    ][n % 4];
    ids.push(await test.post(`audited-${n}`, { ...fields, account: `${1000 + (n % 3)}` }));
  }
  await correctCdr(test.engine.rating, [], {
    tenant: TENANT,
    id: ids[4] ?? "",
    fields: { usage: "123s" },
  });
  await voidCdr(test.engine.rating, { tenant: TENANT, id: ids[8] ?? "", note: "test" });
  await voidCdr(test.engine.rating, { tenant: TENANT, id: ids[12] ?? "", note: "test" });
  await test.post("audited-12", { usage: "33s", account: "1001" });
  await test.engine.tariffs.activate(second, { fromMs: 0 });
  const job = await applied(test);
  await test.engine.rerates.undo(job);
  await settled(test.engine, job);
  await applied(test);
}

async function applied(test: TestEngine): Promise<string> {
  const { id } = await test.engine.rerates.plan({ filter: {} });
  await settled(test.engine, id);
  await test.engine.rerates.apply(id);
  expect((await settled(test.engine, id)).body.apply.done).toBeGreaterThan(5);
  return id;
}

/** A store that shows some CDRs otherwise than they are. */
export function showing(change: (cdr: StoredCdr) => StoredCdr, more: Partial<CdrStore> = {}) {
  return (store: Store): Store =>
    withParts(store, {
      cdrs: {
        async *scan(...args) {
          for await (const page of store.cdrs.scan(...args)) yield page.map(change);
        },
        ...more,
      },
    });
}
