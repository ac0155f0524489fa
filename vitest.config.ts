import { dirname, resolve } from "node:path";
import { defineConfig, type Plugin } from "vitest/config";

const THREAD = resolve(import.meta.dirname, "src/thread.ts");
const BUILT_THREAD = resolve(import.meta.dirname, "tests/built-thread.ts");

/** Threads of what is tested are those of the build: from sources each takes a second to start. */
const builtThreads: Plugin = {
  name: "built-threads",
  enforce: "pre",
  resolveId: (source, importer) =>
    importer !== undefined && resolve(dirname(importer), source) === THREAD ? BUILT_THREAD : null,
};

/** They put another module in the place of one of ours, which must not be loaded yet. */
const REPLACE_MODULES = [
  "tests/feeds/desk.test.ts",
  "tests/feeds/ready.test.ts",
  "tests/formats/toy-format.test.ts",
  "tests/stores/sqlite/module.test.ts",
];
/** What hangs is far beyond these, on a machine with other work too. */
const LIMITS = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    globalSetup: ["scripts/build-for-tests.mjs", "tests/mongo-global-setup.ts"],
    maxWorkers: 2,
    projects: [
      {
        plugins: [builtThreads],
        test: {
          ...LIMITS,
          name: "shared",
          include: ["tests/**/*.test.ts"],
          exclude: REPLACE_MODULES,
          // Modules are loaded once a worker: for each file anew they take as long as the tests.
          isolate: false,
        },
      },
      {
        plugins: [builtThreads],
        test: { ...LIMITS, name: "own", include: REPLACE_MODULES, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
