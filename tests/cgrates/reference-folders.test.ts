// Every folder of the reference that CGRateS loads is read without a fault.
import { describe, expect, it } from "vitest";
import { readCgratesFolder } from "../../src/cgrates/folder/read.ts";
import { hasReference, referenceFolder, referenceFolders } from "./reference-folder.ts";

const ROOTS = {
  tariffplans: "0.10",
  "tariffplans-0.10": "0.10",
  "tariffplans-0.9.1": "0.9.1",
  "tariffplans-0.9.1-rc3": "rc3",
} as const;

for (const [root, layout] of Object.entries(ROOTS)) {
  const found = hasReference(root);
  describe.skipIf(!found)(root, () => {
    for (const folder of found ? referenceFolders(root) : []) {
      const files = referenceFolder(`${root}/${folder}`);
      if (!Object.keys(files).some((name) => name.endsWith("RatingPlans.csv"))) continue;
      it(`${folder} is read`, () => {
        const read = readCgratesFolder(files);
        if (folder === "dynamic_tps") {
          // Templates for dynamic actions, separated by semicolons: not a plan (notes, data).
          expect(read.ok).toBe(false);
          return;
        }
        expect(read.ok ? [] : read.faults).toEqual([]);
        expect(read.ok && read.layout).toBe(layout);
      });
    }
  });
}

describe.skipIf(!hasReference("tariffplans-1.0"))("tariffplans-1.0", () => {
  it("a folder with rate profiles is refused by name", () => {
    const read = readCgratesFolder(referenceFolder("tariffplans-1.0/tutorial"));
    expect(read.ok ? [] : read.faults.map(({ code }) => code)).toEqual(["not-supported"]);
  });
});
