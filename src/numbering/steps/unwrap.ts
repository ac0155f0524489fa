// Step 1: takes the number out of a SIP or tel address and keeps the parameters apart.
import type { Change, Reading, SideFacts } from "./step.ts";

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
    const [name = "", ...value] = part.split("=");
    const key = name.trim().toLowerCase();
    if (key !== "" && !parameters.has(key)) parameters.set(key, percentDecoded(value.join("=")));
  }
  return parameters;
}

/** Digits of a routing number; a local one is joined with its global rn-context. */
function routingNumberOf(parameters: Map<string, string>): string {
  const value = (parameters.get("rn") ?? "").replace(/[\s().-]/g, "");
  const context = parameters.get("rn-context") ?? "";
  const local = /^[0-9A-Fa-f]+$/.test(value) && /^\+[0-9]+$/.test(context);
  return (local ? context + value : value).replace(/[^0-9]/g, "");
}

function factsOf(parameters: Map<string, string>): SideFacts {
  const facts: SideFacts = {};
  const routing = routingNumberOf(parameters);
  if (routing !== "") facts.routingNumber = routing;
  if (parameters.has("npdi")) facts.portabilityDipped = true;
  const carrier = (parameters.get("cic") ?? "").replace(/[^0-9]/g, "");
  if (carrier !== "") facts.carrierCode = carrier;
  const extension = parameters.get("ext") ?? parameters.get("isub") ?? "";
  if (extension !== "") facts.extension = extension;
  return facts;
}

/** A number local to a global phone-context is written whole; a leading trunk 0 stays for later. */
function inContext(number: string, parameters: Map<string, string>): string {
  const context = parameters.get("phone-context") ?? "";
  const local = !number.startsWith("+") && /^[0-9]/.test(number);
  return local && /^\+[0-9]{1,15}$/.test(context) ? context + number : number;
}

/** sip:, sips:, tel:, a display name, `user@host` and `;parameters`; %23 becomes #. */
export function unwrap(reading: Reading): Change | null {
  const bare = withoutDisplayName(reading.text).trim();
  const scheme = /^(sips?|tel):/i.exec(bare)?.[0] ?? "";
  const address = bare.slice(scheme.length);
  const at = address.lastIndexOf("@");
  const user = at === -1 ? address : address.slice(0, at);
  const host = at === -1 ? "" : (address.slice(at + 1).split(/[;?:>]/)[0] ?? "").toLowerCase();
  const parts = user.split(";");
  const hostParts =
    at === -1
      ? []
      : address
          .slice(at + 1)
          .split(";")
          .slice(1);
  const parameters = parametersOf([...parts.slice(1), ...hostParts]);
  const account = parts[0] ?? "";
  const number = scheme === "" ? account : (account.split(/[:?]/)[0] ?? "");
  const text = inContext(percentDecoded(number), parameters);
  if (text === reading.text && host === "") return null;
  return { text, host, facts: factsOf(parameters) };
}
