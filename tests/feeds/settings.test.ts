// What of the settings of feeds is refused, and by which name.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readSettings } from "../../src/config/config.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-feed-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(feed: object, source: object = {}) {
  const configPath = join(folder, "cdrate.yaml");
  const sources = [{ name: "hq", kind: "ucm", ...source }];
  const feeds = [{ name: "ucm", source: "hq", ...feed }];
  writeFileSync(configPath, JSON.stringify({ sources, feeds }));
  return readSettings({ configPath, environment: {}, flags: {} });
}

const PORT = { kind: "ucm-tcp", listen: "127.0.0.1:9999" };
const PULL = { kind: "ucm-pull", url: "https://192.0.2.10:8089", user: "cdrapi", secretEnv: "S" };
const HOST = { host: "20EZ0000000001" };

describe("the settings of a UCM's feeds", () => {
  it("are taken", () => {
    expect(read(PORT).feeds).toMatchObject([{ idleSeconds: 30, connections: 100 }]);
    expect(read({ ...PORT, listen: "[::1]:65535" }).feeds).toHaveLength(1);
    expect(read(PULL, HOST).feeds).toMatchObject([{ api: "new", everySeconds: 300 }]);
  });

  it.each([
    ["a port over 65535", { ...PORT, listen: "127.0.0.1:99999" }, HOST, "feeds.0.listen: the port"],
    ["no port", { ...PORT, listen: "127.0.0.1" }, HOST, "feeds.0.listen: `address:port`"],
    ["an open port", { ...PORT, listen: "0.0.0.0:9999" }, HOST, "feeds.0.listen: 0.0.0.0:9999 is"],
    ["no host", PULL, {}, "feeds.0.source: records that are pulled name no serial number"],
    ["a path", { ...PULL, url: "https://192.0.2.10/api" }, HOST, "feeds.0.url: `https://"],
    ["a password in the address", { ...PULL, url: "https://a:b@192.0.2.10" }, HOST, "feeds.0.url"],
    ["no address", { ...PULL, url: "https://192.0.2.10:99999" }, HOST, "feeds.0.url: no address"],
    ["no secret", { ...PULL, secretEnv: undefined }, HOST, "feeds.0.secretEnv: give either"],
    ["two secrets", { ...PULL, secretFile: "x" }, HOST, "feeds.0.secretEnv: give either"],
    ["half a hash", { ...PULL, certificate: "9F:86" }, HOST, "feeds.0.certificate: the sha256"],
  ])("are refused with %s", (_what, feed, source, fault) => {
    expect(() => read(feed, source)).toThrow(fault);
  });
});
