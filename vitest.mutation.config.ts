// The tests that `npm run mutate` runs once for each mutant: those of rating and numbering alone,
// with a shorter run of the oracle.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/rating/**/*.test.ts", "tests/numbering/**/*.test.ts"],
    // Its properties take longer than all the others together, and repeat what number-steps states.
    exclude: ["tests/numbering/number-properties.test.ts"],
    env: { CDRATE_ORACLE_TARIFFS: "10" },
    testTimeout: 60_000,
    maxWorkers: 1,
  },
});
