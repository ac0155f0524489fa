// Goal: clients of CGRateS work here unchanged. Method: the recorded requests and answers of the real
// engine, each replayed on a fresh service without settings. What is built agrees, but for the pairs that
// the page names with a reason; how many agree never falls.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { findMethod } from "../../src/cgrates-api/services.ts";
import {
  methodOf,
  type RecordedPair,
  type RecordedRequest,
  type Recordings,
  readRecordings,
} from "./recorded-pairs.ts";
import { type Replayed, replay } from "./replay.ts";

const recordings = readRecordings();
if (recordings === null) {
  process.stderr.write("NOT REPLAYED: ../shared/reference/cgrates-wire is not there.\n");
}

/** Pairs that agree: a change that makes them fewer breaks a client. */
const AGREEING = 901;

/** Whether everything that the pair and what was there before it ask for is there. */
function isBuilt({ setups }: Recordings, { setup, request }: RecordedPair): boolean {
  const before = setups[setup]?.requests ?? [];
  return request.path === "/jsonrpc" && [...before, request].every((one) => !isMissing(one));
}

/** The engine has its method, and this build does not. */
function isMissing(request: RecordedRequest): boolean {
  if (request.path !== "/jsonrpc") return false;
  const method = methodOf(request);
  return typeof findMethod(method) === "string" && !isUnknownToEngine(method);
}

/** Methods that the engine itself cannot find. */
const unknownToEngine = new Set(
  (recordings?.pairs ?? [])
    .filter(({ response }) => /"rpc: (can't find|service.method)/.test(response.body ?? ""))
    .map(({ request }) => methodOf(request)),
);

function isUnknownToEngine(method: string): boolean {
  return unknownToEngine.has(method) || !/^[A-Z]\w*\.\w+$/.test(method);
}

describe.skipIf(recordings === null)("the recorded answers of the engine", () => {
  let replayed: Replayed[] = [];
  const page = readFileSync(new URL("../../docs/from-cgrates.md", import.meta.url), "utf8");
  const named = new Set([...page.matchAll(/`([\w.]+)`/g)].map(([, name]) => name ?? ""));

  beforeAll(async () => {
    if (recordings === null) return;
    const pairs = recordings.pairs.filter((pair) => isBuilt(recordings, pair));
    replayed = await replay(recordings, pairs);
  }, 400_000);

  it("are given here too, but for those that the page names", () => {
    const others = replayed.filter(({ agrees }) => !agrees).map(({ pair }) => pair.id);
    expect(others.filter((id) => !named.has(id))).toEqual([]);
  });

  it("are not named on the page where they agree", () => {
    const agreeing = replayed.filter(({ agrees, pair }) => agrees && named.has(pair.id));
    expect(agreeing.map(({ pair }) => pair.id)).toEqual([]);
  });

  it("agree in no fewer pairs than before", () => {
    const agreeing = replayed.filter(({ agrees }) => agrees).length;
    expect(agreeing).toBeGreaterThanOrEqual(AGREEING);
  });
});
