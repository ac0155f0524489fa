// Step 1: takes the number out of a SIP or tel address and keeps the parameters apart.

import type { CompiledRules } from "../rule-sets/compiled.ts";
import { type Change, digitsOf, type Reading, type SideFacts } from "./step.ts";

/** `"Alice" <sip:…>;tag=…`: what stands between the last brackets; without them the text itself. */
function withoutDisplayName(text: string): string {
  const open = text.lastIndexOf("<");
  if (open === -1) return text;
  const close = text.indexOf(">", open);
  return close === -1 ? text.slice(open + 1) : text.slice(open + 1, close);
}

function percentDecoded(text: string): string {
  return text.replace(/%([0-7][0-9A-Fa-f])/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Parameters `;name=value`, names in small letters, the first of a name wins. */
function parametersOf(parts: string[]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of parts) {
    const name = part.replace(/=.*/s, "");
    const key = name.trim().toLowerCase();
    if (!parameters.has(key)) parameters.set(key, percentDecoded(part.slice(name.length + 1)));
  }
  return parameters;
}

const VISUAL_SEPARATORS = /[\s().-]/g;

/** A number local to a global context (RFC 3966, RFC 4694) is written whole; a leading trunk 0
 * stays for later. A context may also be a domain: the number is then left as it is. */
function inContext(number: string, context: string | undefined): string {
  if (context === undefined || !/^\(?[0-9]/.test(number)) return number;
  const leading = context.replace(VISUAL_SEPARATORS, "");
  return /^\+[0-9]+$/.test(leading) ? leading + number : number;
}

/** 911 of the context +1 is no +1911. */
function isShort(number: string, rules: CompiledRules): boolean {
  const patterns = [...rules.emergency, ...rules.shortNumbers.map(({ pattern }) => pattern)];
  return patterns.some((pattern) => pattern.test(number));
}

/** Digits of a routing number; none when they are hexadecimal, which no deck knows. */
function routingNumberOf(parameters: Map<string, string>): string | undefined {
  const value = parameters.get("rn")?.replace(VISUAL_SEPARATORS, "");
  return value && digitsOf(inContext(value, parameters.get("rn-context")));
}

function factsOf(parameters: Map<string, string>): SideFacts {
  const facts: SideFacts = {};
  const routing = routingNumberOf(parameters);
  if (routing) facts.routingNumber = routing;
  if (parameters.has("npdi")) facts.portabilityDipped = true;
  const carrier = parameters.get("cic")?.replace(/[^0-9]/g, "");
  if (carrier) facts.carrierCode = carrier;
  const extension = parameters.get("ext") ?? parameters.get("isub");
  if (extension) facts.extension = extension;
  return facts;
}

/** sip:, sips:, tel:, a display name, `user@host` and `;parameters`; %23 becomes #. */
export function unwrap(reading: Reading, rules: CompiledRules): Change | null {
  const bare = withoutDisplayName(reading.text).trim();
  const address = bare.replace(/^(sips?|tel):/i, "");
  const user = address.replace(/@[^@]*$/, "");
  const behind = address.slice(user.length + 1).replace(/\?.*/s, "");
  const host = behind.replace(/[;:].*/s, "").toLowerCase();
  const parameters = parametersOf([...user.split(";").slice(1), ...behind.split(";").slice(1)]);
  const account = user.replace(/;.*/s, "");
  const number = percentDecoded(address === bare ? account : account.replace(/[:?].*/s, ""));
  const context = isShort(number, rules) ? undefined : parameters.get("phone-context");
  const text = inContext(number, context);
  return text === reading.text ? null : { text, host, facts: factsOf(parameters) };
}
