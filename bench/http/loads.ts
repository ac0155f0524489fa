// The requests of the benchmarks: each call has another number and length, each record another id.
import { sampleFreeswitchCdr } from "../../tests/formats/freeswitch-sample.ts";

export interface Load {
  path: string;
  type: string;
  /** The body of the next request. */
  body(): string;
}

let serial = 0;

const DESTINATIONS = 900_000;
const LONGEST_SECONDS = 3600;

/** Spanish mobile numbers: each of the three carriers of the demo tariff has a price for them. */
function nextCall() {
  serial += 1;
  return {
    account: "1001",
    destination: `34650${100_000 + (serial % DESTINATIONS)}`,
    answerTime: "2026-03-02T09:00:00Z",
    usage: 1 + (serial % LONGEST_SECONDS),
  };
}

/** Forms as CGRateS's, each with this answer time, or that of all calls. */
export function formLoad(time?: string): Load {
  const body = () => {
    const { account, destination, answerTime, usage } = nextCall();
    return `accid=bench-${serial}&cdrhost=192.0.2.7&account=${account}&destination=${destination}&answer_time=${time ?? answerTime}&usage=${usage}s&sip_user=Jitsi`;
  };
  return { path: "/cgr", type: "application/x-www-form-urlencoded", body };
}

export const FORM: Load = formLoad();

/** Names and lengths as those of a switch whose dial plan sets many: 12 KB in all. */
const MORE_VARIABLES = Object.fromEntries(
  Array.from({ length: 190 }, (_, n) => [
    `sip_h_X-Bench-${n}`,
    `value ${n} <sip:100${n}@pbx.example;transport=udp>`,
  ]),
);
const DOCUMENT = JSON.stringify(
  sampleFreeswitchCdr({
    uuid: "UUID",
    destination: "DESTINATION",
    startMs: 1_772_000_000_000,
    variables: MORE_VARIABLES,
  }),
);

export const DOCUMENT_BYTES = Buffer.byteLength(DOCUMENT);

export const FREESWITCH: Load = {
  path: "/freeswitch_json",
  type: "application/json",
  body() {
    const { destination } = nextCall();
    return DOCUMENT.replaceAll("UUID", `bench-${serial}`).replaceAll("DESTINATION", destination);
  },
};

function request(method: string, params: unknown) {
  return { jsonrpc: "2.0", id: serial, method, params };
}

/** JSON-RPC calls; with `batch`, so many in one request. */
export function rpcLoad(method: string, path = "/jsonrpc", batch = 1): Load {
  const next = () => {
    const call = nextCall();
    return request(method, call);
  };
  const body = () => (batch === 1 ? next() : Array.from({ length: batch }, next));
  return { path, type: "application/json", body: () => JSON.stringify(body()) };
}

/** `cdr.processMany` of so many new CDRs. */
export function manyLoad(count: number): Load {
  const next = () => {
    const { usage, ...call } = nextCall();
    return { ...call, originId: `bench-${serial}`, originHost: "192.0.2.7", usage: `${usage}s` };
  };
  const cdrs = () => Array.from({ length: count }, next);
  const body = () => JSON.stringify(request("cdr.processMany", { cdrs: cdrs() }));
  return { path: "/jsonrpc", type: "application/json", body };
}

/** The same calls as CGRateS takes them. */
export const CGRATES_FORM: Load = {
  path: "/cdr_http",
  type: "application/x-www-form-urlencoded",
  body() {
    const { account, destination, answerTime, usage } = nextCall();
    return `OriginID=bench-${serial}&OriginHost=192.0.2.7&ToR=*voice&RequestType=*rated&Tenant=cgrates.org&Category=call&Account=${account}&Subject=${account}&Destination=${destination}&SetupTime=${answerTime}&AnswerTime=${answerTime}&Usage=${usage}s`;
  },
};

export const CGRATES_COST: Load = {
  path: "/jsonrpc",
  type: "application/json",
  body() {
    const { account, destination, answerTime, usage } = nextCall();
    const params = {
      ...{ Tenant: "cgrates.org", Category: "call", Subject: account },
      ...{ Destination: destination, AnswerTime: answerTime, Usage: `${usage}s` },
    };
    return JSON.stringify({ id: serial, method: "APIerSv1.GetCost", params: [params] });
  },
};
