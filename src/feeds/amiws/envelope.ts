// What the proxy amiws makes of a manager's messages: JSON, in which keys may repeat, back into the message.

import type { Json, JsonObject } from "../../cdr/json.ts";
import { escapeControls, readJson } from "../../formats/json-text.ts";

/** Bytes of one envelope: a message of a manager has at most a quarter of a megabyte. */
export const MOST_ENVELOPE_BYTES = 524_288;

export type Envelope =
  | {
      ok: true;
      /** Of the proxy: which of its Asterisks told it. */
      serverId: number | null;
      serverName: string;
      /** The message as the manager wrote it, as far as the proxy kept it. */
      message: Buffer;
    }
  | { ok: false; detail: string };

/** Takes time in proportion to the bytes. What is not UTF-8 is handed on byte by byte. */
export function readEnvelope(bytes: Buffer): Envelope {
  const encoding = isUtf8(bytes) ? "utf8" : "latin1";
  const text = bytes.toString(encoding);
  let read = readJson(text);
  if (!read.ok && read.reason === "broken-json") {
    const escaped = escapeControls(text);
    if (escaped !== null) read = readJson(escaped);
  }
  if (!read.ok) return { ok: false, detail: read.detail };
  const { value } = read;
  if (!isObject(value)) return { ok: false, detail: "It is no object." };
  const { server_id: id, server_name: name, data } = value;
  if (!isObject(data)) return { ok: false, detail: "It has no data." };
  const lines = Object.entries(data).flatMap(([key, values]) =>
    (Array.isArray(values) ? values : [values]).map((one) => `${key}: ${textOf(one)}\r\n`),
  );
  return {
    ok: true,
    serverId: typeof id === "number" ? id : null,
    serverName: typeof name === "string" ? name : "",
    message: Buffer.from(`${lines.join("")}\r\n`, encoding),
  };
}

/** Whether something that cannot be read was a call record. */
export function isRecord(bytes: Buffer): boolean {
  return /"event"\s*:\s*"cdr"/i.test(bytes.toString("latin1", 0, 1024));
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
