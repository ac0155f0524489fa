// Goal: every worker of a service takes new certificate files into use. Method: a service of two, whose files are
// replaced; new connections go to the workers in turn.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { expect, it, vi } from "vitest";
import { startService, workersOf } from "../../crash/service.ts";
import { selfSigned } from "../self-signed.ts";

const MINUTES = 180_000;

/** The name of the certificate that serves a new connection. */
function servedName(url: string, ca: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/health`, { ca, agent: false }, (response) => {
      const { subject } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume();
      response.once("end", () => resolve(String(subject.CN)));
    });
    sent.once("error", reject);
    sent.end();
  });
}

it(
  "new certificates are served by each worker, without a connection refused",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "cdrate-tls-workers-"));
    const tls = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    const write = (pair: { cert: string; key: string }): void => {
      writeFileSync(tls.cert, pair.cert);
      writeFileSync(tls.key, pair.key);
    };
    const [first, second] = [selfSigned("first"), selfSigned("second")];
    write(first);
    const store = `sqlite:${join(folder, "tls.db")}`;
    const service = await startService({ folder, store, workers: 2, settings: { tls } });
    try {
      const names = async () => {
        const served: string[] = [];
        for (let n = 0; n < 6; n += 1) {
          served.push(await servedName(service.url, [first.cert, second.cert]));
        }
        return new Set(served);
      };
      await vi.waitFor(() => expect(workersOf(service.pid)).toHaveLength(2), { timeout: 60_000 });
      expect(await names()).toEqual(new Set(["first"]));
      write(second);
      await vi.waitFor(async () => expect(await names()).toEqual(new Set(["second"])), {
        timeout: 60_000,
        interval: 200,
      });
    } finally {
      await service.end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  },
  MINUTES,
);
