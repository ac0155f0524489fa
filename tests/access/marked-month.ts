// A month of CDRs with marks in all that a customer does not see: carriers, gateways, buy amounts, other
// accounts, and every field that a feed can fill apart from those that a customer is shown.
import { expect } from "vitest";
import type { TestService } from "../end-to-end/test-service.ts";
import type { PartThings } from "./part-rows.ts";

export const TENANT = "own.example";
export const ACCOUNT = "mine";
/** In every text that must not be told. */
export const MARK = "zqmark";
const mark = (name: string) => `${MARK}-${name}`;

const tariffOf = (buy: string) => ({
  "tariff.yaml": `tenant: ${TENANT}
currency: EUR
retailPlans: { standard: { deck: retail.csv } }
carrierPlans:
  ${mark("plan")}: { carrier: ${mark("carrier")}, gateway: ${mark("gateway")}, deck: carrier.csv, rounding: { decimals: 8 } }
  ${mark("rivalPlan")}: { carrier: ${mark("rival")}, deck: rival.csv, rounding: { decimals: 8 } }
voipPlans: { gold: { retail: [standard], carriers: [${mark("plan")}, ${mark("rivalPlan")}] } }
accounts: accounts.csv
`,
  "retail.csv": "prefix,rate,destination\n34,0.11,Spain\n44,0.21,United Kingdom\n",
  // 99 has no retail price: the buy side alone knows where it is.
  "carrier.csv": `prefix,rate,destination\n34,${buy},${mark("Spain")}\n99,${buy},${mark("nowhere")}\n`,
  "rival.csv": `prefix,rate\n34,0.0944733\n`,
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
});

/** What `cdr.process` can be given beside the facts that a customer sees. */
const MARKED = {
  originHost: mark("originHost"),
  source: mark("source"),
  category: "call",
  callerName: mark("callerName"),
  queue: mark("queue"),
  agent: mark("agent"),
  trunk: mark("trunk"),
  direction: "*out",
  sentCost: "7.316472",
  node: mark("extra"),
  nested: { deep: [mark("nested")] },
  [mark("extraName")]: "x",
};

const DESTINATIONS = ["34650123456", "442079460123", "9912345678", "3460", "34911234567"];
const FIRST_MS = Date.parse("2026-02-01T00:00:00Z");
const DAY_MS = 86_400_000;

function cdrAt(index: number): Record<string, unknown> {
  const isOwn = index % 3 !== 2;
  const at = new Date(FIRST_MS + (index % 28) * DAY_MS + (index % 24) * 3_600_000);
  return {
    ...MARKED,
    ...{ tenant: TENANT, account: isOwn ? ACCOUNT : mark("other-account") },
    originId: mark(`origin-${index}`),
    destination: DESTINATIONS[index % DESTINATIONS.length],
    callerNumber: `3491100000${index % 10}`,
    answerTime: at.toISOString(),
    usage: index % 7 === 0 ? 0 : 31 + (index % 11) * 13,
    disconnectCause: index % 2 === 0 ? "16" : "17",
    ...(index % 5 === 1 && { supplier: mark("carrier") }),
    ...(index % 11 === 3 && { supplier: mark("unknownCarrier") }),
    ...(index % 13 === 4 && { category: mark("category"), subject: mark("subject") }),
    ...(index % 17 === 6 && { requestType: mark("requestType") }),
  };
}

/** As mod_json_cdr posts it: legs and the id that joins them. */
const FREESWITCH = JSON.stringify({
  "core-uuid": mark("core"),
  switchname: mark("switch"),
  variables: {
    ...{ uuid: mark("uuid"), call_uuid: mark("call"), direction: "inbound" },
    ...{ accountcode: ACCOUNT, destination_number: "34650123456", domain_name: TENANT },
    ...{ start_epoch: "1771000000", answer_epoch: "1771000002", end_epoch: "1771000062" },
    ...{ duration: "62", billsec: "60", hangup_cause: "NORMAL_CLEARING", tenant: TENANT },
    ...{
      sip_gateway_name: mark("sip-gateway"),
      bridge_channel: `sofia/gateway/${mark("bridge")}/34`,
    },
  },
  callflow: [
    { caller_profile: { caller_id_number: "34911000001", destination_number: "34650123456" } },
  ],
});

