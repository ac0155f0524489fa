// Goal: workers have room for young objects, unless who starts the service says how much.
import { expect, it } from "vitest";
import { nodeArguments } from "../../../src/compose/workers/cluster.ts";

const ROOM = "--max-semi-space-size=32";

it("what the first process was started with is kept", () => {
  expect(nodeArguments(["--import", "tsx"])).toEqual(["--import", "tsx", ROOM]);
});

it("a room that is said is the room, on the command line and in NODE_OPTIONS", () => {
  for (const said of ["--max-semi-space-size=64", "--max_semi_space_size=1"]) {
    expect(nodeArguments([said])).toEqual([said]);
    expect(nodeArguments([], `--trace-warnings ${said}`)).toEqual([]);
  }
});
