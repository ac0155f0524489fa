// A fetch for answers that take long: Node's own gives up when none has begun within five minutes.
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable } from "node:stream";

/** Posts text; whoever calls bounds the time by `signal`. Redirects are answers, not followed. */
export const patientFetch: typeof fetch = (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const { method = "GET", signal, body = null } = init;
  const headers = Object.fromEntries(new Headers(init.headers));
  return new Promise((resolve, reject) => {
    const options = { method, headers, ...(signal ? { signal } : {}) };
    const sent = send(url, options, (incoming) => {
      const given = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      );
      const status = incoming.statusCode ?? 502;
      // A Response of these may have no body, not even an empty one.
      const isBare = status === 204 || status === 205 || status === 304;
      const stream = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
      try {
        resolve(new Response(isBare ? null : stream, { status, headers: given }));
      } catch (cause) {
        reject(cause);
      }
    });
    sent.on("error", reject);
    sent.end(body === null ? undefined : String(body));
  });
};
