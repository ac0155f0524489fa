// One connection to the proxy amiws: the messages of one Asterisk among those of all that it is connected to.
import type { WebSocket } from "ws";
import type { Clock } from "../../engine/ports.ts";
import { type AmiMessage, amiValue } from "../../formats/asterisk/ami-message.ts";
import { createJudge, type Verdict } from "../ami/judge.ts";
import { type AmiSession, aheadOf, type SessionEars } from "../ami/session.ts";
import { createTalk, type Fields, type Talk } from "../ami/talk.ts";
import type { SessionEnd } from "../delays.ts";
import { isRecord, MOST_ENVELOPE_BYTES, readEnvelope } from "./envelope.ts";

export interface ProxyParts {
  socket: WebSocket;
  /** Name of the Asterisk that counts; absent: the first one that tells something. */
  server: string | undefined;
  pingMs: number;
  clock: Clock;
  /** Not to be guessed. */
  nonce: string;
  pause(ms: number): Promise<void>;
  heard: ProxyEars;
}

/** `loggedIn`: the Asterisk has answered through the proxy. */
export interface ProxyEars extends SessionEars {
  /** The proxy itself has lost the Asterisk meanwhile, and has it again. */
  loggedInAnew(): void;
  /** The Asterisk refuses the proxy. */
  refused(message: string): void;
  /** Another Asterisk tells something here, and none is named. */
  another(name: string): void;
}

/** From the connection to the first answer of the Asterisk. */
const ANSWER_MS = 10_000;
/** Pings without an answer after which the Asterisk, or the proxy, is gone. */
const MOST_SILENT = 2;

interface Open {
  parts: ProxyParts;
  talk: Talk;
  judge(bytes: Buffer): Verdict;
  /** The Asterisk that counts, as the proxy numbers and names it. */
  server: { id: number | null; name: string } | null;
  /** More than one Asterisk was heard. */
  hasOthers: boolean;
  isOver: boolean;
  isHeld: boolean;
  isIn: boolean;
  silent: number;
  ended(end: SessionEnd): void;
}

export function openProxySession(parts: ProxyParts): AmiSession {
  const { socket, pause, nonce } = parts;
  let resolveEnd: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    resolveEnd = resolve;
  });
  const send = (fields: Fields) => socket.send(JSON.stringify({ ...fields, ...addressOf(open) }));
  const talk = createTalk(send, nonce);
  const open: Open = {
    ...{
      parts,
      talk,
      server: null,
      hasOthers: false,
      isOver: false,
      isHeld: false,
      isIn: false,
      silent: 0,
    },
    judge: createJudge(talk.isOwn),
    ended: (end) => resolveEnd(end),
  };
  socket.on("message", (data: Buffer) => came(open, data));
  socket.on("error", (error) => over(open, lost(faultOf(error))));
  socket.on("close", () => over(open, lost("The proxy closed the connection.")));
  void pause(ANSWER_MS).then(() => {
    const detail = `No Asterisk has answered through the proxy within ${ANSWER_MS / 1000} s.`;
    if (!open.isIn) over(open, lost(detail));
  });
  ping(open);
  return {
    request: talk.request,
    ask: talk.ask,
    hold() {
      open.isHeld = true;
      socket.pause();
    },
    resume() {
      open.isHeld = false;
      socket.resume();
    },
    end: () => over(open, { kind: "stopped", detail: "It was stopped." }),
    ended,
  };
}

/** Without it the proxy asks every Asterisk that it is connected to. */
function addressOf({ server }: Open): { AMIServerID?: number } {
  return server === null || server.id === null ? {} : { AMIServerID: server.id };
}

function over(open: Open, end: SessionEnd): void {
  if (open.isOver) return;
  open.isOver = true;
  open.talk.close();
  if (end.kind === "stopped") open.parts.socket.close();
  else open.parts.socket.terminate();
  open.ended(end);
}

function came(open: Open, data: Buffer): void {
  if (open.isOver) return;
  const { heard } = open.parts;
  const envelope = readEnvelope(data);
  if (!envelope.ok) {
    const detail = `The proxy's message cannot be read: ${envelope.detail}`;
    if (isRecord(data)) heard.record({ bytes: data, fault: { reason: "broken-json", detail } });
    return;
  }
  if (!isOfServer(open, envelope)) return;
  const verdict = open.judge(envelope.message);
  if (verdict.kind === "answer") answered(open, verdict.actionId, verdict.message);
  if (verdict.kind === "record") heard.record(verdict.record);
  if (verdict.kind === "event") heard.event(verdict.name, verdict.message);
}

function isOfServer(
  open: Open,
  { serverId: id, serverName: name }: { serverId: number | null; serverName: string },
): boolean {
  const { server: wanted, heard } = open.parts;
  if (wanted !== undefined && name !== wanted) return false;
  open.server ??= { id, name };
  if (open.server.id === id && open.server.name === name) return true;
  if (!open.hasOthers) heard.another(name);
  open.hasOthers = true;
  return false;
}

function answered(open: Open, actionId: string, message: AmiMessage): void {
  open.silent = 0;
  open.talk.answer(actionId, message);
  const text = amiValue(message, "message") ?? "";
  // The proxy's own login, which it makes anew where it has lost the Asterisk.
  if (/^authentication accepted/i.test(text)) open.parts.heard.loggedInAnew();
  if (/^authentication failed/i.test(text)) open.parts.heard.refused(text);
}

function ping(open: Open): void {
  const { pingMs, pause, clock, heard } = open.parts;
  const sentMs = clock();
  open.talk.request({ Action: "Ping" }, (answer) => {
    const isFirst = !open.isIn;
    open.isIn = true;
    if (isFirst) heard.loggedIn();
    heard.heardUntil(sentMs);
    heard.pinged(aheadOf(answer, clock()));
  });
  void pause(pingMs).then(() => {
    if (open.isOver) return;
    // While it is held nothing can be heard: that is no silence of the other end.
    if (!open.isHeld) open.silent += 1;
    if (open.silent <= MOST_SILENT) return ping(open);
    const seconds = (MOST_SILENT * pingMs) / 1000;
    over(open, lost(`The Asterisk has answered nothing through the proxy for ${seconds} s.`));
  });
}

function faultOf(error: Error): string {
  const isTooLong = "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
  return isTooLong
    ? `It sends what amiws does not send: a message of more than ${MOST_ENVELOPE_BYTES} bytes.`
    : error.message;
}

function lost(detail: string): SessionEnd {
  return { kind: "lost", detail };
}
