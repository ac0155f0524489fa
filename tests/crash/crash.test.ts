// Goal: what is promised for each fault of process, disk, file, lock and clock holds.
// Method: short forms of `npm run crash`, each with a service in a process of its own.
import { describe, expect, it } from "vitest";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { type Kind, runKind } from "./run.ts";

const mongo = await mongoTestUri();

/** Short limits, and patience with a machine that runs other tests beside these. */
const SHORT = {
  limits: { storeSeconds: 1, stopSeconds: 2 },
  healthMs: 5_000,
  answers: 20,
  kills: 2,
  rows: 400,
  seconds: 2,
};

describe("npm run crash, in short", () => {
  it.each<Kind>([
    "kill",
    "signal",
    "lock",
    "disk",
    "wal",
    "clock",
    "mixed",
    "follow",
    "ami",
    "sql",
    "tcp",
    "output",
    "pull",
    "import",
    "switchover",
    "tariffs",
    "cgrates",
    "erasing",
  ])(
    "%s: every promise holds",
    async (kind) => {
      const { facts, broken } = await runKind(kind, SHORT);
      process.stdout.write(`\ncrash ${kind}: ${JSON.stringify(facts)}\n`);
      expect(broken).toEqual([]);
    },
    120_000,
  );

  it.skipIf(mongo === null).each<Kind>(["kill", "cgrates", "mongodb"])(
    "%s, with a MongoDB: every promise holds",
    async (kind) => {
      const { facts, broken } = await runKind(kind, { ...SHORT, mongo: mongo ?? "" });
      process.stdout.write(`\ncrash ${kind} with a MongoDB: ${JSON.stringify(facts)}\n`);
      expect(broken).toEqual([]);
    },
    240_000,
  );
});
