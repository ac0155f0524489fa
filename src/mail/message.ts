// A mail as it goes over the line. No text of a record can become a header or another part.
import MailComposer from "nodemailer/lib/mail-composer";
import type { Mail } from "../engine/mailing/mail.ts";
import { mailAddress } from "./address.ts";
import type { MailSettings } from "./settings.ts";

/** Longer ones are cut: RFC 5322 has lines of 998 bytes, and nobody reads it. */
const LONGEST_SUBJECT = 200;
const LONGEST_NAME = 100;

/** One line without anything that is not shown. */
function oneLine(text: string, longest: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return [...line].slice(0, longest).join("");
}

/** A name that no system takes for a path. */
function fileName(text: string): string {
  return oneLine(text, LONGEST_NAME).replace(/[\\/:*?"<>|]+/g, "-");
}

export function messageIdOf(key: string, { from }: Pick<MailSettings, "from">): string {
  const domain = (mailAddress(from) ?? from).split("@").at(-1) ?? "localhost";
  return `<${key.replace(/[^A-Za-z0-9.-]/g, "-")}@${domain}>`;
}

/** The bytes of the mail, with CRLF; the same parts in the same order for the same mail. */
export async function messageOf(mail: Mail, settings: MailSettings): Promise<Buffer> {
  const messageId = messageIdOf(mail.key, settings);
  const composer = new MailComposer({
    from: { name: oneLine(settings.fromName, LONGEST_NAME), address: settings.from },
    to: { name: "", address: mail.to },
    ...(settings.replyTo === undefined ? {} : { replyTo: settings.replyTo }),
    subject: oneLine(mail.subject, LONGEST_SUBJECT),
    messageId,
    date: new Date(mail.dateMs),
    text: mail.text,
    html: mail.html,
    // What is answered by machines goes nowhere (RFC 3834).
    headers: { "Auto-Submitted": "auto-generated", "Content-Language": mail.language },
    attachments: [
      ...mail.files.map(({ name, type, content }) => ({
        filename: fileName(name),
        contentType: type,
        content: Buffer.from(content),
      })),
      ...mail.pictures.map(({ name, content }) => ({
        filename: `${fileName(name)}.png`,
        contentType: "image/png",
        contentDisposition: "inline",
        cid: fileName(name),
        content: Buffer.from(content),
      })),
    ],
    newline: "win",
    baseBoundary: mail.key.replace(/[^A-Za-z0-9]/g, "").slice(0, 40),
    // Nothing that a mail says is read from a disk or a net.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
