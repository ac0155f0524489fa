// A driver without its native module is told apart from a store that cannot be used.
import { expect, test, vi } from "vitest";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";

const fault = vi.hoisted(() => ({ now: new Error() }));
vi.mock("better-sqlite3", () => ({
  default: function Sqlite() {
    throw fault.now;
  },
}));

const NOT_INSTALLED = Object.assign(
  new Error("Could not locate the bindings file. Tried:\n → /a/better_sqlite3.node"),
  { tries: ["/a/better_sqlite3.node"] },
);
const OTHER_NODE = Object.assign(new Error("was compiled against a different Node.js version"), {
  code: "ERR_DLOPEN_FAILED",
});

test.each([
  ["not installed (npm install --ignore-scripts)", NOT_INSTALLED],
  ["compiled for another Node", OTHER_NODE],
])("%s: both remedies", async (_, cause) => {
  fault.now = cause;
  const refused = await openSqliteStore({ path: ":memory:" }).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "store-unavailable",
    message: expect.stringMatching(/^The store .* cannot load its native module\.$/),
    detail: {
      place: expect.stringMatching(/^:memory:; .+$/),
      hint: expect.stringMatching(/C\+\+ compiler[\s\S]*prebuilt[\s\S]*npm rebuild/),
    },
  });
});

test("a file that cannot be opened keeps its own hint", async () => {
  fault.now = Object.assign(new Error("unable to open"), { code: "SQLITE_CANTOPEN" });
  const refused = await openSqliteStore({ path: ":memory:" }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ detail: { hint: expect.stringContaining("disk has room") } });
});