export interface Month {
  things: PartThings;
  /** Of the account, of another one, and of nobody. */
  ids: string[];
  /** Buy amounts and margins, as they are stored and as they are summed. */
  amounts: string[];
  marks: string[];
  secrets: RegExp;
}

type Ask = (method: string, params: object) => ReturnType<TestService["rpc"]>;

type Sides = readonly string[];

/** Every amount under one of these members of an answer. */
function amountsIn(
  value: unknown,
  sides: Sides,
  isOfSide = false,
  found = new Set<string>(),
): Set<string> {
  if (typeof value === "string" && isOfSide && /^-?\d+\.\d{4,}$/.test(value)) found.add(value);
  if (typeof value !== "object" || value === null) return found;
  for (const [name, member] of Object.entries(value)) {
    amountsIn(member, sides, isOfSide || sides.includes(name), found);
  }
  return found;
}

export async function fillMonth(
  service: TestService,
  by: Record<string, string>,
  count: number,
): Promise<Month> {
  const { engine } = service.service;
  const ask: Ask = (method, params) => service.rpc(method, params, by);
  const [first, later] = [
    await ask("tariff.load", { files: tariffOf("0.0777133") }),
    await ask("tariff.load", { files: tariffOf("0.0655977") }),
  ];
  await ask("tariff.activate", { version: first.version, at: "2020-01-01T00:00:00Z" });
  const cdrs = Array.from({ length: count }, (_none, index) => cdrAt(index));
  const { results } = await ask("cdr.processMany", { cdrs, batch: mark("batch") });
  const idAt = (index: number): string => results[index].id;
  const posted = await service.post("/freeswitch_json", FREESWITCH, {
    ...{ "content-type": "application/json", ...by },
  });
  expect(posted.status).toBe(200);
  // Another account's before; voided; with a note that somebody wrote.
  await ask("cdr.correct", { id: idAt(2), fields: { account: ACCOUNT }, reason: mark("note") });
  await ask("cdr.correct", {
    id: idAt(0),
    fields: { supplier: mark("late") },
    reason: mark("note"),
  });
  await ask("cdr.void", { id: idAt(3), reason: mark("note") });
  // The buy side alone is another one from here on.
  const { job } = await ask("rerate.plan", { tariffVersion: later.version });
  await engine.rerates.settled(job);
  await ask("rerate.apply", { job });
  await engine.rerates.settled(job);
  const bad = { ...cdrAt(1), originId: mark("bad"), usage: -1 };
  const { suspenseId: suspense } = await ask("cdr.process", { cdr: bad });
  const period = { from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z" };
  for (const party of [{ account: ACCOUNT }, { carrier: mark("carrier") }]) {
    const closing = await ask("period.close", { tenant: TENANT, ...party, period });
    await engine.periods.settled(closing.job);
  }
  const set = { tenant: TENANT, voipPlan: "gold", from: "2026-01-01T00:00:00Z" };
  for (const account of [ACCOUNT, mark("other-account")]) {
    await ask("account.set", { ...set, account });
  }
  await ask("schedule.set", {
    ...{ name: mark("schedule"), report: "daily", every: "day", at: "06:00" },
    to: [{ folder: "reports" }],
  });
  const found = await ask("cdr.find", { limit: 1000 });
  const sums = [];
  for (const groupBy of [[], ["day"], ["account"], ["carrier"], ["country"], ["destination"]]) {
    sums.push(await ask("cdr.summarize", { groupBy }));
    sums.push(await ask("cdr.summarize", { groupBy, filter: { accounts: [ACCOUNT] } }));
  }
  const sold = amountsIn([found.cdrs, sums], ["sell"]);
  const amounts = [...amountsIn([found.cdrs, sums], ["buy", "margin"])].filter(
    (amount) => !sold.has(amount),
  );
  const hidden = [...amounts, "7.316472", "0.0777133", "0.0655977", "0.0944733"];
  return {
    ids: [0, 1, 2, 3, 4, 5].map(idAt).concat("0".repeat(40)),
    amounts,
    marks: Object.values(MARKED).filter((value) => String(value).startsWith(MARK)) as string[],
    secrets: new RegExp([MARK, ...hidden.map((one) => one.replaceAll(".", "\\."))].join("|"), "gi"),
    things: { own: idAt(1), theirs: idAt(5), suspense, job, closed: "1", version: first.version },
  };
}
