// Goal: a receiver hears of each closed period and correction, with the same key on repeats, and none after it was
// taken. Method: a receiver beside a store, refusals, a restart.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PeriodStatement } from "../../src/stores/ports/billing/periods.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { type DeskUnderTest, outputDesk } from "./desk-under-test.ts";
import { answers, type Receiver, startReceiver } from "./receiver.ts";

const WAIT = { timeout: 20_000, interval: 10 };

function statement(sequence: number, changes: Partial<PeriodStatement> = {}): PeriodStatement {
  const number = String(sequence);
  const same = { ...{ tenant: "example.com", side: "sell", party: "1001" }, ...changes };
  const head = { format: "cdrate-period-1", number, kind: "closing", ...same, totals: [] };
  return {
    ...{ sequence, id: `s${number}`, number, kind: "closing", fromMs: 1, toMs: 2, atMs: 3 },
    ...{ closing: `s${number}`, hash: "h", head: JSON.stringify(head), lines: "[]", ...same },
  } as PeriodStatement;
}

describe("closed periods by webhook", () => {
  let store: Store;
  let receiver: Receiver;
  const desks: DeskUnderTest[] = [];
  beforeEach(async () => {
    store = await openSqliteStore({ path: ":memory:" });
    receiver = await startReceiver();
  });
  afterEach(async () => {
    for (const desk of desks.splice(0)) await desk.close();
    await receiver.stop();
    await store.close();
  });

  async function begin(output: Record<string, unknown> = {}): Promise<DeskUnderTest> {
    const desk = outputDesk(store, { kind: "webhook", url: receiver.url, ...output });
    desks.push(desk);
    await desk.look();
    return desk;
  }
  const keys = () =>
    receiver.posts.map(({ body }) =>
      ((JSON.parse(body).periods ?? []) as { key: string }[]).map(({ key }) => key),
    );
  const posts = (count: number) =>
    vi.waitFor(() => expect(receiver.posts).toHaveLength(count), WAIT);

  it("what is refused is sent again with the same keys, and what was taken is not after a restart", async () => {
    receiver.manners.push(answers(500, {}, "no room"));
    await store.periods.append(statement(1));
    await store.periods.append(statement(2, { side: "buy", party: "alpha" }));
    const desk = await begin();
    await posts(2);
    const both = ["example.com/period/1", "example.com/period/2"];
    expect(keys()).toEqual([both, both]);
    const sent = receiver.posts.map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(sent).size).toBe(1);
    await vi.waitFor(async () => {
      expect((await desk.get("billing")).state.position).toMatchObject({ period: 2 });
    }, WAIT);
    await desk.close();
    await store.periods.append(statement(3));
    await begin();
    await posts(3);
    expect(keys()[2]).toEqual(["example.com/period/3"]);
  });

  it("from now on, of its tenants, without carriers where it sees no buy side", async () => {
    await store.periods.append(statement(1));
    const filter = { tenants: ["example.com"] };
    const desk = await begin({ from: "now", filter, seesBuy: false });
    await vi.waitFor(async () => {
      expect((await desk.get("billing")).state.position).toMatchObject({ period: 1 });
    }, WAIT);
    await store.periods.append(statement(2, { side: "buy", party: "alpha" }));
    await store.periods.append(statement(3, { tenant: "other.org" }));
    await store.periods.append(statement(4));
    await posts(1);
    expect(keys()).toEqual([["example.com/period/4"]]);
  });
});
