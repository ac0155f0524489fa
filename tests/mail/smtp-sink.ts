// A mail server that takes mail, as well or as badly as a test says, over a real line.
import { once } from "node:events";
import type { AddressInfo, Server as NetServer } from "node:net";
import { SMTPServer } from "smtp-server";

export interface TakenMail {
  from: string;
  to: string[];
  user: string | null;
  isSecure: boolean;
  raw: string;
}

/** What the server does with the next conversation: at which step, and what. */
export interface Manner {
  at: "connect" | "from" | "to" | "data-begin" | "data-end" | "taken";
  does: "hang" | "die" | number;
}

export interface SmtpSink {
  port: number;
  /** What it acknowledged, or took and was silent about (`taken`). */
  mails: TakenMail[];
  /** One each conversation; good manners afterwards. */
  manners: (Manner | null)[];
  conversations: number;
  stop(): Promise<void>;
}

export interface SinkOptions {
  tls?: { cert: string; key: string; isImplicit?: boolean };
  users?: Record<string, string>;
  bytes?: number;
}

function refusal(code: number): Error {
  return Object.assign(new Error(`no, ${code}`), { responseCode: code });
}

export async function startSmtpSink({ tls, users, bytes }: SinkOptions = {}): Promise<SmtpSink> {
  const sink: Pick<SmtpSink, "mails" | "manners" | "conversations"> = {
    ...{ mails: [], manners: [], conversations: 0 },
  };
  type Session = { connection?: { _socket: { destroy(): void } } };
  const mannerOf = new WeakMap<object, Manner | null>();

  /** True: it does no more, and says nothing. */
  function acts(session: object, at: Manner["at"], done: (error: Error) => void): boolean {
    const manner = mannerOf.get(session);
    if (manner?.at !== at) return false;
    if (manner.does === "die") kill(session);
    else if (manner.does !== "hang") done(refusal(manner.does));
    return true;
  }
  function kill(session: object) {
    const { id } = session as { id: string };
    for (const connection of (
      server as unknown as {
        connections: Set<Session & { id: string } & { _socket: { destroy(): void } }>;
      }
    ).connections) {
      if (connection.id === id) connection._socket.destroy();
    }
  }

  const server = new SMTPServer({
    ...(tls === undefined
      ? { hideSTARTTLS: true }
      : { cert: tls.cert, key: tls.key, secure: tls.isImplicit === true }),
    authOptional: users === undefined,
    disableReverseLookup: true,
    logger: false,
    ...(bytes === undefined ? {} : { size: bytes }),
    onAuth({ username = "", password }, _session, done) {
      if (users?.[username] === password) done(null, { user: username });
      else done(refusal(535));
    },
    onConnect(session, done) {
      sink.conversations += 1;
      mannerOf.set(session, sink.manners.shift() ?? null);
      if (!acts(session, "connect", done)) done();
    },
    onMailFrom(_address, session, done) {
      if (!acts(session, "from", done)) done();
    },
    onRcptTo(_address, session, done) {
      if (!acts(session, "to", done)) done();
    },
    onData(stream, session, done) {
      if (mannerOf.get(session)?.at === "data-begin") {
        stream.once("data", () => acts(session, "data-begin", done));
        stream.on("error", () => undefined);
        return;
      }
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => {
        if (acts(session, "data-end", done)) return;
        const { mailFrom, rcptTo } = session.envelope;
        sink.mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: typeof session.user === "string" ? session.user : null,
          isSecure: session.secure,
          raw: Buffer.concat(pieces).toString("utf8"),
        });
        if (!acts(session, "taken", done)) done();
      });
    },
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server as NetServer, "listening");
  return Object.assign(sink, {
    port: ((server.server as NetServer).address() as AddressInfo).port,
    async stop() {
      for (const connection of (
        server as unknown as { connections: Set<{ _socket: { destroy(): void } }> }
      ).connections) {
        connection._socket.destroy();
      }
      await new Promise<void>((done) => server.close(() => done()));
    },
  });
}
