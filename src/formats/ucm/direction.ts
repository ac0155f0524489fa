// Which way a call went through a UCM, and over which trunks.

import { CALL_DIRECTIONS, type CallDirection } from "../../cdr/cdr.ts";

export interface Route {
  direction: CallDirection;
  /** Trunks that the call came in by and went out by; empty: none, or it has no name. */
  from: string;
  to: string;
}

/** What says over which way a call came. */
const ROUTE_FIELDS = [
  "userfield",
  "src_trunk_name",
  "dst_trunk_name",
  "channel",
  "dstchannel",
  "channel_ext",
  "dstchannel_ext",
];

/** By the name of a field the value as trimmed text, empty where there is none; null: nothing is said. */
export function routeOf(value: (name: string) => string): Route | null {
  if (ROUTE_FIELDS.every((name) => value(name) === "")) return null;
  const from = value("src_trunk_name") || trunkOf(value("channel_ext"), value("channel"));
  const to = value("dst_trunk_name") || trunkOf(value("dstchannel_ext"), value("dstchannel"));
  return { direction: directionOf(value("userfield").toLowerCase(), from, to), from, to };
}

function directionOf(said: string, from: string, to: string): CallDirection {
  if (from !== "" && to !== "") return "external";
  const word = CALL_DIRECTIONS.find((direction) => direction === said);
  if (word !== undefined) return word;
  if (from !== "") return "inbound";
  return to === "" ? "internal" : "outbound";
}

/** A UCM numbers trunks that it has no name for: `trunk_1`. */
function trunkOf(extension: string, channel: string): string {
  const marked = /^trunk_\d+$/i.exec(extension) ?? /^[^/]+\/(trunk_\d+)(?=[-/@]|$)/i.exec(channel);
  return marked?.[1] ?? marked?.[0] ?? "";
}
