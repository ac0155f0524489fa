// Small tariffs with two carriers, for the tests of back-tests.
import type { TestEngine } from "../rerate/test-engine.ts";

export const TENANT = "example.com";

export interface Prices {
  /** Retail rows behind `prefix,rate,effective_from`. */
  retail?: string;
  alpha?: string;
  beta?: string;
  settings?: string;
}

const RETAIL = "34,0.20,\n44,0.50,\n";

/** Retail 34 at 0.20 and 44 at 0.50; Alpha half of that, Beta a little dearer than Alpha. */
export function filesOf({
  retail = RETAIL,
  alpha = "34,0.10,\n44,0.25,\n",
  beta = "34,0.12,\n44,0.30,\n",
  settings = "",
}: Prices = {}): Record<string, string> {
  const header = "prefix,rate,effective_from\n";
  return {
    "tariff.yaml": `tenant: ${TENANT}
currency: EUR
timeZone: Europe/Madrid
retailPlans: { standard: { deck: retail.csv } }
carrierPlans:
  alpha: { carrier: Alpha, deck: alpha.csv }
  beta: { carrier: Beta, deck: beta.csv }
voipPlans: { gold: { retail: [standard], carriers: [alpha, beta] } }
accounts: accounts.csv
${settings}`,
    "retail.csv": header + retail,
    "alpha.csv": header + alpha,
    "beta.csv": header + beta,
    "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
  };
}

export async function load({ engine }: TestEngine, prices?: Prices): Promise<string> {
  return (await engine.tariffs.load({ files: filesOf(prices) })).version;
}
