// Accounts and carriers by CSV: what a file would change is what it changes, and a fault changes nothing.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cdr/json.ts";
import {
  mergedContact,
  readTable as readingTable,
  type TableKind,
  tableHeader,
  tableLine,
} from "../../../src/master/csv.ts";
import { masterSettings } from "../../../src/master/fields.ts";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";

/** Without a turn between. */
function readTable(kind: TableKind, text: string) {
  const steps = readingTable(kind, text);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

describe("a table of accounts or carriers", () => {
  it("is read with each fault by line and column", () => {
    const text = 'account,name,mail\n1,"An\nna",a@b.example\n2,Bea,nobody\n\n1,Again,\n,x,\n3,x\n';
    const { rows, faults } = readTable("account", text);
    expect(rows).toEqual([
      { line: 2, id: "1", change: { name: "An\nna" }, contact: { mail: "a@b.example" } },
    ]);
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [4, "mail"],
      [6, "account"],
      [7, "account"],
      [8, null],
    ]);
  });

  it.each([
    ["", null],
    ["name\nAnna\n", "account"],
    ["account,name,name\n", "name"],
    ["account,colour\n", "colour"],
  ])("has a header: %j", (text, column) => {
    expect(readTable("account", text)).toMatchObject({ rows: [], faults: [{ line: 1, column }] });
  });

  const said = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }).filter((text) => {
    return text.trim() === text && text !== "" && !text.startsWith("'") && !/[\r\t]/.test(text);
  });
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

  it("written and read again says the same", () => {
    const contact = maybe(fc.record({ person: said, phone: said }));
    const account = fc.record({ name: maybe(said), description: maybe(said), contact });
    const carrier = fc.record({
      name: maybe(said),
      contacts: maybe(fc.array(fc.record({ person: said }), { minLength: 1, maxLength: 3 })),
      addresses: maybe(fc.array(fc.ipV4(), { minLength: 1, maxLength: 3 })),
    });
    const property = fc.property(said, account, carrier, (id, one, other) => {
      for (const [kind, entry] of [
        ["account", one],
        ["carrier", other],
      ] as const) {
        const members = JSON.parse(JSON.stringify(entry)) as JsonObject;
        const { rows, faults } = readTable(kind, tableHeader(kind) + tableLine(kind, id, members));
        expect(faults).toEqual([]);
        const [row] = rows;
        const read = { ...row?.change, contact: mergedContact(undefined, row?.contact ?? {}) };
        const given = Object.entries(read).filter(([, value]) => value !== null);
        expect([row?.id, Object.fromEntries(given)]).toEqual([id, members]);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });
});

describe("account.import", () => {
  let service: TestService;
  beforeAll(async () => {
    const master = masterSettings.parse({ accounts: [{ account: "fixed", name: "Fixed" }] });
    service = await startTestService({ settings: { master }, demo: false });
    const contact = { person: "Anna", phone: "1" };
    await service.rpc("account.set", { account: "old", name: "Old", contact, parent: "above" });
  });
  afterAll(() => service.stop());

  const read = (content: string, more: object = {}) =>
    service.rpc("account.import", { content, ...more });
  const entryOf = async (account: string) => (await service.rpc("account.get", { account })).entry;

  it("says what it would do, then does exactly that, and then it is the same", async () => {
    const content = "account,name,person,parent\nold,Old,Bea,above\nnew,New,,\nfixed,Fixed,,\n";
    const counts = { rows: 3, new: 1, changed: 1, same: 1, faulty: 0, faults: [], left: [] };
    expect(await read(content)).toEqual({ ...counts, applied: false });
    expect(await entryOf("new")).toBeNull();
    expect(await read(content, { dryRun: false })).toEqual({ ...counts, applied: true });
    expect(await entryOf("old")).toMatchObject({ contact: { person: "Bea", phone: "1" } });
    expect(await entryOf("new")).toMatchObject({ name: "New", contact: null, revision: 1 });
    const again = { ...counts, new: 0, changed: 0, same: 3, applied: true };
    expect(await read(content, { dryRun: false })).toEqual(again);
    const { acts } = await service.rpc("log.find", { acts: ["account.set"], limit: 2 });
    expect(acts.map((act: { subject: string }) => act.subject).sort()).toEqual(["new", "old"]);
  });

  it("a fault changes nothing: rings among the rows, what the settings say, lines that are wrong", async () => {
    const content = "account,name,parent\nfixed,Other,\na,A,b\nb,B,a\nabove,,old\nfine,F,\n";
    const report = await read(content, { dryRun: false });
    expect(report).toMatchObject({ faulty: 4, new: 1, applied: false });
    expect(report.faults.map((one: { line: number; column: string }) => one)).toMatchObject([
      { line: 2, column: "account" },
      { line: 3, column: "parent" },
      { line: 4, column: "parent" },
      { line: 5, column: "parent" },
    ]);
    expect(await entryOf("fine")).toBeNull();
  });

  it("reads back what it exports, page by page", async () => {
    await service.rpc("account.set", { account: "=1", name: "=1+1", description: 'a "b", c' });
    let content = "";
    let cursor: string | undefined;
    do {
      const page = await service.rpc("account.export", { limit: 2, ...(cursor && { cursor }) });
      content += page.content;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(content.split("\r\n")).toHaveLength(6);
    expect(await read(content)).toMatchObject({ rows: 4, same: 4, faulty: 0 });
  });
});
