// An Asterisk manager of our own on the loopback: it answers as manager.c does, and misbehaves on order.
import { createHash } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { readAmiMessage } from "../../../src/formats/asterisk/ami-message.ts";

type Fields = Record<string, string>;

export interface ManagerOptions {
  user?: string;
  secret?: string;
  tls?: TlsOptions;
  port?: number;
  greeting?: string;
  /** Answers instead of the manager's own; undefined: as the manager does, null: not at all. */
  answer?: (fields: Fields, session: ManagerSession) => Fields | null | undefined;
}

export interface ManagerSession {
  socket: Socket;
  challenge: string;
  isIn: boolean;
  /** Of the login. */
  events: string;
}

export interface Manager {
  port: number;
  /** Requests so far, of all sessions. */
  requests: Fields[];
  sessions: Set<ManagerSession>;
  /** Sends to every session that is logged in; answers to how many. */
  send(text: string | Buffer): number;
  /** Ends every connection. */
  cut(): void;
  close(): Promise<void>;
}

function messageText(fields: Fields): string {
  return `${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\r\n`)
    .join("")}\r\n`;
}

const CHALLENGE = "840415273";

export function startManager(options: ManagerOptions = {}): Promise<Manager> {
  const {
    user = "cdrate",
    secret = "s3cret",
    greeting = "Asterisk Call Manager/11.0.0\r\n",
  } = options;
  const sessions = new Set<ManagerSession>();
  const requests: Fields[] = [];

  function ownAnswer(fields: Fields, session: ManagerSession): Fields {
    const fail = (Message: string) => ({ Response: "Error", Message });
    if (fields["Action"] === "Challenge") {
      session.challenge = CHALLENGE;
      return { Response: "Success", Challenge: CHALLENGE };
    }
    if (fields["Action"] === "Login") {
      const key = createHash("md5").update(`${session.challenge}${secret}`).digest("hex");
      const isRight =
        fields["AuthType"] === "MD5" ? fields["Key"] === key : fields["Secret"] === secret;
      if (fields["Username"] !== user || !isRight) return fail("Authentication failed");
      session.events = fields["Events"] ?? "";
      session.isIn = true;
      return { Response: "Success", Message: "Authentication accepted" };
    }
    if (!session.isIn) return fail("Permission denied");
    if (fields["Action"] === "Ping") return { Response: "Success", Ping: "Pong" };
    if (fields["Action"] === "ListCommands")
      return { Response: "Success", Ping: "Keepalive command.  (Priv: <none>)" };
    return fail("Permission denied");
  }

  function asked(fields: Fields, session: ManagerSession): void {
    requests.push(fields);
    if (fields["Action"] === "Logoff") {
      session.socket.end(messageText({ Response: "Goodbye" }));
      return;
    }
    const own = options.answer?.(fields, session);
    if (own === null) return;
    const { Response = "", ...others } = own ?? ownAnswer(fields, session);
    session.socket.write(messageText({ Response, ActionID: fields["ActionID"] ?? "", ...others }));
    // As after a wrong password.
    if (Response === "Error" && fields["Action"] === "Login") session.socket.end();
  }

  function accept(socket: Socket): void {
    const session: ManagerSession = { socket, challenge: "", isIn: false, events: "" };
    sessions.add(session);
    socket.on("close", () => sessions.delete(session));
    socket.on("error", () => undefined);
    socket.write(greeting);
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      for (;;) {
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) return;
        const { fields } = readAmiMessage(text.slice(0, end + 2));
        text = text.slice(end + 4);
        asked(Object.fromEntries(fields.map(({ key, value }) => [key, value])), session);
      }
    });
  }

  const server: Server =
    options.tls === undefined ? createServer(accept) : createTlsServer(options.tls, accept);
  const cut = () => {
    for (const { socket } of sessions) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        requests,
        sessions,
        send(sent) {
          const open = [...sessions].filter(({ isIn }) => isIn);
          for (const { socket } of open) socket.write(sent);
          return open.length;
        },
        cut,
        close() {
          cut();
          return new Promise((done) => server.close(() => done()));
        },
      });
    });
  });
}
