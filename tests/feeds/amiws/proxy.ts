// A proxy of our own on the loopback that speaks as amiws does: each message of a manager as JSON, its
// keys in their order and as often as they came; what a client sends goes to the manager.
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { readAmiMessage } from "../../../src/formats/asterisk/ami-message.ts";

type Fields = Record<string, string>;

export interface ProxyOptions {
  /** Answers of the manager; undefined: as a manager does, null: none. */
  answer?: (fields: Fields) => Fields | null | undefined;
  /** What the header Authorization must be. */
  authorization?: string;
  /** Names of its Asterisks, in the order of their ids from 1. */
  servers?: string[];
}

export interface AmiwsProxy {
  url: string;
  requests: Fields[];
  clients: Set<WebSocket>;
  /** A message of a manager, as its text. */
  tell(message: string, server?: string): void;
  /** Whatever, as it is. */
  send(data: string | Buffer): void;
  cut(): void;
  close(): Promise<void>;
}

/** As amiws writes it: JSON text in which a key may stand twice. */
export function envelopeText(message: string, id: number, server: string): string {
  const data = readAmiMessage(message).fields.map(
    ({ key, value }) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const type = message.startsWith("Event") ? 3 : 4;
  return `{ "type": ${type}, "server_id": ${id}, "server_name": ${JSON.stringify(server)}, "ssl": false, "data": {${data.join(",")}}}`;
}

export function startProxy(options: ProxyOptions = {}): Promise<AmiwsProxy> {
  const { servers = ["pbx-east"], authorization } = options;
  const requests: Fields[] = [];
  const clients = new Set<WebSocket>();
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    verifyClient: ({ req }: { req: { headers: Record<string, unknown> } }) =>
      authorization === undefined || req.headers["authorization"] === authorization,
  });
  const send = (data: string | Buffer) => {
    for (const client of clients) client.send(data, { binary: false });
  };
  const tell = (message: string, name = servers[0] ?? "") =>
    send(envelopeText(message, servers.indexOf(name) + 1, name));

  function asked(fields: Fields): void {
    requests.push(fields);
    const { AMIServerID: id, ActionID = "" } = fields;
    const own = fields["Action"] === "Ping" ? { Ping: "Pong" } : {};
    const answer = options.answer?.(fields);
    if (answer === null) return;
    const said = answer ?? { Response: "Success", ...own };
    const text = Object.entries({ ...said, ActionID }).map(
      ([key, value]) => `${key}: ${value}\r\n`,
    );
    for (const [index, name] of servers.entries()) {
      if (id === undefined || Number(id) === index + 1) tell(`${text.join("")}\r\n`, name);
    }
  }

  server.on("connection", (client) => {
    clients.add(client);
    client.on("message", (data) => asked(JSON.parse(String(data)) as Fields));
    client.on("error", () => undefined);
    client.on("close", () => clients.delete(client));
  });
  const cut = () => {
    for (const client of clients) client.terminate();
  };
  return new Promise((resolve) => {
    server.on("listening", () => {
      const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const close = () => {
        cut();
        return new Promise<void>((done) => server.close(() => done()));
      };
      resolve({ url, requests, clients, tell, send, cut, close });
    });
  });
}
