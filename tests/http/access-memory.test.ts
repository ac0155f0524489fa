// Goal: what a connection was let in with is remembered for that connection and that text alone, and
// the guard against pages looks at every request.
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { Credential } from "../../src/config/config.ts";
import { type AccessRequest, createAccessRules } from "../../src/http/access/access.ts";
import { createGuard } from "../../src/http/access/guard.ts";
import type { Passwords } from "../../src/http/access/passwords.ts";

const tokenOf = (name: string): Credential => ({
  name,
  tokenSha256: createHash("sha256").update(`token-of-${name}`).digest("hex"),
  roles: ["read"],
  tenants: ["*"],
});
const user: Credential = {
  name: "u",
  user: "u",
  passwordScrypt: "",
  roles: ["read"],
  tenants: ["*"],
};

function rules() {
  let compared = 0;
  const passwords: Passwords = {
    async verify(text) {
      compared += 1;
      return text === "u:right" ? user : undefined;
    },
    counts: () => ({ right: 0, wrong: 0, "no-turn": 0 }),
  };
  const credentials = [tokenOf("a"), tokenOf("b"), user];
  const access = createAccessRules({
    ...{ credentials, passwords, guard: createGuard([]), isOpen: false },
    sessions: { of: async () => null },
    programs: { of: async () => null },
    customerFields: [],
  });
  return { access, compared: () => compared };
}

const request = (connection: object, authorization?: string): AccessRequest => ({
  connection,
  authorization,
  address: "192.0.2.1",
  origin: undefined,
  referer: undefined,
  fetchSite: undefined,
  ...{ cookie: undefined, contentType: undefined, requestedWith: undefined },
  rawHeaders: ["Host", "cdrate.example"],
});
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

it("the same text on the same connection is compared once", async () => {
  const { access, compared } = rules();
  const connection = {};
  for (let n = 0; n < 3; n += 1) await access.check(request(connection, basic("u:right")));
  expect(compared()).toBe(1);
  await access.check(request({}, basic("u:right")));
  expect(compared()).toBe(2);
});

it("another text on the connection is another credential, or none", async () => {
  const { access } = rules();
  const connection = {};
  const nameOf = async (text?: string) => (await access.check(request(connection, text))).name;
  expect(await nameOf("Bearer token-of-a")).toBe("a");
  expect(await nameOf("Bearer token-of-b")).toBe("b");
  expect(await nameOf(basic("u:right"))).toBe("u");
  for (const wrong of ["Bearer token-of-c", basic("u:wrong"), undefined, ""]) {
    await expect(nameOf(wrong)).rejects.toMatchObject({ code: "unauthorized" });
  }
  expect(await nameOf("Bearer token-of-a")).toBe("a");
});

it("a page of another site is refused on a connection that was let in", async () => {
  const { access } = rules();
  const known = request({}, basic("u:right"));
  await access.check(known);
  const fromPage = { ...known, origin: "https://evil.example" };
  await expect(async () => access.check(fromPage)).rejects.toMatchObject({ code: "forbidden" });
});

it("another address on the connection is told, as a proxy may say another one", async () => {
  const { access } = rules();
  const connection = {};
  const known = request(connection, "Bearer token-of-a");
  expect((await access.check(known)).address).toBe("192.0.2.1");
  const { address, name } = await access.check({ ...known, address: "192.0.2.9" });
  expect([address, name]).toEqual(["192.0.2.9", "a"]);
});
