// Mail handed to a server by SMTP: one connection and one conversation a mail, so that what became of
// each is known as well as it can be.
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Mail, Mailer, MailOutcome } from "../engine/mailing/mail.ts";
import { engineError } from "../errors.ts";
import { isAllowed, mailAddress } from "./address.ts";
import { messageIdOf, messageOf } from "./message.ts";
import type { MailSettings } from "./settings.ts";

const PORTS = { starttls: 587, implicit: 465, none: 25 } as const;
/** Of what a server says only so much is told. */
const TOLD_CHARACTERS = 300;
/** The mail goes in pieces: until the last one is handed over the server cannot have taken it. */
const PIECE_BYTES = 16_384;

export interface MailParts {
  settings: MailSettings;
  /** The password as it is now. @throws where it is not there */
  password(place: {
    secretEnv?: string | undefined;
    secretFile?: string | undefined;
  }): Promise<string>;
}

export function createMailer({ settings, password }: MailParts): Mailer {
  const { host, tls, port = PORTS[tls], allow, passwordEnv, passwordFile } = settings;
  const { connectSeconds, answerSeconds, totalSeconds } = settings;

  function connection(ca: string | null): SMTPConnection {
    return new SMTPConnection({
      ...(ca === null ? {} : { tls: { ca } }),
      ...{ host, port, secure: tls === "implicit" },
      ...{ requireTLS: tls === "starttls", ignoreTLS: tls === "none" },
      connectionTimeout: connectSeconds * 1000,
      dnsTimeout: connectSeconds * 1000,
      greetingTimeout: answerSeconds * 1000,
      socketTimeout: answerSeconds * 1000,
      socketCloseTimeout: 0,
      logger: false,
    });
  }

  /** As the files are now: what lacks can be mended, and the mail goes out then. */
  async function secrets() {
    const ca = settings.ca === undefined ? null : await readFile(settings.ca, "utf8");
    if (settings.user === undefined) return { ca, auth: null };
    const place = { secretEnv: passwordEnv, secretFile: passwordFile };
    return { ca, auth: { user: settings.user, pass: await password(place) } };
  }

  return {
    place: `${host}:${port}`,
    longestMs: totalSeconds * 1000,
    addressOf(text, path) {
      const address = mailAddress(text);
      if (address === null) {
        throw engineError("invalid-params", `${path} is no mail address that can be sent to.`, {
          path,
        });
      }
      if (isAllowed(address, allow)) return address;
      throw engineError("invalid-params", `${path} is not among those that mail may be sent to.`, {
        path,
        hint: "`mail.allow` of the settings names them.",
      });
    },
    async send(mail, signal) {
      const messageId = messageIdOf(mail.key, settings);
      if (mailAddress(mail.to) === null || !isAllowed(mail.to, allow)) {
        return { outcome: "refused", messageId, fault: "mail may not be sent to this address" };
      }
      const bytes = await messageOf(mail, settings);
      if (bytes.length > settings.bytes) {
        const fault = `the mail has ${bytes.length} bytes, over mail.bytes (${settings.bytes})`;
        return { outcome: "refused", messageId, fault };
      }
      const read = await secrets().then(
        (found) => ({ found }),
        (error: unknown) => ({ fault: reasonOf(error) }),
      );
      if ("fault" in read) return { outcome: "not-taken", messageId, fault: read.fault };
      const { ca, auth } = read.found;
      return converse(connection(ca), {
        ...{ mail, bytes, messageId, auth, from: settings.from },
        limit: AbortSignal.timeout(totalSeconds * 1000),
        ended: signal,
      });
    },
  };
}

interface Talk {
  mail: Pick<Mail, "to">;
  from: string;
  bytes: Buffer;
  messageId: string;
  auth: { user: string; pass: string } | null;
  /** Over when the whole conversation has taken too long. */
  limit: AbortSignal;
  /** Somebody wants it to end: before the server can have the whole mail it does, then it waits for the answer. */
  ended: AbortSignal | undefined;
}

type SmtpFault = Error & {
  code?: string | undefined;
  responseCode?: number | undefined;
  command?: string | undefined;
  response?: string | undefined;
};

/** Resolves once, with the first thing that decides what became of it. */
function converse(smtp: SMTPConnection, talk: Talk): Promise<MailOutcome> {
  const { mail, from, bytes, messageId, auth, limit, ended } = talk;
  /** The last piece was handed over: the server may have it all. */
  let isWhole = false;
  function* pieces(): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      isWhole = at + PIECE_BYTES >= bytes.length;
      yield bytes.subarray(at, at + PIECE_BYTES);
    }
  }
  return new Promise((resolve) => {
    const end = (outcome: MailOutcome) => {
      // The first one decides: closing ends the connection, which is told as well.
      resolve(outcome);
      limit.removeEventListener("abort", onLimit);
      ended?.removeEventListener("abort", onEnd);
      if (outcome.outcome === "sent") smtp.quit();
      else smtp.close();
    };
    const failed = (error: SmtpFault) => end(outcomeOf(error, { isWhole, messageId }));
    const onLimit = () => failed(new Error("the time for it was over"));
    const onEnd = () => {
      if (!isWhole) failed(new Error("it was ended"));
    };
    if (ended?.aborted === true) return onEnd();
    limit.addEventListener("abort", onLimit);
    ended?.addEventListener("abort", onEnd);
    smtp.on("error", failed);
    smtp.on("end", () => failed(new Error("the connection was closed")));

    const send = () =>
      smtp.send(
        { from, to: [mail.to], size: bytes.length },
        Readable.from(pieces(), { objectMode: false, highWaterMark: 1 }),
        (error, info) => {
          if (error) return failed(error);
          end({ outcome: "sent", messageId, answer: told(String(info.response)) });
        },
      );
    smtp.connect((fault) => {
      if (fault) return failed(fault);
      if (auth === null) return send();
      smtp.login(auth, (refusal) => (refusal ? failed(refusal) : send()));
    });
  });
}

/** Of a mail itself a server says 5xx after its receiver or its text; elsewhere it is about us, and can be mended. */
function outcomeOf(
  error: SmtpFault,
  { isWhole, messageId }: { isWhole: boolean; messageId: string },
): MailOutcome {
  const { code, responseCode, command, response } = error;
  const fault = told(response || reasonOf(error));
  const isAnswer = responseCode !== undefined && responseCode >= 400;
  const isOfMail = command === "RCPT TO" || command === "DATA";
  if ((isAnswer && responseCode >= 500 && isOfMail) || (code === "EMESSAGE" && !isAnswer)) {
    return { outcome: "refused", messageId, fault };
  }
  if (isAnswer || !isWhole) return { outcome: "not-taken", messageId, fault };
  return { outcome: "unknown", messageId, fault };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

function told(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, TOLD_CHARACTERS);
}
