// CGRateS with the same call and the like of the demo tariff, where BENCH_CGRATES names its cgr-engine: all
// in its memory, as it answers fastest.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Measured } from "./measure.ts";

/** One price by the prefix of the calls; the account is that of every other measurement. */
export const TARIFF: Record<string, string> = {
  "Destinations.csv": "#Id,Prefix\nDST_ES_MOBILE,34650\n",
  "Rates.csv":
    "#Id,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart\nRT_ES,0.02,0.12,60s,1s,0s\n",
  "DestinationRates.csv":
    "#Id,DestinationId,RatesTag,RoundingMethod,RoundingDecimals,MaxCost,MaxCostStrategy\nDR_ES,DST_ES_MOBILE,RT_ES,*up,4,0,\n",
  "RatingPlans.csv": "#Id,DestinationRatesId,TimingTag,Weight\nRP_ES,DR_ES,*any,10\n",
  "RatingProfiles.csv":
    "#Tenant,Category,Subject,ActivationTime,RatingPlanId,RatesFallbackSubject\ncgrates.org,call,1001,2014-01-14T00:00:00Z,RP_ES,\n",
};

const HOST = "127.0.0.1";
const PATIENCE_MS = 20_000;

export const CGRATES_BINARY = process.env["BENCH_CGRATES"];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, HOST, done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function settings(port: number) {
  const [json, gob] = [await freePort(), await freePort()];
  return {
    general: { log_level: 3, default_timezone: "UTC" },
    listen: { rpc_json: `${HOST}:${json}`, rpc_gob: `${HOST}:${gob}`, http: `${HOST}:${port}` },
    data_db: { db_type: "*internal" },
    stor_db: { db_type: "*internal" },
    rals: { enabled: true, max_increments: 3_000_000 },
    cdrs: { enabled: true, rals_conns: ["*internal"] },
    schedulers: { enabled: false },
    apiers: { enabled: true },
  };
}

/** @throws when it does not come up, or does not take the tariff */
export async function startCgrates(binary: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-cgrates-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  writeFileSync(join(folder, "cgrates.json"), JSON.stringify(await settings(port)));
  const tariff = mkdtempSync(join(folder, "tariff-"));
  for (const [name, text] of Object.entries(TARIFF)) writeFileSync(join(tariff, name), text);
  const child = spawn(binary, ["-config_path", folder, "-logger", "*stdout"], { stdio: "ignore" });
  const url = `http://${HOST}:${port}`;
  const body = JSON.stringify({
    ...{ id: 1, method: "APIerSv1.LoadTariffPlanFromFolder" },
    params: [{ FolderPath: tariff }],
  });
  const headers = { "content-type": "application/json" };
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`${url}/jsonrpc`, { method: "POST", headers, body }).catch(
      (error: unknown) => {
        if (performance.now() > untilMs || child.exitCode !== null) throw error;
        return null;
      },
    );
    if (answer === null) {
      await pause(200);
      continue;
    }
    const { error } = (await answer.json()) as { error: unknown };
    if (error !== null) throw new Error(`CGRateS does not take the tariff: ${String(error)}`);
    return { child, url, isForeign: true };
  }
}
