// A proxy that knows the messages of MongoDB's protocol: it answers named commands with the faults
// that a test tells it, before or after the server has done them.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { BSON, type Document } from "mongodb";

/** What becomes of a command. */
export interface WireFault {
  /** Name of the command: `find`, `update`, `aggregate` …; `*` is each but those of a connection. */
  command: string;
  /** Only where its collection is this. */
  collection?: string;
  /** Only where it has this member: `hint`. */
  member?: string;
  /** How many of them; all when not said. */
  times?: number;
  /** `instead`: the server never sees it. `after`: it is done, and the answer is another. */
  when: "instead" | "after";
  /**
   * The answer; `cut` loses the connection instead, `silence` answers nothing, `hold` lets the command
   * go on to the server at the next `meet` (`instead`) or its answer come then (`after`).
   */
  answer: Document | ((answer: Document) => Document) | "cut" | "silence" | "hold";
}

export interface WireProxy {
  port: number;
  /** From now on; the faults before are forgotten. Null: none. */
  meet(faults: WireFault | WireFault[] | null): void;
  /** Connections that ended, whoever ended them. */
  ended(): number;
  /** Commands that are held. */
  held(): number;
  /** Loses their connections. */
  cutHeld(): void;
  /** Commands that came since the last `meet`. */
  sent(): Document[];
  /** How many commands of this name came since the last `meet`. */
  seen(command: string): number;
  close(): Promise<void>;
}

const OP_MSG = 2013;
const HEAD = 16;

/** Whole messages of a stream. */
function messages(take: (message: Buffer) => void): (bytes: Buffer) => void {
  let held = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= HEAD && held.length >= held.readInt32LE(0)) {
      const length = held.readInt32LE(0);
      take(held.subarray(0, length));
      held = held.subarray(length);
    }
  };
}

function bodyOf(message: Buffer): Document {
  // Flags of four bytes, the kind of the first section, then the document.
  if (message.readInt32LE(12) !== OP_MSG) return {};
  const start = HEAD + 5;
  return BSON.deserialize(message.subarray(start, start + message.readInt32LE(start)));
}

/** By these a driver connects, looks after the server and leaves. */
const OF_CONNECTIONS = new Set([
  ...["", "hello", "ismaster", "isMaster", "ping", "endSessions"],
  ...["saslStart", "saslContinue", "authenticate"],
]);

function isMeant(wanted: string, command: string): boolean {
  return wanted === "*" ? !OF_CONNECTIONS.has(command) : wanted === command;
}

function reply(answer: Document, responseTo: number): Buffer {
  const body = BSON.serialize(answer);
  const head = Buffer.alloc(HEAD + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}

export async function startWireProxy(host: string, port: number): Promise<WireProxy> {
  const sockets = new Set<Socket>();
  let faults: { fault: WireFault; left: number }[] = [];
  const held: { goOn(): void; cut(): void }[] = [];
  let seen: Document[] = [];
  let ended = 0;

  function faultFor(body: Document): WireFault | null {
    const [command = ""] = Object.keys(body);
    seen.push(body);
    const met = faults.find(
      ({ fault, left }) =>
        left > 0 &&
        isMeant(fault.command, command) &&
        (fault.collection === undefined || fault.collection === body[command]) &&
        (fault.member === undefined || fault.member in body),
    );
    if (met === undefined) return null;
    met.left -= 1;
    return met.fault;
  }

  const proxy = createServer((client) => {
    const server = connect(port, host);
    const changed = new Map<number, WireFault>();
    client.on("close", () => {
      ended += 1;
    });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        server.destroy();
      });
    }
    function answerWith(
      { answer }: WireFault,
      { responseTo, own, goOn }: { responseTo: number; own: Document; goOn: () => void },
    ): void {
      if (answer === "cut") client.destroy();
      // An answer that comes when the fault is over is no longer held.
      else if (answer === "hold" && !faults.some(({ fault }) => fault.answer === "hold")) goOn();
      else if (answer === "hold") held.push({ goOn, cut: () => client.destroy() });
      else if (answer !== "silence") {
        client.write(reply(typeof answer === "function" ? answer(own) : answer, responseTo));
      }
    }
    const toServer = messages((message) => {
      const met = faultFor(bodyOf(message));
      const id = message.readInt32LE(4);
      if (met?.when === "instead") {
        const whole = Buffer.from(message);
        const goOn = () => server.write(whole);
        return answerWith(met, { responseTo: id, own: {}, goOn });
      }
      if (met !== null) changed.set(id, met);
      server.write(message);
    });
    const toClient = messages((message) => {
      const responseTo = message.readInt32LE(8);
      const met = changed.get(responseTo);
      if (met === undefined) client.write(message);
      else {
        const whole = Buffer.from(message);
        const goOn = () => client.write(whole);
        answerWith(met, { responseTo, own: bodyOf(message), goOn });
      }
    });
    client.on("data", toServer);
    server.on("data", toClient);
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  return {
    port: (proxy.address() as AddressInfo).port,
    meet(next) {
      faults = [next ?? []]
        .flat()
        .map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
      seen = [];
      for (const { goOn } of held.splice(0)) goOn();
    },
    ended: () => ended,
    held: () => held.length,
    cutHeld() {
      for (const { cut } of held.splice(0)) cut();
    },
    sent: () => seen,
    seen: (command) => seen.filter((one) => Object.keys(one)[0] === command).length,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => proxy.close(closed));
    },
  };
}
