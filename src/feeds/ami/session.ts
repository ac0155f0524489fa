// One connection to an Asterisk manager: greeting, login, Ping, and all that it sends, to its end.
import type { Socket } from "node:net";
import type { Clock } from "../../engine/ports.ts";
import { type AmiMessage, amiValue } from "../../formats/asterisk/ami-message.ts";
import type { FeedBytes } from "../contract.ts";
import type { SessionEnd } from "../delays.ts";
import { type Cutter, createCutter, MOST_MESSAGE_BYTES, type Piece } from "./cutter.ts";
import { createJudge, type Verdict } from "./judge.ts";
import { type Login, logIn } from "./login.ts";
import { createTalk, type Fields, requestText, type Talk } from "./talk.ts";

export interface SessionParts {
  socket: Socket;
  login: Login;
  pingMs: number;
  clock: Clock;
  /** Not to be guessed: tells answers from what a value may hold. */
  nonce: string;
  pause(ms: number): Promise<void>;
  heard: SessionEars;
}

/** Who is told what comes, in the turn in which it comes. */
export interface SessionEars {
  /** Events come from now on. */
  loggedIn(): void;
  record(record: FeedBytes): void;
  event(name: string, message: AmiMessage): void;
  /**
   * A request of that moment was answered: whatever the manager told before is here. When a message that
   * comes was sent nobody knows.
   */
  heardUntil(atMs: number): void;
  /** A Ping was answered; seconds that the manager's clock is ahead, where it says its time. */
  pinged(aheadSeconds: number | null): void;
}

export interface AmiSession {
  request: Talk["request"];
  /** The answer of a request; null when the session ended before. */
  ask(fields: Fields): Promise<AmiMessage | null>;
  /** Reads no more until `resume`. */
  hold(): void;
  resume(): void;
  /** Logs off. */
  end(): void;
  ended: Promise<SessionEnd>;
}

/** From the connection to the end of the login. */
const LOGIN_MS = 10_000;
/** Intervals of Ping without a whole message after which the other end is dead. */
const MOST_SILENT = 2;
const KEEP_ALIVE_MS = 60_000;

export function openSession(parts: SessionParts): AmiSession {
  const { socket, pause } = parts;
  const talk = createTalk((fields) => socket.write(requestText(fields)), parts.nonce);
  let resolveEnd: (end: SessionEnd) => void = () => undefined;
  const open: Open = {
    ...{ parts, talk, isOver: false, isHeld: false, isIn: false, silent: 0 },
    cutter: createCutter(),
    judge: createJudge(talk.isOwn),
    ended: (end) => resolveEnd(end),
  };
  const ended = new Promise<SessionEnd>((resolve) => {
    resolveEnd = resolve;
  });
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => {
    for (const piece of open.cutter.push(chunk)) take(open, piece);
  });
  socket.on("error", (error: Error) => over(open, lost(error.message)));
  for (const name of ["end", "close"]) {
    socket.on(name, () => over(open, lost("The manager closed the connection.")));
  }
  void pause(LOGIN_MS).then(() => {
    if (!open.isIn) over(open, lost(`There was no login within ${LOGIN_MS / 1000} s.`));
  });
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
    end() {
      if (!open.isOver && open.isIn) socket.write(requestText({ Action: "Logoff" }));
      over(open, { kind: "stopped", detail: "It was stopped." });
    },
    ended,
  };
}

interface Open {
  parts: SessionParts;
  talk: Talk;
  cutter: Cutter;
  judge(bytes: Buffer): Verdict;
  isOver: boolean;
  isHeld: boolean;
  /** Logged in. */
  isIn: boolean;
  /** Pings since the last whole message. */
  silent: number;
  ended(end: SessionEnd): void;
}

function over(open: Open, end: SessionEnd): void {
  if (open.isOver) return;
  open.isOver = true;
  const { heard, socket } = open.parts;
  const rest = open.cutter.rest();
  // Half an event is no call to bill: the switch's own file has it whole.
  const detail = "The connection ended in the middle of this event.";
  if (open.isIn && isRecord(rest)) {
    heard.record({ bytes: rest, fault: { reason: "broken-ami", detail } });
  }
  open.talk.close();
  if (end.kind === "stopped") socket.destroySoon();
  else socket.destroy();
  open.ended(end);
}

function take(open: Open, piece: Piece): void {
  if (open.isOver) return;
  if (piece.kind === "greeting") greeted(open, piece.text);
  else if (piece.kind === "overflow") overflown(open, piece.bytes);
  else messageCame(open, piece.bytes);
}

function messageCame(open: Open, bytes: Buffer): void {
  const { heard } = open.parts;
  open.silent = 0;
  const verdict = open.judge(bytes);
  if (verdict.kind === "answer") open.talk.answer(verdict.actionId, verdict.message);
  if (!open.isIn) return;
  if (verdict.kind === "record") heard.record(verdict.record);
  if (verdict.kind === "event") heard.event(verdict.name, verdict.message);
}

function greeted(open: Open, text: string): void {
  if (!/^Asterisk Call Manager/i.test(text)) {
    over(open, lost(`What answers is no Asterisk manager: "${text.slice(0, 80)}".`));
    return;
  }
  const { clock, heard } = open.parts;
  const greetedMs = clock();
  logIn(open.parts.login, open.talk.request, {
    loggedIn() {
      open.isIn = true;
      heard.loggedIn();
      heard.heardUntil(greetedMs);
      void pingOn(open);
    },
    refused: (end) => over(open, end),
  });
}

function overflown(open: Open, bytes: Buffer): void {
  const detail = `A message has no end in ${MOST_MESSAGE_BYTES} bytes.`;
  if (open.isIn && isRecord(bytes)) {
    open.parts.heard.record({ bytes, fault: { reason: "over-limit", detail } });
  }
  over(open, lost(`It sends what no manager sends: ${detail}`));
}

async function pingOn(open: Open): Promise<void> {
  const { pause, pingMs, clock, heard } = open.parts;
  for (;;) {
    await pause(pingMs);
    if (open.isOver) return;
    // While it is held nothing can be heard: that is no silence of the other end.
    if (open.isHeld) continue;
    if (open.silent >= MOST_SILENT) {
      const seconds = (MOST_SILENT * pingMs) / 1000;
      over(open, lost(`The manager has answered nothing for ${seconds} s.`));
      return;
    }
    open.silent += 1;
    const sentMs = clock();
    open.talk.request({ Action: "Ping" }, (answer) => {
      heard.heardUntil(sentMs);
      heard.pinged(aheadOf(answer, clock()));
    });
  }
}

function lost(detail: string): SessionEnd {
  return { kind: "lost", detail };
}

function isRecord(bytes: Buffer): boolean {
  return /^event: *cdr\s/i.test(bytes.toString("latin1", 0, 32));
}

/** Seconds that the other clock is ahead, by the time that the answer of a Ping names. */
export function aheadOf(answer: AmiMessage, nowMs: number): number | null {
  const seconds = Number(amiValue(answer, "timestamp") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds - nowMs / 1000 : null;
}
