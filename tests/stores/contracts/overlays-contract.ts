// What was changed of the sources of the settings: what every store must do with it.
import { expect, test } from "vitest";
import { type OpenStore, withStore } from "./store-under-test.ts";

export function overlaysContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an overlay comes back as it was put, and is replaced at the version seen", async () => {
      const { overlays } = store();
      const members = { isActive: false, "a.b": { $c: ["192.0.2.0/24"] } };
      expect(await overlays.put({ source: "hq", version: 1, members }, 0)).toBe(true);
      expect(await overlays.put({ source: "hq", version: 1, members: {} }, 0)).toBe(false);
      expect(await overlays.all()).toEqual([{ source: "hq", version: 1, members }]);
      const none = { source: "hq", version: 2, members: null };
      expect(await overlays.put(none, 7)).toBe(false);
      expect(await overlays.put(none, 1)).toBe(true);
      expect(await overlays.all()).toEqual([none]);
      expect(await overlays.put({ source: "absent", version: 2, members }, 1)).toBe(false);
    });

    test("of changes that saw the same version one wins", async () => {
      const { overlays } = store();
      const put = (n: number) => overlays.put({ source: "raced", version: 1, members: { n } }, 0);
      const wins = await Promise.all(Array.from({ length: 8 }, (_, n) => put(n)));
      expect(wins.filter(Boolean)).toHaveLength(1);
      const found = (await overlays.all()).find(({ source }) => source === "raced");
      expect(found?.members).toEqual({ n: wins.indexOf(true) });
    });
  });
}
