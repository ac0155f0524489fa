// The user that the store needs: each command that it sends is one that the documented rights allow; and
// what is told where a right, the password or the user is missing, in two lines with the remedy.
import { readFileSync } from "node:fs";
import type { Document } from "mongodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EngineError } from "../../../src/errors.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { mongoUrlThrough } from "../mongo-urls.ts";
import { CHANGES, READS, WRITES } from "./every-call.ts";
import { type ProxiedStores, proxiedStores } from "./test-store.ts";

const uri = await mongoTestUri();
const PAGE = new URL("../../../docs/mongodb.md", import.meta.url);

/** The action of MongoDB that allows each command; null: whoever is connected may send it. */
const ACTIONS: Record<string, string | null> = {
  aggregate: "find",
  count: "find",
  create: "createCollection",
  createIndexes: "createIndex",
  dbStats: "dbStats",
  delete: "remove",
  distinct: "find",
  dropIndexes: "dropIndex",
  endSessions: null,
  find: "find",
  findAndModify: "update",
  getMore: null,
  hello: null,
  insert: "insert",
  ismaster: null,
  killCursors: null,
  listIndexes: "listIndexes",
  ping: null,
  saslContinue: null,
  saslStart: null,
  update: "update",
};

/** As a mongod refuses a command: it quotes it. */
const refusal = (command: string): Document => ({
  ...{ ok: 0, code: 13, codeName: "Unauthorized" },
  errmsg: `not authorized on cdrate to execute command { ${command}: "meta", filter: { account: "s3cr" }, lsid: { id: UUID("6b3c") }, $db: "cdrate" }`,
});

function expectTwoLines({ message, detail }: EngineError, hint: RegExp): void {
  for (const text of [message, detail.hint ?? ""]) {
    expect(text).not.toMatch(/\n|s3cr|lsid|UUID/);
    expect(text.length).toBeLessThan(200);
  }
  expect(detail.hint).toMatch(hint);
}

describe.skipIf(uri === null)("with a server", () => {
  let stores: ProxiedStores;
  beforeEach(async () => {
    stores = await proxiedStores(uri ?? "");
  });
  afterEach(() => stores.close());

  const commands = (): string[] => [
    ...new Set(stores.proxy.sent().map((sent) => Object.keys(sent)[0] ?? "")),
  ];

  async function refused(url = stores.url): Promise<EngineError | null> {
    try {
      await (await openMongoStore({ url, waitMs: 300, migrates: true })).close();
      return null;
    } catch (error) {
      if (error instanceof EngineError) return error;
      throw error;
    }
  }

  test("every command is one that the documented role allows", async () => {
    stores.proxy.meet(null);
    const store = await stores.open({ migrates: true });
    for (const call of Object.values(READS)) await call(store, "rights");
    for (const { call } of Object.values(WRITES)) await call(store, "rights");
    for (const { make, change } of Object.values(CHANGES)) {
      await make(store, "change");
      await change(store, "change");
    }
    await store.close();
    await stores.database.collection("cdrs").dropIndex("batch");
    await stores.database.collection("cdrs").createIndex({ tenant: 1 }, { name: "batch" });
    await (await stores.open({ mendsIndexes: true })).close();
    const sent = commands().filter((name) => name !== "");
    expect(sent.filter((name) => !(name in ACTIONS))).toEqual([]);
    const needed = new Set(sent.flatMap((name) => ACTIONS[name] ?? []));
    const [, list = ""] = /actions: \[([^\]]*)\]/.exec(readFileSync(PAGE, "utf8")) ?? [];
    const documented = [...list.matchAll(/"(\w+)"/g)].map(([, action]) => action);
    expect([...needed].sort()).toEqual(documented.sort());
  });

  test("each command that an opening sends, refused to the user: two lines that say the role", async () => {
    stores.proxy.meet(null);
    expect(await refused()).toBeNull();
    const needed = commands().filter((name) => ACTIONS[name] != null);
    expect(needed).toEqual(
      expect.arrayContaining(["find", "update", "create", "listIndexes", "createIndexes"]),
    );
    for (const command of needed.filter((name) => name !== "delete")) {
      // A data base of its own, whose opening sends everything.
      const name = new URL(stores.url).pathname.slice(1);
      const url = stores.url.replace(name, `${name.slice(0, 40)}-${command}`);
      stores.proxy.meet({ command, when: "instead", answer: refusal(command) });
      const error = await refused(url);
      expect(error).toMatchObject({
        code: "store-unavailable",
        message: `MongoDB cannot be used (13 Unauthorized): not authorized on cdrate to execute command ${command}.`,
      });
      if (error !== null) expectTwoLines(error, /role readWrite/);
    }
  });

  test("a server that asks for a user where the URL has none", async () => {
    const answer = { ok: 0, code: 13, errmsg: "Command find requires authentication" };
    stores.proxy.meet({ command: "find", when: "instead", answer });
    const error = await refused();
    expect(error).toMatchObject({ code: "store-unavailable" });
    if (error !== null) expectTwoLines(error, /^Name user and password in the URL/);
  });

  test("a wrong password is told at once, without it", async () => {
    const answer = {
      ok: 0,
      code: 18,
      errmsg: "Authentication failed.",
      codeName: "AuthenticationFailed",
    };
    stores.proxy.meet({ command: "saslStart", when: "instead", answer });
    const user = "mongodb://cdrate:s3cr%40t@h/?authMechanism=SCRAM-SHA-256";
    const error = await refused(mongoUrlThrough({ uri: user, port: stores.proxy.port }));
    expect(error).toMatchObject({
      code: "store-unavailable",
      // Of the proxy, or of a server that looks at the password while it greets.
      message: expect.stringMatching(/\(18 AuthenticationFailed\): authentication failed\.$/i),
    });
    if (error !== null) expectTwoLines(error, /^Correct user, password and authSource/);
  });
});
