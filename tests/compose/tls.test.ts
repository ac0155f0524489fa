// Goal: TLS by certificate files; new files are taken into use without a restart, bad ones are not.
// Method: a service on certificates of our own, whose files are replaced while it serves.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchCertificate } from "../../src/tls/certificate.ts";
import { startTestService } from "../end-to-end/test-service.ts";
import { selfSigned } from "./self-signed.ts";

let folder: string;
let files: { cert: string; key: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cdrate-tls-"));
  files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(pair: { cert: string; key: string }): void {
  writeFileSync(files.cert, pair.cert);
  writeFileSync(files.key, pair.key);
}

/** The status of /health on a new connection, and the name of the certificate that served it. */
function askHealth(url: string, ca: string): Promise<{ status: number; name: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/health`, { ca, agent: false }, (response) => {
      const { subject } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume();
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, name: String(subject.CN) }),
      );
    });
    sent.once("error", reject);
    sent.end();
  });
}

it("serves by the files of the settings, and by new ones on new connections", async () => {
  const [first, second] = [selfSigned("first"), selfSigned("second")];
  write(first);
  const service = await startTestService({ settings: { tls: files }, demo: false });
  try {
    expect(service.url).toMatch(/^https:/);
    expect(await askHealth(service.url, first.cert)).toEqual({ status: 200, name: "first" });
    await expect(askHealth(service.url, second.cert)).rejects.toThrow();
    write(second);
    await vi.waitFor(
      async () => expect((await askHealth(service.url, second.cert)).name).toBe("second"),
      { timeout: 10_000, interval: 50 },
    );
  } finally {
    await service.stop();
  }
});

it("keeps the old one when new files do not fit, says so once for each, and takes the mended ones", async () => {
  const [first, second] = [selfSigned("first"), selfSigned("second")];
  write(first);
  const used: string[] = [];
  const faults: string[] = [];
  const look = watchCertificate({
    files,
    current: first,
    use: ({ cert }) => used.push(cert),
    clock: () => Date.parse("2026-03-03T00:00:00Z"),
    log: {
      info: () => {},
      warn: () => {},
      error: (facts) => faults.push(String((facts as { fault: string }).fault)),
    },
  });
  await look();
  writeFileSync(files.cert, second.cert);
  await look();
  await look();
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/are no certificate with its key/);
  writeFileSync(files.cert, "-----BEGIN CERTIFICATE-----\nnot base64\n");
  await look();
  rmSync(files.key);
  await look();
  expect(faults).toHaveLength(3);
  expect(faults[2]).toMatch(/tls\.key: .*key\.pem cannot be read/);
  expect(used).toEqual([]);
  write(second);
  await look();
  await look();
  expect(used).toEqual([second.cert]);
});

it("says that a certificate has expired", async () => {
  const [first, second] = [selfSigned("first"), selfSigned("second")];
  const warned: string[] = [];
  const look = watchCertificate({
    files,
    current: first,
    use: () => {},
    clock: () => Date.parse("2050-01-01T00:00:00Z"),
    log: { info: () => {}, error: () => {}, warn: (_facts, text) => warned.push(text ?? "") },
  });
  write(second);
  await look();
  expect(warned).toEqual(["that certificate has expired"]);
});

it.each([
  ["a missing file", () => {}, /tls\.cert: .*cannot be read/],
  [
    "the key of another certificate",
    () => write({ ...selfSigned("a"), key: selfSigned("b").key }),
    /no certificate with its key/,
  ],
])("does not start with %s", async (_name, prepare, text) => {
  prepare();
  await expect(startTestService({ settings: { tls: files }, demo: false })).rejects.toMatchObject({
    code: "invalid-settings",
    message: expect.stringMatching(text),
  });
});
