// JSON-RPC: what is said of carriers and gateways: names, contacts, addresses, notes.
import { z } from "zod";
import { DEFAULT_TENANT } from "../../../cdr/defaults.ts";
import type { Held } from "../../../engine/master/held.ts";
import { engineError } from "../../../errors.ts";
import { carrierFields, changesOf, gatewayFields, shownOf } from "../../../master/fields.ts";
import { method } from "../../method.ts";
import { cursor, name, pageLimit } from "../../shapes.ts";
import { heldFields, heldView, ifRevision, membersView, saysSomething, search } from "./entry.ts";

const tenant = name.default(DEFAULT_TENANT);
const carrier = name.describe("As the tariff's `carrier:` names it.");
const gateway = name.describe("As the tariff's `gateway:` names it.");
const reading = { permission: "master.read", writes: false, repeatable: true } as const;
const writing = { permission: "master.write", writes: true, heavy: false } as const;
const page = {
  tenant: name.optional().describe("absent: every tenant that the caller may see"),
  search,
  limit: pageLimit,
  cursor: cursor.optional(),
};

/** @throws `invalid-params` where nothing is given */
export function requireSomething(members: Readonly<Record<string, unknown>>): void {
  if (saysSomething(members)) return;
  throw engineError("invalid-params", "Nothing is said: give at least one member.", {
    path: "name",
  });
}

const carrierEntry = z
  .object({ tenant: z.string(), carrier: z.string(), ...shownOf(carrierFields), ...heldFields })
  .meta({ id: "CarrierEntry" });

function viewCarrier(held: Held): z.input<typeof carrierEntry> {
  const { tenant: of, id, members } = held;
  const said = membersView(carrierFields, members);
  return { tenant: of, carrier: id, ...said, ...heldView(held) };
}

const gatewayEntry = z
  .object({ tenant: z.string(), gateway: z.string(), ...shownOf(gatewayFields), ...heldFields })
  .meta({ id: "GatewayEntry" });

function viewGateway(held: Held): z.input<typeof gatewayEntry> {
  const { tenant: of, id, members } = held;
  const said = membersView(gatewayFields, members);
  return { tenant: of, gateway: id, ...said, ...heldView(held) };
}

export const setCarrierMethod = method({
  name: "carrier.set",
  summary:
    "Says who a carrier is: members that are left out stay as they are, null takes one away. Prices nothing.",
  ...writing,
  errors: ["forbidden", "conflict", "store-unavailable"],
  params: z.strictObject({ tenant, carrier, ...changesOf(carrierFields), ifRevision }),
  result: carrierEntry,
  example: { carrier: "alpha", name: "Alpha Telecom", notes: "Noc around the clock." },
  async run({ tenant: of, carrier: id, ifRevision: revision, ...members }, { engine, caller }) {
    requireSomething(members);
    const change = { tenant: of, id, members, ifRevision: revision };
    return viewCarrier(await engine.master.carriers.set(change, caller));
  },
});

export const getCarrierMethod = method({
  name: "carrier.get",
  summary: "What is said of a carrier, and where that is from.",
  ...reading,
  heavy: false,
  errors: ["forbidden", "not-found", "store-unavailable"],
  params: z.strictObject({ tenant, carrier }),
  result: carrierEntry,
  example: { carrier: "alpha" },
  async run({ tenant: of, carrier: id }, { engine, caller }) {
    return viewCarrier(await engine.master.carriers.get({ tenant: of, id }, caller.scope));
  },
});

export const listCarriersMethod = method({
  name: "carrier.list",
  summary: "Carriers that something is said of, page by page. A page may be short and have more.",
  ...reading,
  heavy: true,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject(page),
  result: z.object({ carriers: z.array(carrierEntry), nextCursor: z.string().optional() }),
  example: { search: "al" },
  async run(query, { engine, caller }) {
    const { entries, next } = await engine.master.carriers.list(query, caller.scope);
    const carriers = entries.map(viewCarrier);
    return { carriers, ...(next === undefined ? {} : { nextCursor: next }) };
  },
});

export const removeCarrierMethod = method({
  name: "carrier.remove",
  summary: "Takes away what the store says of a carrier; prices and CDRs stay.",
  ...writing,
  errors: ["forbidden", "conflict", "not-found", "store-unavailable"],
  params: z.strictObject({ tenant, carrier, ifRevision }),
  result: carrierEntry.describe("as it was"),
  example: { carrier: "alpha" },
  async run({ tenant: of, carrier: id, ifRevision: revision }, { engine, caller }) {
    const what = { tenant: of, id, ifRevision: revision };
    return viewCarrier(await engine.master.carriers.remove(what, caller));
  },
});

export const setGatewayMethod = method({
  name: "gateway.set",
  summary:
    "Says what a gateway is: members that are left out stay as they are, null takes one away. Prices nothing.",
  ...writing,
  errors: ["forbidden", "conflict", "store-unavailable"],
  params: z.strictObject({ tenant, gateway, ...changesOf(gatewayFields), ifRevision }),
  result: gatewayEntry,
  example: { gateway: "gw-alpha", carrier: "alpha", addresses: ["192.0.2.7"] },
  async run({ tenant: of, gateway: id, ifRevision: revision, ...members }, { engine, caller }) {
    requireSomething(members);
    const change = { tenant: of, id, members, ifRevision: revision };
    return viewGateway(await engine.master.gateways.set(change, caller));
  },
});

export const getGatewayMethod = method({
  name: "gateway.get",
  summary: "What is said of a gateway, and where that is from.",
  ...reading,
  heavy: false,
  errors: ["forbidden", "not-found", "store-unavailable"],
  params: z.strictObject({ tenant, gateway }),
  result: gatewayEntry,
  example: { gateway: "gw-alpha" },
  async run({ tenant: of, gateway: id }, { engine, caller }) {
    return viewGateway(await engine.master.gateways.get({ tenant: of, id }, caller.scope));
  },
});

export const listGatewaysMethod = method({
  name: "gateway.list",
  summary: "Gateways that something is said of, page by page. A page may be short and have more.",
  ...reading,
  heavy: true,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject(page),
  result: z.object({ gateways: z.array(gatewayEntry), nextCursor: z.string().optional() }),
  example: {},
  async run(query, { engine, caller }) {
    const { entries, next } = await engine.master.gateways.list(query, caller.scope);
    const gateways = entries.map(viewGateway);
    return { gateways, ...(next === undefined ? {} : { nextCursor: next }) };
  },
});

export const removeGatewayMethod = method({
  name: "gateway.remove",
  summary: "Takes away what the store says of a gateway; prices and CDRs stay.",
  ...writing,
  errors: ["forbidden", "conflict", "not-found", "store-unavailable"],
  params: z.strictObject({ tenant, gateway, ifRevision }),
  result: gatewayEntry.describe("as it was"),
  example: { gateway: "gw-alpha" },
  async run({ tenant: of, gateway: id, ifRevision: revision }, { engine, caller }) {
    const what = { tenant: of, id, ifRevision: revision };
    return viewGateway(await engine.master.gateways.remove(what, caller));
  },
});
