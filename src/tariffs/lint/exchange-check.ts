// Warns of carriers whose currency can never be compared with what the customer pays.
import type { FaultList } from "../fault-list.ts";
import type { YamlSettings } from "../settings/yaml.ts";
import type { Tariff, VoipPlan } from "../tariff.ts";

/** Without a rate such a carrier is rejected for every call, with `no-exchange-rate`. */
export function warnOfExchange(
  file: string,
  { yaml, tariff }: { yaml: YamlSettings; tariff: Tariff },
  faults: FaultList,
): void {
  const rates = new Set(tariff.exchange.map(({ from, to }) => `${from} ${to}`));
  const currencies = new Map(tariff.carrierPlans.map(({ name, rules }) => [name, rules.currency]));
  const sells = new Map(tariff.retailPlans.map(({ name, rules }) => [name, rules.currency]));
  for (const plan of tariff.voipPlans) {
    const sold = sellCurrencies(tariff, plan, sells);
    plan.carriers.forEach((carrier, index) => {
      const from = currencies.get(carrier);
      const to = sold.find((currency) => currency !== from && !rates.has(`${from} ${currency}`));
      if (from === undefined || to === undefined) return;
      const place = yaml.place(["voipPlans", plan.name, "carriers", index]);
      faults.add(file, place, "missing-exchange", `${carrier}: ${from} to ${to}.`);
    });
  }
}

/** In the order of the VoIP plan. */
function sellCurrencies(
  tariff: Tariff,
  plan: VoipPlan,
  sells: ReadonlyMap<string, string>,
): string[] {
  const found = plan.retail.flatMap((name) => sells.get(name) ?? []);
  return found.length === 0 ? [tariff.rules.currency] : [...new Set(found)];
}
