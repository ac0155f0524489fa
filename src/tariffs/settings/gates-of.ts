// The gates of a tariff.yaml, without the rest of it.
import { createFaultList } from "../fault-list.ts";
import { type Gates, gateSettings } from "../gates.ts";
import { readYaml } from "./yaml.ts";

/** The gates that a `tariff.yaml` without faults names. */
export function gatesOf(settings: string): Gates {
  const yaml = readYaml("tariff.yaml", settings, createFaultList(1));
  const { gates = {} } = (yaml?.value ?? {}) as { gates?: unknown };
  const read = gateSettings.safeParse(gates);
  return read.success ? read.data : {};
}
