// One request over a connection that is kept alive, with what a switch notes of it.
import { Agent, request } from "node:http";

export interface Answer {
  /** 0: the connection broke before the answer. */
  status: number;
  text: string;
  closes: boolean;
}

export interface Request {
  method?: "GET" | "POST";
  path: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/** Connections of its own, kept alive as a busy switch keeps them. */
export function createClient() {
  const agent = new Agent({ keepAlive: true });
  return {
    send(url: string, { method = "POST", path, body, headers = {} }: Request): Promise<Answer> {
      return new Promise((resolve) => {
        const broken = () => resolve({ status: 0, text: "", closes: true });
        const sent = request(new URL(path, url), { method, headers, agent }, (response) => {
          let text = "";
          response.on("data", (bytes: Buffer) => {
            text += bytes;
          });
          response.on("end", () => {
            const closes = response.headers.connection === "close";
            resolve({ status: response.statusCode ?? 0, text, closes });
          });
          response.on("error", broken);
        });
        sent.on("error", broken);
        sent.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

/** The result of a call; throws what else is answered. */
export async function callRpc(
  url: string,
  method: string,
  params: unknown,
  headers = {},
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
): Promise<any> {
  const client = createClient();
  try {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const { status, text } = await client.send(url, { path: "/jsonrpc", body, headers });
    const answer = status === 0 ? {} : JSON.parse(text);
    if (answer.result === undefined) throw new Error(`${method}: ${status} ${text.slice(0, 300)}`);
    return answer.result;
  } finally {
    client.close();
  }
}
