// What a mail is, and what becomes of one: the port that an adapter of SMTP fulfils.
import { engineError } from "../../errors.ts";

export interface MailFile {
  name: string;
  /** As `text/csv; charset=utf-8`. */
  type: string;
  content: Uint8Array;
}

export interface Mail {
  /** Checked by `addressOf`. */
  to: string;
  subject: string;
  text: string;
  /** Shows the pictures by `cid:NAME`. */
  html: string;
  /** `en`, `de` … of what is written. */
  language: string;
  files: readonly MailFile[];
  /** PNGs within the text, by the name that it shows them by. */
  pictures: readonly { name: string; content: Uint8Array }[];
  /** The part before the @ of its Message-ID: the same for the same mail, however often it is sent. */
  key: string;
  dateMs: number;
}

/** What became of a mail; `unknown`: the server had all of it and did not answer. */
export type MailOutcome =
  | { outcome: "sent"; messageId: string; answer: string }
  /** The server has not taken it and may later (4xx), or it was not reached. */
  | { outcome: "not-taken"; messageId: string; fault: string }
  /** The server will not take it (5xx), or it may not be sent. */
  | { outcome: "refused"; messageId: string; fault: string }
  | { outcome: "unknown"; messageId: string; fault: string };

export interface Mailer {
  /** Where it is sent from, for the eyes of whoever looks after it: `smtp.example.com:587`. */
  readonly place: string;
  /** How long one mail takes at most, in milliseconds. */
  readonly longestMs: number;
  /** The address as it stands in an envelope. @throws `invalid-params` at `path` where it is none, or not allowed */
  addressOf(text: string, path: string): string;
  /** One conversation. Resolves with what became of it, whatever that was. */
  send(mail: Mail, signal?: AbortSignal): Promise<MailOutcome>;
}

/** @throws `not-supported` where the settings have no mail */
export function requireMailer(mailer: Mailer | null): Mailer {
  if (mailer !== null) return mailer;
  throw engineError("not-supported", "There is no `mail` in the settings.", {
    hint: "docs/mail.md says what it needs.",
  });
}
