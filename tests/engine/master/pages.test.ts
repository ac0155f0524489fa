// Goal: a list read page by page is every entry once, in order, whatever the settings and the store say.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedHeld, labelOf } from "../../../src/engine/master/held.ts";
import { pageOfEntries } from "../../../src/engine/master/page.ts";
import { compareTexts, folded } from "../../../src/master/folded.ts";
import type { MasterEntry, MasterPage } from "../../../src/stores/ports/master/entries.ts";
import type { Store } from "../../../src/stores/store.ts";

const kind = "account" as const;

/** A store of few entries, as the contract says it. */
function storeOf(entries: readonly MasterEntry[]): Pick<Store, "master"> {
  const place = (by: "id" | "label", one: { label: string; id: string }) =>
    by === "id" ? ["", one.id] : [one.label, one.id];
  const compare = (left: string[], right: string[]) =>
    compareTexts(left[0] ?? "", right[0] ?? "") || compareTexts(left[1] ?? "", right[1] ?? "");
  const master = {
    async page({ tenant, by, prefix, limit, after = { label: "", id: "" } }: MasterPage) {
      return entries
        .filter((one) => one.tenant === tenant && one[by].startsWith(prefix))
        .filter((one) => compare(place(by, one), place(by, after)) > 0)
        .sort((left, right) => compare(place(by, left), place(by, right)))
        .slice(0, limit);
    },
  };
  return { master } as unknown as Pick<Store, "master">;
}

const text = fc.stringMatching(/^[abÁ1]{1,3}$/);
const said = fc.record({ tenant: fc.constantFrom("s", "t"), id: text, name: text });
const keyOf = ({ tenant, id }: { tenant: string; id: string }) => `${tenant} ${id}`;

describe("pages of master data", () => {
  it("are together each entry once, those of the settings in the place of the store's", async () => {
    const lists = fc.uniqueArray(said, { selector: keyOf, maxLength: 12 });
    const search = fc.option(text, { nil: undefined });
    const property = fc.asyncProperty(
      ...([lists, lists, search, fc.integer({ min: 1, max: 4 })] as const),
      async (stored, fixed, searched, limit) => {
        const entries = stored.map(({ name, ...key }): MasterEntry => {
          const body = { members: { name }, setAtMs: 1, by: "b" };
          return { ...key, kind, version: 1, label: folded(name), body };
        });
        const base = fixed.map(({ name, ...key }) =>
          fixedHeld({ ...key, kind, members: { name } }),
        );
        const parts = { store: storeOf(entries), base, tenants: async () => ["t", "s"] };
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const query = { kind, tenants: null, search: searched, limit, cursor };
          const page = await pageOfEntries(parts, query);
          expect(page.entries.length).toBeLessThanOrEqual(limit);
          found.push(...page.entries.map((one) => `${keyOf(one)} ${one.members["name"]}`));
          cursor = page.next;
        } while (cursor !== undefined);
        const all = new Map([...stored, ...fixed].map((one) => [keyOf(one), one]));
        const wanted = [...all.values()].filter(
          ({ id, name }) =>
            id.startsWith(searched ?? "") || labelOf({ name }).startsWith(folded(searched ?? "")),
        );
        expect(found.toSorted()).toEqual(wanted.map((one) => `${keyOf(one)} ${one.name}`).sort());
        expect(found.map((one) => one[0])).toEqual(found.map((one) => one[0]).sort());
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});
