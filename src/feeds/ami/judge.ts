// What a message of a manager is, and whether a call record among them can be believed.
import { missingFields } from "../../formats/asterisk/ami-event.ts";
import { type AmiMessage, amiValue, readAmiMessage } from "../../formats/asterisk/ami-message.ts";
import type { FeedBytes } from "../contract.ts";

export type Verdict =
  | { kind: "record"; record: FeedBytes }
  | { kind: "event"; name: string; message: AmiMessage }
  | { kind: "answer"; actionId: string; message: AmiMessage }
  /** Nothing that a manager sends. */
  | { kind: "stray" };

/**
 * Who can put an empty line into a value ends its event early and may write one of their own behind it;
 * what is left of the true event follows then. So behind an event that was cut short no record is
 * believed, until that rest or an answer to a request has come.
 */
export function createJudge(isOwnRequest: (actionId: string) => boolean) {
  let isSuspect = false;

  return function judge(bytes: Buffer): Verdict {
    const message = readAmiMessage(bytes.toString("utf8"));
    const kind = message.fields[0]?.key.toLowerCase();
    if (kind === "response") {
      const actionId = amiValue(message, "actionid") ?? "";
      if (isOwnRequest(actionId)) isSuspect = false;
      return { kind: "answer", actionId, message };
    }
    if (kind !== "event") {
      if (!isSuspect) return { kind: "stray" };
      isSuspect = false;
      const detail = "This is the rest of an event that was cut short by an empty line in a value.";
      return { kind: "record", record: { bytes, fault: { reason: "broken-ami", detail } } };
    }
    const name = message.fields[0]?.value.trim() ?? "";
    if (name.toLowerCase() !== "cdr") return { kind: "event", name, message };
    const wasSuspect = isSuspect;
    if (missingFields(message).length > 0) isSuspect = true;
    if (!wasSuspect) return { kind: "record", record: { bytes } };
    const detail = "It came behind an event that was cut short, which may have brought it forth.";
    return { kind: "record", record: { bytes, fault: { reason: "injected-field", detail } } };
  };
}
