import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["tests/mongo-global-setup.ts"],
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
