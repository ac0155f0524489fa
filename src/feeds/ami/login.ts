// How a feed logs in at a manager, and what the answers mean.
import { createHash } from "node:crypto";
import { type AmiMessage, amiValue } from "../../formats/asterisk/ami-message.ts";
import type { SessionEnd } from "../delays.ts";
import type { Fields, Request } from "./talk.ts";

export interface Login {
  user: string;
  secret: string;
  /** Classes of events to be sent; the manager sends those of them that the user may read. */
  events: readonly string[];
  /** `auto`: MD5, and where a manager has none in the clear if nobody else can read that. */
  how: "auto" | "md5" | "plain";
  /** The connection is encrypted, or stays on this machine. */
  isPrivate: boolean;
}

export interface LoginResult {
  loggedIn(): void;
  refused(end: SessionEnd): void;
}

export function logIn(login: Login, request: Request, result: LoginResult): void {
  const { user, secret, how, isPrivate } = login;
  const own = { Action: "Login", Username: user, Events: login.events.join(",") };
  const send = (fields: Fields) =>
    request({ ...own, ...fields }, (answer) => judge(answer, result));
  if (how === "plain") {
    send({ Secret: secret });
    return;
  }
  request({ Action: "Challenge", AuthType: "MD5" }, (answer) => {
    const challenge = amiValue(answer, "challenge");
    if (challenge !== undefined && challenge !== "") {
      const key = createHash("md5").update(`${challenge.trim()}${secret}`).digest("hex");
      send({ AuthType: "MD5", Key: key });
      return;
    }
    if (how === "auto" && isPrivate) {
      send({ Secret: secret });
      return;
    }
    const detail = `The manager gives no MD5 challenge (${messageOf(answer)}), and the secret is not sent in the clear: \`login: plain\` would.`;
    result.refused({ kind: "refused", detail });
  });
}

function judge(answer: AmiMessage, { loggedIn, refused }: LoginResult): void {
  if (isSuccess(answer)) {
    loggedIn();
    return;
  }
  const message = messageOf(answer);
  // A wrong password, an unknown user and an address that is not permitted are answered alike.
  const isRefused = /authentication|denied|permi/i.test(message);
  const detail = isRefused
    ? `The manager refuses the login (${message}): wrong user or secret, or this address is not permitted.`
    : `The manager refuses the login: ${message}`;
  refused({ kind: isRefused ? "refused" : "lost", detail });
}

function isSuccess(answer: AmiMessage): boolean {
  return amiValue(answer, "response")?.trim().toLowerCase() === "success";
}

function messageOf(answer: AmiMessage): string {
  return (amiValue(answer, "message") ?? "no reason given").slice(0, 200);
}
