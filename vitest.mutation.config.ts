// The tests that `npm run mutate` runs once for each mutant: the quick ones of rating and numbering,
// with a shorter run of the oracle. What takes seconds and repeats what they state is left out.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/rating/**/*.test.ts", "tests/numbering/**/*.test.ts"],
    exclude: [
      "tests/numbering/number-properties.test.ts",
      "tests/rating/recompute-from-trace.test.ts",
      "tests/rating/properties.test.ts",
    ],
    env: { CDRATE_ORACLE_TARIFFS: "3" },
    testTimeout: 60_000,
    maxWorkers: 1,
  },
});
