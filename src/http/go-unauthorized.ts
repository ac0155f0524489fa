// What CGRateS's clients are told where their credentials do not do: the engine's status, header and text.
import type { IncomingMessage } from "node:http";
import type { Context } from "koa";
import { isGoRequest } from "../cgrates-api/codec/requests.ts";

/** Bytes of a body that are looked at: a request names its method near its beginning. */
const LOOKED_AT = 4096;

/** Says of a request without access whether it is one of CGRateS's API, by the beginning of its body. */
export async function noteDialect(context: Context): Promise<void> {
  context.state["isGo"] = isGoRequest(await firstBytes(context.req));
}

export function isForGo(context: Context): boolean {
  return context.state["isGo"] === true;
}

/** The first piece of the body; what follows is left to be read. Empty: there is none. */
function firstBytes(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const done = (bytes: Buffer | null) => {
      request.off("readable", look);
      request.off("end", none);
      request.off("close", none);
      resolve(bytes?.subarray(0, LOOKED_AT).toString("utf8") ?? "");
    };
    const look = () => done(request.read() as Buffer | null);
    const none = () => done(null);
    request.once("readable", look);
    request.once("end", none);
    request.once("close", none);
  });
}

export const GO_CHALLENGE = 'Basic realm="Restricted"';

export function answerGoUnauthorized(context: Context): void {
  context.set("WWW-Authenticate", GO_CHALLENGE);
  context.set("X-Content-Type-Options", "nosniff");
  context.body = goUnauthorizedText(context.req.headers.authorization);
  context.type = "text/plain; charset=utf-8";
}

/** As Go says it of a header that holds no base64, and of any other. */
export function goUnauthorizedText(authorization = ""): string {
  const [, value] = authorization.split(" ", 2);
  const fault = value === undefined ? null : base64Fault(value);
  return fault === null ? "Not authorized\n" : `illegal base64 data at input byte ${fault}\n`;
}

/** The place that Go names: of the first sign that is none, else of the last group where it is not whole. */
function base64Fault(text: string): number | null {
  const signs = /^[A-Za-z0-9+/]*/.exec(text)?.[0].length ?? 0;
  const rest = text.slice(signs);
  if (rest !== "" && !/^={1,2}$/.test(rest)) return signs;
  return text.length % 4 === 0 ? null : signs - (signs % 4);
}
