// A billing system that takes posts, as well or as badly as a test says.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Post {
  headers: IncomingMessage["headers"];
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: a CDR as it was sent is looked into member by member.
  cdrs: any[];
}

/** What the receiver does with one post; 2xx when it says nothing else. */
export type Manner = (post: Post, response: ServerResponse) => void;

const taken: Manner = (_post, response) => void response.writeHead(204).end();
export const answers =
  (status: number, headers: Record<string, string> = {}, text = ""): Manner =>
  (_post, response) =>
    void response.writeHead(status, headers).end(text);
export const hangs: Manner = () => {};
export const diesMidWay: Manner = (_post, response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write("{", () => response.socket?.destroy());
};

export interface Receiver {
  url: string;
  posts: Post[];
  /** For the next posts, one each; `taken` afterwards. */
  manners: Manner[];
  stop(): Promise<void>;
}

export async function startReceiver(port = 0): Promise<Receiver> {
  const receiver: Pick<Receiver, "posts" | "manners"> = { posts: [], manners: [] };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const post = { headers: request.headers, body, cdrs: JSON.parse(body).cdrs };
    receiver.posts.push(post);
    (receiver.manners.shift() ?? taken)(post, response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cdrs`;
  return Object.assign(receiver, {
    url,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}
