// The tests that `npm run mutate` runs once for each mutant: those of rating and numbering, with
// shorter runs of what repeats one statement over many random inputs. CDRATE_MUTATED, `rating` or
// `numbering`, leaves out the tests of the other one.
import { defineConfig } from "vitest/config";

const mutated = process.env["CDRATE_MUTATED"];
const folders = mutated === undefined ? ["rating", "numbering"] : [mutated];

export default defineConfig({
  test: {
    include: folders.map((folder) => `tests/${folder}/**/*.test.ts`),
    exclude: ["tests/rating/recompute-from-trace.test.ts", "tests/rating/properties.test.ts"],
    env: { CDRATE_RUNS: "0.02" },
    testTimeout: 60_000,
    maxWorkers: 1,
    // Loading the modules once for all files of tests takes half the time of a mutant.
    isolate: false,
  },
});
