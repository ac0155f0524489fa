import { dirname, resolve } from "node:path";
import { defineConfig, type Plugin } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const PROGRAM = resolve(import.meta.dirname, "src/program.ts");
const BUILT = resolve(import.meta.dirname, "tests/built-program.ts");

/** Threads and processes of what is tested are those of the build: from sources each takes a second to start. */
const builtProgram: Plugin = {
  name: "built-program",
  enforce: "pre",
  resolveId: (source, importer) =>
    importer !== undefined && resolve(dirname(importer), source) === PROGRAM ? BUILT : null,
};

/** They put another module in the place of one of ours, which must not be loaded yet. */
const REPLACE_MODULES = [
  "tests/feeds/desk.test.ts",
  "tests/feeds/ready.test.ts",
  "tests/formats/toy-format.test.ts",
  "tests/stores/sqlite/module.test.ts",
];
/** They take minutes: begun last, they would leave the other worker without anything to do. */
const LONG = [
  "tests/crash/crash.test.ts",
  "tests/end-to-end/pages/commands.test.ts",
  "tests/stores/mongo/store.test.ts",
  "tests/end-to-end/memory.test.ts",
];

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((left, right) => place(left) - place(right));
  }
}

/** What hangs is far beyond these, on a machine with other work too. */
const LIMITS = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    globalSetup: ["scripts/build-for-tests.mjs", "tests/mongo-global-setup.ts"],
    maxWorkers: 2,
    sequence: { sequencer: LongOnesFirst },
    projects: [
      {
        plugins: [builtProgram],
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
        plugins: [builtProgram],
        test: { ...LIMITS, name: "own", include: REPLACE_MODULES, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
