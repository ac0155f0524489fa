// A call that is under way, made of its channels and read as mediation reads its CDR later.
import type { LiveCall } from "../../../engine/ports.ts";
import { readFields } from "../../../formats/asterisk/record.ts";
import { mediate } from "../../../mediation/mediate.ts";
import { recordRulesOf, type SourceSettings } from "../../../mediation/source-settings.ts";
import type { Channel } from "./channels.ts";

/** `channels`: those of one call, at least one, in the order in which they came. */
export function liveCallOf(
  channels: readonly Channel[],
  source: SourceSettings,
  nowMs: number,
): LiveCall {
  const caller = callerOf(channels);
  return {
    callId: caller.linkedId,
    source: source.name,
    state: caller.isUp ? "up" : "ringing",
    sinceMs: Math.min(...channels.map(({ sinceMs }) => sinceMs)),
    answeredMs: caller.upMs,
    ...ownerOf(channels, caller, { source, nowMs }),
    channels: [caller, ...channels.filter((one) => one !== caller)].map(({ name }) => name),
  };
}

/** Who called: the first channel that dialled a number, else the first one. */
function callerOf(channels: readonly Channel[]): Channel {
  const [first] = channels;
  if (first === undefined) throw new Error("a call has a channel");
  return channels.find(({ dialled }) => dialled !== "") ?? first;
}

type Owner = Pick<
  LiveCall,
  "tenant" | "account" | "callerNumber" | "callerName" | "destination" | "callDirection" | "trunk"
>;

const UNKNOWN: Owner = {
  tenant: null,
  account: null,
  callerNumber: null,
  callerName: null,
  destination: null,
  callDirection: null,
  trunk: null,
};

function ownerOf(
  channels: readonly Channel[],
  caller: Channel,
  { source, nowMs }: { source: SourceSettings; nowMs: number },
): Owner {
  const fields = fieldsOf(channels, caller);
  const { fieldMap } = source;
  const read = readFields(fields, { rules: recordRulesOf(source), fieldMap, warnings: [] });
  const mediated = read.ok ? mediate(read.raw, source, nowMs) : null;
  if (mediated?.ok !== true) return UNKNOWN;
  const { tenant, account, destination, callerNumber } = mediated.cdr.primary;
  const { callerName, callDirection, trunk } = mediated.cdr.primary;
  return {
    tenant,
    account: account || null,
    callerNumber: callerNumber ?? null,
    callerName: callerName ?? null,
    destination: destination || null,
    callDirection: callDirection ?? null,
    trunk: trunk ?? null,
  };
}

/** As the CDR of the caller's channel has them, as far as they are known yet. */
function fieldsOf(channels: readonly Channel[], caller: Channel): [string, string][] {
  const { callerName, callerNumber } = caller;
  const account = caller.account || channels.find((one) => one.account !== "")?.account || "";
  return [
    ["accountcode", account],
    ["src", callerNumber],
    ["dst", caller.dialled],
    ["dcontext", caller.context],
    ["clid", callerNumber === "" ? callerName : `"${callerName}" <${callerNumber}>`],
    ["channel", caller.name],
    ["dstchannel", calledOf(channels, caller)?.name ?? ""],
    ["start", String(Math.floor(caller.sinceMs / 1000))],
    ["billsec", "0"],
    ["uniqueid", caller.uniqueId],
    ["linkedid", caller.linkedId],
    // An id is made of it where the source says so.
    ["sequence", "0"],
  ];
}

/** Who is called: one that has answered, else the last one that is tried; a Local channel leads to another. */
function calledOf(channels: readonly Channel[], caller: Channel): Channel | undefined {
  const others = channels.filter((one) => one !== caller && !one.name.startsWith("Local/"));
  return others.findLast(({ isUp }) => isUp) ?? others.at(-1);
}
