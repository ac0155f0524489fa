// The base of master data: what the settings file says.
import type { JsonObject } from "../../cdr/json.ts";
import type { MasterSettings } from "../../master/fields.ts";
import { causeKey } from "./causes.ts";
import type { Fixed } from "./held.ts";

/** JSON has no member that is not there. */
const membersOf = (said: object) => JSON.parse(JSON.stringify(said)) as JsonObject;

export function fixedOf({ accounts, carriers, gateways, causes }: MasterSettings): Fixed[] {
  return [
    ...accounts.map(({ tenant, account: id, ...said }): Fixed => {
      return { kind: "account", tenant, id, members: membersOf(said) };
    }),
    ...carriers.map(({ tenant, carrier: id, ...said }): Fixed => {
      return { kind: "carrier", tenant, id, members: membersOf(said) };
    }),
    ...gateways.map(({ tenant, gateway: id, ...said }): Fixed => {
      return { kind: "gateway", tenant, id, members: membersOf(said) };
    }),
    ...causes.map(({ code, language, ...said }): Fixed => {
      return { ...causeKey({ code, language }), members: membersOf(said) };
    }),
  ];
}
